"""How an app draws into a browser's window: Textual's own way, in the window's own size."""

import os
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver

SIZE = "KIOSK_WINDOW"
"""The variable with columns and rows, `120x40`. An app removes those that a shell leaves behind."""


class WindowDriver(WebDriver):
    """Begins in the size of the window, not in Textual's 80x24."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        columns, _, rows = os.environ.get(SIZE, "").partition("x")
        if columns.isdecimal() and rows.isdecimal():
            size = int(columns), int(rows)
        super().__init__(app, debug=debug, mouse=mouse, size=size)
