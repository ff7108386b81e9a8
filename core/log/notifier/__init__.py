"""Notifiers: they only say that a log has grown, and may lose messages."""
