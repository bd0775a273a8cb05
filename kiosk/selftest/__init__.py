"""The headless self-test: one list of results, several writers."""
