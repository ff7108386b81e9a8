"""Transports: HTTP, server-sent events, WebSocket."""
