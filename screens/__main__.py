"""Starts the app on this terminal: `python -m screens`; the keeper does so."""

import os

from kiosk.keeper import BAD_CONFIG, LAST_GOOD, OVERWRITTEN

KEEP = {"TEXTUAL_DRIVER", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS"}
for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
    # Before Textual is imported: its switches for screenshots and devtools are not for the public.
    if name not in KEEP:
        del os.environ[name]

# What somebody's shell has left behind: the size is the terminal's, which changes with the text's.
# And what is for this process alone: the device host forgets by its end, and is to be quick.
for name in ("COLUMNS", "LINES", *OVERWRITTEN):
    os.environ.pop(name, None)

# Textual paints at the next tick of this clock: at its own 60 Hz a key waits 8 ms on average.
os.environ.setdefault("TEXTUAL_FPS", "120")

import argparse  # noqa: E402
import logging  # noqa: E402
import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from pathlib import Path  # noqa: E402

import msgspec  # noqa: E402

from hardware.own_process import (  # noqa: E402
    leave_no_core,
    no_new_privileges,
    not_to_be_looked_into,
    stay_in_memory,
)
from hardware.resources import Resource  # noqa: E402
from kiosk.places import Folders  # noqa: E402
from kiosk.reading import ConfigError  # noqa: E402

log = logging.getLogger("kiosk")


def main() -> int:
    """Reads the arguments that the keeper gives, and runs the app."""
    parser = argparse.ArgumentParser(prog="python -m screens")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--language")
    parser.add_argument("--devices", help="JSON; left out: those of the settings")
    parser.add_argument("--trust", type=Path)
    parser.add_argument("--alive", type=int)
    parser.add_argument(LAST_GOOD, action="store_true")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--may-quit", action="store_true")
    parser.add_argument("--speech-transcript", type=Path)
    parser.add_argument("--no-sound", action="store_true")
    arguments = parser.parse_args()
    # The picture of the preview may be in the memory.
    leave_no_core()
    stay_in_memory()
    no_new_privileges()
    not_to_be_looked_into()
    _log_to(arguments.log)
    from kiosk.speech.transcript import Transcript
    from screens.app import ReactivationApp
    from screens.kit import load_kit
    from screens.loudspeaker import Loudspeaker

    if arguments.alive is not None:
        os.set_blocking(arguments.alive, False)
        os.set_inheritable(arguments.alive, False)
    folders: Folders | None = Folders(arguments.config)
    if arguments.last_good:
        folders = _last_good(folders)
    if folders is None:
        return BAD_CONFIG
    try:
        kit = load_kit(folders, first=arguments.language)
    except ConfigError as error:
        return _bad_config(str(error), folders)
    if arguments.devices is None:
        devices = kit.settings.devices.resources()
    else:
        devices = msgspec.json.decode(arguments.devices, type=list[Resource])
    transcript = arguments.speech_transcript and Transcript(arguments.speech_transcript)
    app = ReactivationApp(
        kit,
        devices,
        arguments.alive,
        arguments.may_quit,
        trust=arguments.trust or folders.find("trust"),
        loudspeaker=Loudspeaker(kit, transcript, arguments.no_sound),
    )
    app.run()
    if app.bad_config:
        # Said once the terminal is itself again, so that it stays there to be read.
        return _bad_config(app.bad_config, folders)
    return app.return_code or 0


def _last_good(site: Folders) -> Folders | None:
    from kiosk import last_good

    settings_file = last_good.find(site.settings_file)
    log.warning("the last good configuration is %s", "taken" if settings_file else "missing")
    return Folders(settings_file) if settings_file else None


def _bad_config(fault: str, folders: Folders) -> int:
    from kiosk.line_numbers import with_line

    log.critical("%s", with_line(fault, folders))
    print(f"kiosk: {fault}", file=sys.stderr)
    return BAD_CONFIG


def _log_to(file: Path | None) -> None:
    """To a file where one is named, else to the system's log where there is one; never here."""
    # A log that cannot be written, on a full disk for example, is no reason to tear the screen.
    logging.raiseExceptions = False
    handler: logging.Handler = logging.NullHandler()
    with suppress(OSError):
        if file is not None:
            handler = logging.FileHandler(file)
        elif Path("/dev/log").exists():
            from logging.handlers import SysLogHandler

            handler = SysLogHandler("/dev/log")
    logging.basicConfig(handlers=[handler], level=logging.INFO, format="%(name)s: %(message)s")


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # The next app waits for this one: Python would first look through all that it holds in memory
    # for what can be freed, for a second and more.
    os._exit(code)
