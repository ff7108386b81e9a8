"""Running asynchronous work: once for all who ask, and to its end."""
