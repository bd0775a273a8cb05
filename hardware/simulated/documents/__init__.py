"""Invented documents: random codes, pages that carry them, and pictures of the pages.

Everything here is drawn by this code from a seed: no real document and no real person is in it.
The same pages train the networks, measure them, and lie before the simulated document camera.
"""
