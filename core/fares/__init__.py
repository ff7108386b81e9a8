"""Fares by official tariffs."""
