"""Escalation: who is told while nobody acknowledges."""
