"""The caller in the schema."""
