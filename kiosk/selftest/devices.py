"""The checks of the devices: there, open, at work."""

from kiosk.selftest.check import Check

CHECKS: tuple[Check, ...] = ()
