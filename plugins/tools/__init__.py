"""Commands for city teams."""
