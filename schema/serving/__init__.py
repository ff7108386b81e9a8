"""The ASGI application, the processes that serve it, logs and metrics."""
