"""The full-screen app that the citizen sees."""
