"""Officers, their rights and their tokens."""
