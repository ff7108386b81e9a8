"""Load places, and call their plugins."""
