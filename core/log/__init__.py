"""The log: events numbered per city, and everything that reads them."""
