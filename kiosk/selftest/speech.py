"""The check of what is read aloud."""

import shutil

from kiosk import settings
from kiosk.language import load_languages
from kiosk.selftest.check import Given, Outcome, State
from kiosk.speech.espeak import speaks
from kiosk.speech.player import PLAYER


def speech(given: Given) -> Outcome:
    """Whether there is what speaks and what plays, and a voice for each language on offer."""
    told = settings.load(given.folders)
    program = told.speech.program
    if not program:
        message = "the settings name no program: this kiosk has no sound on purpose"
        return Outcome(State.SKIP, message)
    missing = [needed for needed in (program, PLAYER[0]) if shutil.which(needed) is None]
    if missing:
        message = f"nothing is read aloud: not installed: {', '.join(missing)}"
        return Outcome(State.WARN, message)
    languages = load_languages(told.kiosk.languages, given.folders).values()
    mute = [language.name for language in languages if not speaks(program, language.voice)]
    if mute:
        return Outcome(State.WARN, f"{program} has no voice for: {', '.join(mute)}")
    spoken = ", ".join(language.name for language in languages)
    return Outcome(State.PASS, f"{program} speaks {spoken}")
