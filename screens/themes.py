"""The colours of the kiosk: light, dark, and black with white and yellow. All are our own.

Every pair that stands on top of each other has a contrast of 4.5:1 or more, 7:1 in `contrast`;
lines and edges 3:1, there 4.5:1 (`tests/screens/test_contrast.py` looks at every cell). A key with
the focus differs by 3:1 or more from the same key without it.
"""

from typing import Final

from textual.theme import Theme as Colours

from kiosk.access import Theme

VARIABLES: Final[dict[Theme, dict[str, str]]] = {
    Theme.LIGHT: {
        "paper": "#f7f5f0",  # what all lies on
        "sheet": "#ffffff",  # keys, and the labels of the phone's app
        "ink": "#1c2529",
        "quiet": "#4a555b",  # what helps, and the lines of drawings
        "heading": "#0b5a52",  # where one is, who acts, and what to look at in drawings
        "edge": "#6b767b",  # what sets keys apart
        "cap": "#0f6e64",  # the digit of a key
        "on-cap": "#ffffff",
        "primary": "#0f6e64",  # the key that goes on
        "on-primary": "#ffffff",
        "primary-cap": "#ffffff",
        "on-primary-cap": "#0b5a52",
        "focus": "#000000",  # the key that enter presses
        "on-focus": "#ffffff",
        "label": "#0f6e64",  # a label of the phone's app, where there is no room for a frame
        "on-label": "#ffffff",
        "guard": "#6b1f1f",  # what to beware of
        "on-guard": "#fdecea",
        "good": "#e3f1e6",  # what was found out here
        "on-good": "#14462a",
        "on-good-paper": "#14462a",
    },
    Theme.DARK: {
        "paper": "#0e1315",
        "sheet": "#1b2327",
        "ink": "#f2efe8",
        "quiet": "#b9c2c6",
        "heading": "#86d6c9",
        "edge": "#7c8a90",
        "cap": "#86d6c9",
        "on-cap": "#0e1315",
        "primary": "#27796c",
        "on-primary": "#ffffff",
        "primary-cap": "#ffffff",
        "on-primary-cap": "#0b4a43",
        "focus": "#ffffff",
        "on-focus": "#000000",
        "label": "#86d6c9",
        "on-label": "#0e1315",
        "guard": "#ffd0c7",
        "on-guard": "#5c1a1a",
        "good": "#143d27",
        "on-good": "#d3f3dc",
        "on-good-paper": "#9fe0b4",
    },
    Theme.CONTRAST: {
        "paper": "#000000",
        "sheet": "#000000",
        "ink": "#ffffff",
        "quiet": "#ffffff",
        "heading": "#ffff00",
        "edge": "#ffffff",
        "cap": "#ffffff",
        "on-cap": "#000000",
        "primary": "#000000",
        "on-primary": "#ffff00",
        "primary-cap": "#ffff00",
        "on-primary-cap": "#000000",
        "focus": "#ffff00",
        "on-focus": "#000000",
        "label": "#ffffff",
        "on-label": "#000000",
        "guard": "#000000",
        "on-guard": "#ffff00",
        "good": "#ffffff",
        "on-good": "#000000",
        "on-good-paper": "#ffff00",
    },
}
"""What stands behind each name of the stylesheet. `on-guard` is behind `guard`."""


def name_of(theme: Theme) -> str:
    """The name under which Textual knows a theme."""
    return f"kiosk-{theme.value}"


def colours(theme: Theme) -> Colours:
    """A theme as Textual takes it; what its own widgets would show is drawn with ours."""
    variables = VARIABLES[theme]
    return Colours(
        name=name_of(theme),
        primary=variables["heading"],
        foreground=variables["ink"],
        background=variables["paper"],
        surface=variables["sheet"],
        dark=theme is not Theme.LIGHT,
        text_alpha=1.0,
        variables=variables,
    )
