"""Machine-readable zones (ICAO Doc 9303 parts 3 to 7): pure code on text."""
