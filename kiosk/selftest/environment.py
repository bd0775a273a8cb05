"""What the kiosk stands on: clock, disk, memory, locale, terminal, speech, networks, trust."""

from kiosk.selftest.check import Check

CHECKS: tuple[Check, ...] = ()
