"""What the screens need of the link to the kiosks."""

from typing import Protocol

from kiosk.fleet.commands import Deed, Rank
from kiosk.fleet.fleet_state import Fleet
from kiosk.fleet.reports import Ack
from kiosk.fleet.topics import Place


class Link(Protocol):
    """Of `kiosk.fleet.console_link.ConsoleLink` what is seen here."""

    fleet: Fleet
    operator: str
    rank: Rank
    centres: tuple[str, ...]
    connected: bool
    since: float
    """When it was connected, or was no longer: seconds since 1970."""

    def colleagues(self, centre: str) -> list[str]:
        """The other operators of a centre who are there now."""

    async def run(self) -> None:
        """Until it is cancelled."""

    async def ask(self, place: Place, deed: Deed, sid: str | None = None) -> Ack:
        """The kiosk's answer; `ConsoleError` where none comes."""
