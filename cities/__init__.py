"""The included places: one folder for each country, state and full city, at its path."""
