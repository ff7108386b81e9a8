"""The plugin contract: hook specifications, station areas, validation."""
