"""Actions: what police do about reports and alerts."""
