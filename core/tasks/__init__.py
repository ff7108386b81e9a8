"""Asynchronous tasks: shared by concurrent callers, and shielded from cancellation."""
