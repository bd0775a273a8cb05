"""What opens the menu for staff and stands nowhere: key 7, or three touches on one line."""

from textual import events

from screens.frame import Words
from screens.keys import Key
from screens.staff_menu.wishes import OpenMenu
from screens.widgets.key_button import KeyButton

OPENS = Key("7", "", OpenMenu())
"""Where it works it is not shown; nothing else has that digit there."""
TOUCHES, WITHIN = 3, 3.0
"""So many touches on the line within so many seconds."""


class TouchedThrice(Words):
    """A line that opens the menu when it is touched three times."""

    _touched: tuple[float, ...] = ()

    def on_click(self, event: events.Click) -> None:
        """Counts the touches; only the last ones count."""
        self._touched = (*self._touched, event.time)[-TOUCHES:]
        if len(self._touched) == TOUCHES and event.time - self._touched[0] <= WITHIN:
            self._touched = ()
            self.post_message(KeyButton.Pressed(OPENS, event.time))
