"""Starts the operator's console on this terminal: `python -m screens.operator`."""

import os

KEEP = {"TEXTUAL_DRIVER", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS", "TEXTUAL_COLUMNS", "TEXTUAL_ROWS"}
"""The last two, and the driver, are how a browser's window is told (`screens/web`)."""
for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
    # Before Textual is imported: its switches for screenshots and devtools are not for a console.
    if name not in KEEP:
        del os.environ[name]
os.environ.setdefault("TEXTUAL_FPS", "120")

import argparse  # noqa: E402
import gc  # noqa: E402
import logging  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from hardware.own_process import leave_no_core  # noqa: E402
from kiosk.places import Folders  # noqa: E402
from kiosk.reading import ConfigError  # noqa: E402


def main() -> int:
    """Reads the arguments of `kiosk operator`, and runs the console."""
    parser = argparse.ArgumentParser(prog="python -m screens.operator")
    parser.add_argument("--credentials", type=Path, required=True)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--language")
    parser.add_argument("--log", type=Path)
    arguments = parser.parse_args()
    leave_no_core()  # the operator's key is in the memory
    _log_to(arguments.log)
    from kiosk.fleet.console_link import ConsoleLink
    from kiosk.fleet.statistics_store import default_file
    from screens.kit import load_kit
    from screens.operator.app import LANGUAGES, ConsoleApp

    counts = default_file()
    try:
        # Those of the console itself, and after them those that the kiosks speak.
        kit = load_kit(Folders(arguments.config), first=arguments.language or LANGUAGES[0])
        _ = kit.content, kit.phrases  # a fault in them is told before the first screen
        app = ConsoleApp(
            kit,
            lambda changed: ConsoleLink(arguments.credentials, changed, counts),
            arguments.language or LANGUAGES[0],
            counts,
        )
    except ConfigError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2
    # What is here now stays to the end: else Python looks through all of it for what can be freed,
    # a tenth of a second and more in which no call is seen and no key answered.
    gc.collect()
    gc.freeze()
    app.run()
    return app.return_code or 0


def _log_to(file: Path | None) -> None:
    """To a file where one is named; never to this terminal."""
    logging.raiseExceptions = False
    handler: logging.Handler = logging.NullHandler()
    if file is not None:
        try:
            handler = logging.FileHandler(file)
        except OSError as error:
            print(f"kiosk: {file}: cannot be written: {error.strerror}", file=sys.stderr)
            sys.exit(2)
    logging.basicConfig(handlers=[handler], level=logging.INFO, format="%(name)s: %(message)s")


if __name__ == "__main__":
    sys.exit(main())
