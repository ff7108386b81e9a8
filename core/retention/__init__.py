"""Retention: erasing data whose retention period has ended."""
