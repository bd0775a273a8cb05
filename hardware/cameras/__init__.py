"""Sources of live pictures."""
