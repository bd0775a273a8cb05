"""What stands on the screens of the phone app, to draw them from (config/app_screens.toml)."""

from typing import Annotated, Any, Literal, get_args

import msgspec

from kiosk.places import Folders
from kiosk.reading import Id, as_struct, read_table

FILE = "app_screens.toml"
PLAIN_PAGE = "page"
"""The screen of a step that names none."""

Label = Literal["menu", "heading", "choice", "entry", "button"]
"""Where a label of a step stands: as a menu at the top right, a heading, one of several choices, an
entry of a list. They take the labels in their order; one that is left is a button at the bottom."""
Thing = Literal[
    "text", "choices", "chosen", "entries", "people", "field", "fields", "keyboard", "keypad",
    "sms", "six-digits", "eight-digits", "home", "video", "document", "passport", "face",
    "finger", "bell", "letter", "clock", "bar", "tick",
]  # fmt: skip
"""What can be drawn without words."""
Part = Literal["title"] | Label | Thing


class AppScreen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands on one screen of the app, by and large."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1)]
    """From top to bottom."""
    free: bool = False
    """Whether the labels are alternatives among which the person is to choose freely."""
    says: str = ""
    """What of it the labels do not tell, for somebody who cannot see it: one sentence."""


class _Screens(msgspec.Struct, forbid_unknown_fields=True):
    screens: dict[Id, dict[str, Any]]


def load(folders: Folders | None = None) -> dict[Id, AppScreen]:
    """The screens by their names; `ConfigError` with one clear line when something is wrong."""
    table = read_table((folders or Folders()).find(FILE))
    return {
        key: as_struct(told, AppScreen, f"{FILE}: screens.{key}")
        for key, told in as_struct(table, _Screens, FILE).screens.items()
    }


def words_of(screen: AppScreen, labels: int) -> list[Label]:
    """The parts that take so many labels, in their order; those that are left are buttons."""
    taking = [part for part in screen.parts if part in get_args(Label)][:labels]
    return [*taking, *["button"] * (labels - len(taking))]  # type: ignore[list-item]
