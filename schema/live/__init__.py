"""Live streams: one encoded payload per event and group of subscribers."""
