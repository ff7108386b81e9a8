"""Advisories: what police tell citizens, in terms of CAP 1.2."""
