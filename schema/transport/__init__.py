"""The transports: HTTP, server-sent events, WebSocket."""
