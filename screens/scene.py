"""What a screen of a visit is made from."""

from dataclasses import dataclass, field

from kiosk.countries import country_name
from kiosk.fleet.helping import Helped
from kiosk.language import AppLabel, Language
from kiosk.phones import Place
from kiosk.situations.model import Situation, Step
from kiosk.speech.label import label_spoken
from kiosk.visit import Event, Visit, last_step_of, situation_of
from screens.keys import Key, pressing
from screens.kit import Kit


@dataclass(frozen=True)
class Scene:
    """The kit, and the visit as it stands."""

    kit: Kit
    visit: Visit
    moving: bool = True
    """Whether pictures may move."""
    helped: Helped = field(default_factory=Helped)
    """How staff helps from the desk."""

    @property
    def language(self) -> Language:
        """The language of the visit."""
        return self.kit.languages[self.visit.language]

    @property
    def other_language(self) -> Language | None:
        """The language to which one key changes: the next on offer."""
        return self.kit.language_after(self.visit.language)

    @property
    def phone_language(self) -> str:
        """The code of the language of the app on the phone: that of the kiosk, until it is told."""
        return self.visit.phone_language or self.language.phone_language

    @property
    def situation(self) -> Situation | None:
        """The situation that was chosen, if one was."""
        return situation_of(self.visit, self.kit.content)

    @property
    def last_step(self) -> Step | None:
        """The step at which the visit stands, or last stood."""
        return last_step_of(self.visit, self.kit.content)

    @property
    def place(self) -> Place:
        """The part of the phone that reads chips; of one that was not told, the upper one."""
        family = self.kit.content.phones.get(self.visit.phone)
        return family.place if family else "top"

    def country(self) -> str | None:
        """The issuing country of the document that was scanned, in words; None when not known."""
        code = self.visit.learned.country
        return country_name(code, self.visit.language) if code else None

    def label(self, key: str) -> AppLabel:
        """A label as the phone shows it."""
        return self.language.label(key, self.phone_language)

    def labels(self, step: Step) -> list[AppLabel]:
        """The labels of a step as the phone shows them."""
        return [self.label(key) for key in step.labels]

    def with_labels(self, text: str, labels: tuple[str, ...]) -> str:
        """A sentence and, in quotation marks, the labels of the app that belong to it."""
        quoted = []
        for label in map(self.label, labels):
            quoted.append(f"“{label.text}”" + (f" (“{label.english}”)" if label.english else ""))
        return " ".join([self.language.say(text), *quoted])

    def key(self, digit: str, text: str, labels: tuple[str, ...], event: Event) -> Key:
        """The key of an answer; the labels in it are spoken in the phone's language."""
        said = [pressing(self.language, digit, self.language.say(text))]
        for label in map(self.label, labels):
            said += label_spoken(label, self.language)
        return Key(digit, self.with_labels(text, labels), event, spoken=tuple(said))
