"""Programs that measure, and the demo: clients of the API like any other."""
