"""Media in the schema."""
