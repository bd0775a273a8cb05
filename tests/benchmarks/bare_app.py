"""The least Textual app that could stand in for a kiosk: a label and four buttons."""

from textual.app import App, ComposeResult
from textual.widgets import Button, Label


class BareApp(App[None]):
    """What the start of ours is compared with."""

    def compose(self) -> ComposeResult:
        """A label and four buttons."""
        yield Label("Bare app")
        for number in range(1, 5):
            yield Button(f"Button {number}")


if __name__ == "__main__":
    BareApp().run()
