"""The menu for staff as it stands: a mode of the app beside the visit, of which the visit knows
nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine

from hardware.link import Link
from hardware.verdicts import Role
from kiosk.selftest.results import Trigger
from kiosk.settings import Staff
from kiosk.staff import pin
from kiosk.staff.wrong_pins import WrongPins
from screens.self_testing import SelfTesting
from screens.staff_menu.wishes import Digit, Enter, Erase, Leave, Look, OpenMenu, Page, Where

PIN_PATIENCE = 30.0
"""Seconds without a key after which the pad for the PIN closes itself."""
DIGITS_APART = 0.1
"""Seconds after which the same digit of a PIN counts again; a key that is held sends faster."""


class StaffMenu:
    """Closed, or at one of its pages."""

    def __init__(
        self, settings: Staff, link: Link, testing: SelfTesting, show: Callable[[], None],
        news: Callable[[], None], note: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`show`: another screen is to be shown; `news`: the one that is there has changed.

        `note`: what staff does goes to the record of it.
        """
        self.where: Where | None = None
        self.typed = ""
        self.wrong = False
        """Whether the last PIN was not the right one."""
        self.looking = False
        """Whether a PIN is being looked at."""
        self.restarting: Role | None = None
        self.restarted: dict[Role, bool] = {}
        """The devices that were started anew since the menu was opened, and which were reset."""
        self._settings = settings
        self._link = link
        self._testing = testing
        self._show = show
        self._news = news
        self._note = note
        self._wrong_pins = WrongPins()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def unlocked(self) -> bool:
        """Whether the right PIN was typed, and the menu has not been left since."""
        return self.where is not None and self.where.page not in (Page.NO_PIN, Page.PIN)

    @property
    def wait(self) -> float:
        """Seconds until the next PIN may be typed; 0: now."""
        return self._wrong_pins.left()

    def close(self) -> None:
        """As if it had never been open; what stands on the screen is another's to change."""
        self.where = None
        self.typed = ""
        self.wrong = False
        self.restarted = {}

    def look_at_clock(self, idle: float) -> None:
        """Closes the menu after so many seconds without a key."""
        if self.where is None:
            return
        if idle > (self._settings.minutes * 60 if self.unlocked else PIN_PATIENCE):
            self.close()
            self._show()
        elif self.where.page is Page.PIN and self.wait:
            self._news()

    def act(self, wish: OpenMenu | Digit | Erase | Enter | Look | Leave) -> None:
        """What was pressed."""
        match wish:
            case OpenMenu():
                self.close()
                self.where = Where(Page.PIN if self._settings.pin else Page.NO_PIN)
                self._show()
            case Look(where) if self.unlocked:
                self.where = where
                self._show()
            case Leave() if self.unlocked and self.where != Where(Page.MENU):
                self.where = Where(Page.MENU)
                self._show()
            case Leave():
                self.close()
                self._show()
            case Digit(digit) if not (self.looking or self.wait):
                self.wrong = False
                self.typed = (self.typed + digit)[: pin.LONGEST]
                self._news()
            case Erase() if self.typed:
                self.typed = self.typed[:-1]
                self._news()
            case Erase():
                self.close()
                self._show()
            case Enter() if self.typed and not (self.looking or self.wait):
                self._begin(self._look_at_pin())

    def restart(self, role: Role) -> None:
        """Starts a device anew, and then tests them all."""
        if self.unlocked and self.restarting is None:
            self._note(f"restart-{role.value}")
            self._begin(self._restart(role))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_at_pin(self) -> None:
        """In a thread: it takes a tenth of a second, and more on a busy machine."""
        typed, self.typed = self.typed, ""
        self.looking = True
        self._news()
        try:
            right = await asyncio.to_thread(self._is_right, typed)
        finally:
            self.looking = False
        if self.where != Where(Page.PIN):
            return  # it was closed meanwhile
        if right:
            self.where = Where(Page.MENU)
            self._note("staff-menu-opened")
            self._show()
        else:
            self.wrong = True
            self._note("staff-pin-wrong")
            self._news()

    def _is_right(self, typed: str) -> bool:
        self._wrong_pins.count()
        right = pin.fits(typed, self._settings.pin)
        if right:
            self._wrong_pins.forget()
        return right

    async def _restart(self, role: Role) -> None:
        self._testing.stop()
        self.restarting = role
        self._news()
        try:
            self.restarted[role] = await self._link.restart(role)
        finally:
            self.restarting = None
        if self.where is not None:
            self._testing.begin(Trigger.STAFF)

    async def close_down(self) -> None:
        """The app leaves: nobody waits for what is still being done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
