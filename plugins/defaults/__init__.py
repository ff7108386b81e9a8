"""The defaults: a plugin that every chain ends with."""
