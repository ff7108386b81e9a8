"""Alerts: calls for help."""
