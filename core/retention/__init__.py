"""Retention: erasing what a place may not keep any longer."""
