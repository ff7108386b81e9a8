"""Reports in the schema."""
