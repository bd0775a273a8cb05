"""The PIN of the menu for staff: only its hash is kept, made by Argon2id (RFC 9106).

argon2-cffi is imported when a PIN is typed, not with the app. Each hash takes 64 MB and about a
tenth of a second: never in the event loop.
"""

SHORTEST, LONGEST = 6, 12
"""Digits of a PIN."""

_RUNS = ("0123456789" * 3, "9876543210" * 3)


def fault(pin: str) -> str:
    """Why these digits are not to be a PIN; empty where they may be one."""
    if not (pin.isascii() and pin.isdigit()):
        return "digits alone: there is nothing else on the kiosk's keypad"
    if not SHORTEST <= len(pin) <= LONGEST:
        return f"it must have {SHORTEST} to {LONGEST} digits"
    if any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3) if len(pin) % size == 0):
        return "it repeats itself: anybody guesses that"
    if any(pin in run for run in _RUNS):
        return "it only counts: anybody guesses that"
    return ""


def hashed(pin: str) -> str:
    """What stands in kiosk.toml as `staff.pin`; another one each time (its salt is random)."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def fits(pin: str, kept: str) -> bool:
    """Whether these digits are the PIN of this hash; False, too, where it is no hash."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False
