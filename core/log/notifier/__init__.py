"""Notifiers: hints that a log has grown; they may lose messages."""
