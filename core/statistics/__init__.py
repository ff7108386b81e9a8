"""Statistics: reports registered and acted upon."""
