"""Advisories: warnings and information from police to citizens, in terms of CAP 1.2."""
