"""Lets the calls to the PC/SC service pass the tap, each with its arguments and its answer."""

from typing import Any

import msgspec

from hardware import tap


class Listened:
    """The calls of `smartcard.scard`, which pass the tap under their names; all else as it is.

    What passes is JSON: out the arguments, in the answer. An APDU is a list of numbers in it.
    """

    def __init__(self, scard: Any) -> None:
        self._scard = scard

    def __getattr__(self, name: str) -> Any:
        known = getattr(self._scard, name)
        if not name.startswith("SCard"):
            return known

        def call(*arguments: Any) -> Any:
            tap.said(msgspec.json.encode(arguments), name)
            answer = known(*arguments)
            tap.heard(msgspec.json.encode(answer), name)
            return answer

        return call
