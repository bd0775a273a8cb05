"""One kiosk: where its visit stands, how the machine is, and what a clerk can do about both."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from kiosk.fleet.commands import (
    MAY,
    Deed,
    EndCall,
    EndVisit,
    Guide,
    HandOver,
    ResetVisit,
    SayPhrase,
    SetLanguage,
    TakeCall,
    TestKiosk,
)
from kiosk.fleet.fleet_state import Kiosk
from kiosk.fleet.reports import Call
from kiosk.fleet.topics import Place
from kiosk.language import language_name, mark
from kiosk.situations.model import SITUATION_IDS, SituationId
from screens.operator import words
from screens.operator.frame import BACK, SCROLLS, ConsoleScreen, Line, Press
from screens.operator.kiosk_facts import KIOSK, VISIT, kiosk_lines, visit_lines
from screens.operator.picking import Choice, PickScreen, SureScreen

ANSWER = mark("Answer")
GUIDE = mark("Show a step")
PHRASE = mark("Say something")
LANGUAGE = mark("Language")
OVER = mark("Hand over")
HELPED = mark("Help is done")
END = mark("End the visit")
RESET = mark("Begin anew")
TEST = mark("Self-test")

GONE = mark("Nothing is known of this kiosk any more.")
ANSWERED = mark("You have answered the call.")
SHOWN = mark("It shows the step.")
SAID = mark("It says: {phrase}")
SPEAKS = mark("It now speaks {name}.")
HANDED = mark("{name} goes on with the call.")
CALL_ENDED = mark("The call has ended.")
ENDED = mark("The visit has ended.")
BEGUN = mark("The visit has begun anew.")
TESTING = mark("It tests itself. This takes a minute.")

WHICH_STEP = mark("Which step shall it show?")
WHICH_PHRASE = mark("What shall it say?")
WHICH_LANGUAGE = mark("Which language shall it speak?")
WHICH_COLLEAGUE = mark("Who shall go on?")
NO_COLLEAGUE = mark("No colleague is at a console of this centre.")
SURE_END = mark("Do you want to end this visit?")
END_ERASES = mark("The visit is erased. Whoever stands there sees the first screen.")
SURE_RESET = mark("Do you want to begin this visit anew?")
RESET_ERASES = mark("The visit is erased. It begins anew at the first question.")


class OneKioskScreen(ConsoleScreen):
    """One kiosk. Its screen and its camera are never shown here."""

    AUTO_FOCUS = ""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def title_now(self) -> str:
        """Which kiosk, and what it needs."""
        kiosk = self._kiosk
        if kiosk is None:
            return str(self.place)
        console = self.console
        told = words.standing(kiosk, console.now(), self.language)
        return f"{self.place}\n{words.SIGNS[kiosk.grade]} {told}"

    def body(self) -> ComposeResult:
        """The visit, and the machine; beside each other where there is room."""
        say = self.language.say
        with VerticalScroll(id="facts", can_focus=False):
            with VerticalScroll(classes="half", can_focus=False):
                yield Line(say(VISIT), classes="columns")
                yield Line(name="visit")
            with VerticalScroll(classes="half", can_focus=False):
                yield Line(say(KIOSK), classes="columns")
                yield Line(name="machine")

    def fresh(self) -> None:
        """All lines as they are now."""
        super().fresh()
        if not self.is_mounted:
            return
        console, kiosk = self.console, self._kiosk
        visit, machine = self.query_one("#visit", Line), self.query_one("#machine", Line)
        if kiosk is None:
            visit.show(self.language.say(GONE))
            machine.show("")
            return
        now = console.now()
        visit.show(visit_lines(kiosk, console.content, self.language, now))
        machine.show(kiosk_lines(kiosk, self.language, now))

    def back(self) -> None:
        """What became of a command here is said here."""
        self.console.news = ""
        super().back()

    def presses(self) -> Sequence[Press]:
        """What can be asked of this kiosk; those that cannot be just now do nothing."""
        say, kiosk, rank = self.language.say, self._kiosk, self.console.link.rank
        sid = self._sid
        calls = kiosk is not None and kiosk.call is Call.OPEN and kiosk.help is not None
        taken = kiosk is not None and kiosk.call is not Call.NONE
        mine = taken and kiosk is not None and kiosk.call is Call.TAKEN

        def may(deed: type, on: bool, do: Callable[[], None]) -> Callable[[], None] | None:
            there = kiosk is not None and not kiosk.lost and self.console.link.connected
            return do if on and there and deed in MAY[rank] else None

        visit = sid is not None
        return (
            Press("1", say(ANSWER), may(TakeCall, calls, self._answer)),
            Press("2", say(GUIDE), may(Guide, visit, self._guide)),
            Press("3", say(PHRASE), may(SayPhrase, visit, self._phrase)),
            Press("4", say(LANGUAGE), may(SetLanguage, visit, self._language)),
            Press("5", say(OVER), may(HandOver, mine, self._hand_over)),
            Press("6", say(HELPED), may(EndCall, taken, self._help_done)),
            Press("7", say(END), may(EndVisit, visit, self._end)),
            Press("8", say(RESET), may(ResetVisit, visit, self._reset)),
            Press("9", say(TEST), may(TestKiosk, not visit, self._test)),
            Press("0", say(BACK), self.back),
        )

    def knows(self, key: str, character: str) -> bool:
        """Arrows move what does not fit on the screen."""
        rows = SCROLLS.get(key)
        if rows is None:
            return False
        self.query_one("#facts", VerticalScroll).scroll_relative(y=rows, animate=False)
        return True

    @property
    def _kiosk(self) -> Kiosk | None:
        return self.console.fleet.get(self.place)

    @property
    def _sid(self) -> str | None:
        """The visit that is seen here: what is asked is for it, and for no other."""
        kiosk = self._kiosk
        if kiosk is None:
            return None
        if kiosk.step is not None:
            return kiosk.step.sid
        return kiosk.help.sid if kiosk.help is not None else None

    def _ask(self, deed: Deed, done: str, sid: str | None) -> None:
        self.console.ask(self.place, deed, sid, done)

    def _title(self, what: str) -> str:
        return f"{self.place}: {self.language.say(what)}"

    def _answer(self) -> None:
        kiosk = self._kiosk
        if kiosk is not None and kiosk.help is not None:
            self._ask(TakeCall(kiosk.help.id), self.language.say(ANSWERED), self._sid)

    def _guide(self) -> None:
        kiosk, sid, say = self._kiosk, self._sid, self.language.say
        report = kiosk.step if kiosk is not None else None
        content = self.console.content
        of_visit = report.situation if report is not None else None
        if of_visit is None:
            choices = [Choice(key, say(content.situations[key].title)) for key in SITUATION_IDS]
            self.app.push_screen(
                PickScreen(self._title(WHICH_STEP), choices, lambda key: self._steps(key, sid))
            )
        else:
            self._steps(of_visit, sid, report.step if report is not None else None)

    def _steps(self, situation_id: str, sid: str | None, at: str | None = None) -> None:
        situation = self.console.content.situations.get(_situation_id(situation_id))
        if situation is None:
            return
        say = self.language.say
        steps = (*situation.numbered, *situation.side_steps)
        choices = [Choice(step.id, say(step.instruction)) for step in steps]

        def chosen(step: str) -> None:
            self._ask(Guide(step, situation.id), say(SHOWN), sid)

        self.app.push_screen(PickScreen(self._title(WHICH_STEP), choices, chosen, at))

    def _phrase(self) -> None:
        sid, say, phrases = self._sid, self.language.say, self.console.kit.phrases
        choices = [Choice(key, say(text)) for key, text in phrases.items()]

        def chosen(key: str) -> None:
            self._ask(SayPhrase(key), say(SAID, phrase=say(phrases[key])), sid)

        self.app.push_screen(PickScreen(self._title(WHICH_PHRASE), choices, chosen))

    def _language(self) -> None:
        kiosk, sid, say = self._kiosk, self._sid, self.language.say
        spoken = {
            code: language_name(code, self.language.code) for code in self.console.kit.languages
        }
        choices = [Choice(code, name) for code, name in spoken.items()]

        def chosen(code: str) -> None:
            self._ask(SetLanguage(code), say(SPEAKS, name=spoken[code]), sid)

        at = kiosk.state.language if kiosk is not None and kiosk.state is not None else None
        self.app.push_screen(PickScreen(self._title(WHICH_LANGUAGE), choices, chosen, at))

    def _hand_over(self) -> None:
        sid, say = self._sid, self.language.say
        colleagues = self.console.link.colleagues(self.place.centre)
        if not colleagues:
            self.console.tell(say(NO_COLLEAGUE))
            return

        def chosen(name: str) -> None:
            self._ask(HandOver(name), say(HANDED, name=name), sid)

        choices = [Choice(name, name) for name in colleagues]
        self.app.push_screen(PickScreen(self._title(WHICH_COLLEAGUE), choices, chosen))

    def _help_done(self) -> None:
        self._ask(EndCall(), self.language.say(CALL_ENDED), self._sid)

    def _end(self) -> None:
        self._sure(SURE_END, END_ERASES, EndVisit(), ENDED)

    def _reset(self) -> None:
        self._sure(SURE_RESET, RESET_ERASES, ResetVisit(), BEGUN)

    def _sure(self, question: str, what: str, deed: Deed, done: str) -> None:
        sid, say = self._sid, self.language.say
        self.app.push_screen(
            SureScreen(
                str(self.place),
                say(question),
                say(what),
                lambda: self._ask(deed, say(done), sid),
            )
        )

    def _test(self) -> None:
        self._ask(TestKiosk(), self.language.say(TESTING), None)


def _situation_id(name: str) -> SituationId:
    return next((known for known in SITUATION_IDS if known == name), SITUATION_IDS[0])
