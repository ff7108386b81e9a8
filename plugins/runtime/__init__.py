"""Loading places and asking their plugins."""
