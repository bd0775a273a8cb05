"""Readers of machine-readable zones."""
