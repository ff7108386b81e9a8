"""Advisories in the schema."""
