"""What is known of one kiosk and of its visit, in lines for the clerk; nothing about the person."""

from collections.abc import Iterator

from rich.text import Text

from hardware.verdicts import DeviceState
from kiosk.fleet.fleet_state import Grade, Kiosk
from kiosk.fleet.reports import Call, Doing, KioskState, SelfTestReport, StepReport
from kiosk.handover import TRIES
from kiosk.language import Language, language_name, mark
from kiosk.selftest.results import State
from kiosk.selftest.words import DEVICES, LINE
from kiosk.situations.model import Content
from kiosk.tried import CHIP_FOUND, CODE_FOUND, FACE_LASTED, FACE_SEEN, NOT_TRIED
from screens.operator import words
from screens.operator.words import DEVICE_STATES, REASONS, VERDICTS, WHY
from screens.progress import dots

HEARD = mark("Last heard {age} ago.")
NEVER_HEARD = mark("Not heard since this console began.")
LOST = mark("No contact now.")
FREE = mark("Nobody is at the kiosk.")
STARTING = mark("The kiosk is starting.")
OUT_OF_ORDER = mark("Staff has put it out of order: {reason}.")
CALLS = mark("Somebody calls for help, and has waited {time}.")
TAKEN = mark("{name} is helping.")
NO_STEP = mark("The visit has not come to a step yet.")
ON_SCREEN = mark("On the screen for {age}.")
SPEAKS = mark("Language: {name}.")
UNKNOWN_STEP = mark("This console does not know that step: its content is another.")
LABEL = mark("In the app: {label}")
TESTED = mark("Last self-test, {age} ago: {verdict}.")
NOT_TESTED = mark("No self-test is known.")
CHECKS = mark("Checks that were not well: {checks}.")
VERSION = mark("Version {version}.")
VISIT = mark("The visit")
KIOSK = mark("The kiosk")
NOT_WELL = (State.FAIL, State.ERROR, State.WARN)


def visit_lines(kiosk: Kiosk, content: Content, language: Language, now: float) -> Text:
    """What goes on in front of it."""
    return _lines(_visit(kiosk, content, language, now))


def kiosk_lines(kiosk: Kiosk, language: Language, now: float) -> Text:
    """How the machine itself is."""
    return _lines(_machine(kiosk, language, now))


def _lines(lines: Iterator[str | Text]) -> Text:
    return Text("\n").join(Text(line) if isinstance(line, str) else line for line in lines)


def _bold(words_: str) -> Text:
    return Text(words_, "bold")


def _visit(kiosk: Kiosk, content: Content, language: Language, now: float) -> Iterator[str | Text]:
    say, state, report = language.say, kiosk.state, kiosk.step
    if kiosk.grade is Grade.CALLING:
        yield _bold(say(CALLS, time=words.clock(kiosk.waiting(now) or 0)))
        if kiosk.help is not None:
            yield say(WHY[kiosk.help.reason])
    elif kiosk.call is Call.TAKEN and state is not None and state.by:
        yield _bold(say(TAKEN, name=state.by))
    if report is not None:
        yield from _where(report, content, language)
        yield _meanwhile(report, state, language, now)
        yield from _rehearsed(report, language)
    elif state is not None and state.state is Doing.OUT_OF_ORDER and state.reason:
        yield say(OUT_OF_ORDER, reason=say(REASONS[state.reason]))
    elif state is not None and state.state is Doing.STARTING:
        yield say(STARTING)
    elif state is not None and state.state is Doing.VISIT:
        yield say(NO_STEP)
    elif not kiosk.lost:
        yield say(FREE)


def _where(report: StepReport, content: Content, language: Language) -> Iterator[str | Text]:
    say = language.say
    situation, step = words.situation_and_step(report, content)
    if situation is not None:
        yield say(situation.title)
    if step is not None and situation is not None:
        yield _bold(f"{words.number(report, language)}: {say(step.instruction)}")
        for key in step.labels:
            label = language.label(key)
            yield say(LABEL, label=f"“{label.text}”")
        phases = situation.phases()
        if step.phase in phases:
            named = [say(content.phases[phase]) for phase in phases]
            line = dots(named, phases.index(step.phase), " ")
            line.no_wrap = False
            yield line
    elif report.situation and report.step:
        yield say(UNKNOWN_STEP)
    elif report.step in content.questions:
        yield _bold(say(content.questions[report.step].text))
    elif report.step in content.routes:
        yield _bold(say(content.routes[report.step].title))
    else:
        yield say(NO_STEP)


def _meanwhile(
    report: StepReport, state: KioskState | None, language: Language, now: float
) -> Text:
    """For how long, how often in vain, and in which language: one line."""
    say = language.say
    told = Text(say(ON_SCREEN, age=words.age(max(0.0, now - report.since), language)) + " ")
    if report.tries:
        told.append(say(TRIES, count=report.tries) + ". ", "bold")
    if state is not None and state.language:
        told.append(say(SPEAKS, name=language_name(state.language, language.code)))
    return told


def _rehearsed(report: StepReport, language: Language) -> Iterator[str]:
    say = language.say
    if report.code:
        yield "– " + say(CODE_FOUND[report.code])
    if report.chip:
        yield "– " + say(CHIP_FOUND[report.chip])
    if report.hint in FACE_SEEN:
        yield "– " + say(FACE_LASTED, seen=say(FACE_SEEN[report.hint]))
    if not (report.code or report.chip or report.hint):
        yield "– " + say(NOT_TRIED)


def _machine(kiosk: Kiosk, language: Language, now: float) -> Iterator[str | Text]:
    say = language.say
    age = kiosk.age(now)
    heard = say(NEVER_HEARD) if age is None else say(HEARD, age=words.age(age, language))
    yield _bold(f"{say(LOST)} {heard}") if kiosk.lost else heard
    if kiosk.devices:
        yield _devices(kiosk, language)
    yield from _tested(kiosk.selftest, language, now)
    if kiosk.state is not None and kiosk.state.app:
        yield say(VERSION, version=kiosk.state.app)


def _devices(kiosk: Kiosk, language: Language) -> Text:
    """'Scanner: ready. Chip reader: out of order (absent).'; in bold what is not ready."""
    told = Text()
    reasons = kiosk.selftest.reasons if kiosk.selftest else {}
    for role, state in kiosk.devices.items():
        one = language.say(
            LINE, device=language.say(DEVICES[role]), state=language.say(DEVICE_STATES[state])
        )
        well = state not in (DeviceState.OUT_OF_ORDER, DeviceState.STALLED)
        told.append(one, "" if well else "bold")
        told.append(f" ({reasons[role]}) " if role in reasons and not well else " ")
    return told


def _tested(test: SelfTestReport | None, language: Language, now: float) -> Iterator[str]:
    say = language.say
    if test is None:
        yield say(NOT_TESTED)
        return
    age = words.age(max(0.0, now - test.at), language)
    yield say(TESTED, age=age, verdict=say(VERDICTS[test.verdict]))
    if checks := [name for name, state in test.checks.items() if state in NOT_WELL]:
        yield say(CHECKS, checks=", ".join(checks[:6]))
