"""The contract with city teams: hook specifications, areas, validation."""
