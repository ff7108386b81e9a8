"""Escalation: notifying further authorities until somebody acknowledges."""
