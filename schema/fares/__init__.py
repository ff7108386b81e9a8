"""Fares in the schema."""
