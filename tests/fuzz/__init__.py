"""Fuzzers: what comes from outside is turned over until something breaks."""
