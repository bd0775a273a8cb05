"""What the pictures show, in words for somebody who cannot see them."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kiosk.app_screens import AppScreen, Label, words_of
from kiosk.language import AppLabel, Language, mark
from kiosk.situations.model import Picture
from kiosk.speech.label import label_spoken
from kiosk.speech.utterance import Utterance, spoken

PICTURES: dict[Picture, str] = {
    "store": mark(
        "The picture shows a phone with MitID in the app store. "
        "The publisher is Digitaliseringsstyrelsen. Below is a button with an arrow down."
    ),
    "code": mark(
        "The picture shows where the code is. In a passport, it is at the bottom of the page with "
        "the photo. On an ID card, it is on the back."
    ),
    "scan-code": mark(
        "The picture shows a phone on its side, above a passport. "
        "The code is in the field at the bottom of the screen."
    ),
    "chip-sign": mark(
        "The picture shows the sign of a chip: a rectangle with a circle in it. "
        "It is on the front of a passport or ID card."
    ),
    "chip": mark(
        "The picture shows a closed passport with its front up. "
        "A phone is laid on it and lies still."
    ),
    "face": mark(
        "The picture shows a phone that a hand holds up. "
        "A face comes nearer, until it fills the frame on the screen."
    ),
    "post": mark("The picture shows a letter that comes by post."),
    "done": mark("The picture shows a phone with a large check mark."),
}
"""What each picture that needs no words of a step shows."""

PHONE = mark("The picture shows a phone.")
WHERE: dict[Label, str] = {
    "menu": mark("At the top right of the screen is:"),
    "heading": mark("It shows long texts to read:"),
    "choice": mark("One of the choices is:"),
    "entry": mark("In a list is:"),
    "button": mark("At the bottom of the screen is the button:"),
}
"""Where on the screen a label is."""
BUTTONS = mark("At the bottom of the screen are these buttons:")


def of_phone(screen: AppScreen, labels: Sequence[AppLabel], language: Language) -> list[Utterance]:
    """A screen of the app, and where on it its labels are."""
    return [
        said
        for told in _of_phone(screen, labels, language)
        for said in ([Utterance(spoken(told), language.code)] if isinstance(told, str) else told)
    ]


def _of_phone(
    screen: AppScreen, labels: Sequence[AppLabel], language: Language
) -> Iterator[str | list[Utterance]]:
    yield " ".join(filter(None, (language.say(PHONE), language.say(screen.says))))
    placed = zip(words_of(screen, len(labels)), labels, strict=True)
    for part, together in groupby(placed, key=lambda pair: pair[0]):
        told = [label for _, label in together]
        several = part == "button" and len(told) > 1
        yield language.say(BUTTONS if several else WHERE[part])
        for label in told:
            yield label_spoken(label, language)[:1]
