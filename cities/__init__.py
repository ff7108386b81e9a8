"""The places that ship: a folder per country, state and full city along its path."""
