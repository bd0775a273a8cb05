"""The checks of the three rehearsals, from end to end."""

from kiosk.selftest.check import Check

CHECKS: tuple[Check, ...] = ()
