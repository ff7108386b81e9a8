"""Command-line tools for city teams."""
