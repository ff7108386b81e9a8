"""Places: countries, states, cities and stations."""
