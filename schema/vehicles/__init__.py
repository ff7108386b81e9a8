"""Vehicles in the schema."""
