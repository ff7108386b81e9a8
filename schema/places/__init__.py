"""Places in the schema."""
