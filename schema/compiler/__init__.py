"""Compiling operations into plans, and executing them."""
