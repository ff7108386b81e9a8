"""Storage: the database, its two dialects, conditions and flat rows."""
