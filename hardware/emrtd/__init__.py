"""The chip of a travel document (eMRTD, ICAO Doc 9303 parts 10 to 12): pure code on bytes."""
