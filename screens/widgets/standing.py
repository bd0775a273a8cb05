"""What stands on the screen long enough to be read, before something else takes its place."""

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer


class Standing(MessagePump):
    """A widget or screen on which one thing stays for a while before the next may come."""

    _stands: Timer | None = None
    _comes_next: Callable[[], None] | None = None

    def stand(self, seconds: float) -> None:
        """What is shown now must stay for so long."""
        self.forget()
        self._stands = self.set_timer(seconds, self.stood)

    def afterwards(self, act: Callable[[], None]) -> None:
        """Does something once that time is over; of several things only the last."""
        if self._stands is None:
            act()
        else:
            self._comes_next = act

    def stood(self) -> None:
        """It has stood long enough."""
        self._stands = None
        act, self._comes_next = self._comes_next, None
        if act is not None:
            act()

    def forget(self) -> None:
        """Another thing takes its place at once, and the place of what was to come afterwards."""
        if self._stands is not None:
            self._stands.stop()
        self._stands = self._comes_next = None
