"""Vehicles: registers, look-ups and towings."""
