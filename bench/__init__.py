"""Benchmarks and the demo, as clients of the API."""
