"""The words of the console: ages, what a kiosk needs, and what became of a command."""

from hardware.verdicts import DeviceState
from kiosk.fleet.commands import Rank
from kiosk.fleet.console_link import Silence
from kiosk.fleet.fleet_state import Grade, Kiosk
from kiosk.fleet.reports import Ack, OutOfOrder, Refusal, Result, StepReport, Why
from kiosk.language import Language, mark
from kiosk.selftest.results import Verdict
from kiosk.situations.model import Content, Situation, Step

_SECONDS = mark("{count} s")
_MINUTES = mark("{count} min")
_HOURS = mark("{count} h")
_DAYS = mark("{count} days")
UNKNOWN_AGE = mark("not known")

GRADES = {
    Grade.CALLING: mark("Calls for help"),
    Grade.HELPED: mark("Is being helped"),
    Grade.STUCK: mark("Stuck"),
    Grade.LOST: mark("No contact"),
    Grade.FAULT: mark("Device fault"),
    Grade.OUT_OF_ORDER: mark("Out of order"),
    Grade.WARNING: mark("Test: not all well"),
    Grade.VISIT: mark("In use"),
    Grade.IDLE: mark("Free"),
}
SIGNS = {
    Grade.CALLING: "!!",
    Grade.HELPED: "+",
    Grade.STUCK: "!",
    Grade.LOST: "?",
    Grade.FAULT: "x",
    Grade.OUT_OF_ORDER: "-",
    Grade.WARNING: "~",
    Grade.VISIT: "●",
    Grade.IDLE: "○",
}
"""What stands before each: nothing is told by colour alone."""
HELPED_BY = mark("{name} helps")
REASONS = {
    OutOfOrder.BROKEN: mark("broken"),
    OutOfOrder.CLEANING: mark("being cleaned"),
    OutOfOrder.MAINTENANCE: mark("being maintained"),
    OutOfOrder.CLOSED: mark("closed"),
}
WHY = {
    Why.CITIZEN: mark("Somebody pressed the key for staff."),
    Why.TOO_MANY_TRIES: mark("A step did not work too often."),
    Why.DEVICE: mark("A device of the kiosk does not work."),
    Why.IDLE: mark("Nobody has touched the kiosk for long."),
}
DEVICE_STATES = {
    DeviceState.NOT_CONFIGURED: mark("this kiosk has none"),
    DeviceState.OPENING: mark("is being opened"),
    DeviceState.READY: mark("ready"),
    DeviceState.STALLED: mark("does not answer"),
    DeviceState.OUT_OF_ORDER: mark("out of order"),
}
VERDICTS = {
    Verdict.PASS: mark("all well"),
    Verdict.WARN: mark("usable, but not all well"),
    Verdict.FAIL: mark("not all works"),
    Verdict.UNKNOWN: mark("could not be tested"),
}
RANKS = {
    Rank.VIEWER: mark("only looks"),
    Rank.CLERK: mark("clerk"),
    Rank.TECHNICIAN: mark("technician"),
    Rank.SUPERVISOR: mark("supervisor"),
}

DONE = mark("{kiosk}: done. {deed}")
NOT_DONE = mark("{kiosk}: not done. {why}")
SENT = mark("{kiosk}: asked. Waiting for its answer.")
NO_ANSWER = mark("The kiosk has not answered. Look at it before you try again.")
NOT_CONNECTED = mark("There is no contact with the broker.")
_BROKEN = mark("The kiosk did not accept the command. Tell the technician.")
SILENCES = {
    Silence.NO_ANSWER: NO_ANSWER,
    Silence.NOT_CONNECTED: NOT_CONNECTED,
    Silence.RANK: mark("You may not do that."),
}
REFUSALS = {
    Refusal.OVERSIZED: _BROKEN,
    Refusal.MALFORMED: _BROKEN,
    Refusal.ADDRESS: _BROKEN,
    Refusal.UNKNOWN_OPERATOR: mark("The kiosk does not know you. Tell the technician."),
    Refusal.SIGNATURE: mark("The kiosk does not accept your key. Tell the technician."),
    Refusal.EXPIRED: mark("It came too late, or a clock is wrong. Try again."),
    Refusal.FUTURE: mark("The clock here or at the kiosk is wrong. Tell the technician."),
    Refusal.REPLAY: _BROKEN,
    Refusal.RANK: mark("You may not do that, or not at this kiosk."),
    Refusal.SESSION: mark("It was for a visit that has ended."),
    Refusal.TAKEN: mark("A colleague has answered this call."),
    Refusal.UNKNOWN: mark("The kiosk does not have that, or nothing to do it to."),
    Refusal.BUSY: mark("The kiosk is busy. Try again in a moment."),
}

STEP_OF = mark("Step {number} of {count}")
EXTRA_STEP = mark("Extra step")


def age(seconds: float | None, language: Language) -> str:
    """'4 s', '12 min', '3 h', '5 days'; of what is not known, that."""
    if seconds is None:
        return language.say(UNKNOWN_AGE)
    if seconds < 100:
        return language.say(_SECONDS, count=int(seconds))
    if seconds < 100 * 60:
        return language.say(_MINUTES, count=int(seconds // 60))
    if seconds < 48 * 3600:
        return language.say(_HOURS, count=int(seconds // 3600))
    return language.say(_DAYS, count=int(seconds // 86400))


def clock(seconds: float) -> str:
    """Minutes and seconds: '2:05'."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def standing(kiosk: Kiosk, now: float, language: Language) -> str:
    """What it needs: 'Calls for help 2:05', 'anna helps', 'Out of order: being cleaned', 'Free'."""
    grade, state = kiosk.grade, kiosk.state
    words = language.say(GRADES[grade])
    if grade is Grade.CALLING:
        return f"{words} {clock(kiosk.waiting(now) or 0)}"
    if grade is Grade.HELPED and state is not None and state.by:
        return language.say(HELPED_BY, name=state.by)
    if grade is Grade.OUT_OF_ORDER and state is not None and state.reason:
        return f"{words}: {language.say(REASONS[state.reason])}"
    return words


def situation_and_step(
    report: StepReport | None, content: Content
) -> tuple[Situation | None, Step | None]:
    """What of our content a report speaks of; None where this console's content has no such thing:
    a kiosk may have other content."""
    situation = content.situations.get(report.situation) if report and report.situation else None
    if situation is None or report is None or report.step is None:
        return situation, None
    try:
        return situation, situation.step(report.step)
    except KeyError:
        return situation, None


def number(report: StepReport, language: Language) -> str:
    """'Step 7 of 17', or that it is an extra one; empty where there is no step yet."""
    if report.n is not None and report.of is not None:
        return language.say(STEP_OF, number=report.n, count=report.of)
    return language.say(EXTRA_STEP) if report.situation and report.step else ""


def outcome(kiosk: str, deed: str, ack: Ack, language: Language) -> str:
    """What became of a command."""
    if ack.result is Result.DONE:
        return language.say(DONE, kiosk=kiosk, deed=deed)
    why = language.say(REFUSALS[ack.why] if ack.why else _BROKEN)
    return language.say(NOT_DONE, kiosk=kiosk, why=why)
