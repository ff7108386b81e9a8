"""Actions in the schema."""
