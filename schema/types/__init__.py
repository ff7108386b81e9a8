"""The types of the public contract: plain data, read from the rows that root fields load."""
