"""Who asks, in the schema."""
