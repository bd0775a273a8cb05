"""Readers of contactless chips."""
