"""Reports (Open311 service requests)."""
