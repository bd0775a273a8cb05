"""Speech: what is said, in which order, what breaks it off; espeak-ng and aplay, really run."""

import asyncio
import io
import json
import os
import shutil
import wave
from array import array
from pathlib import Path

import pytest

from kiosk.access import PACES, VOLUMES, Access, Faster, Hear, Louder, Quieter, Slower, changed
from kiosk.speech import tone
from kiosk.speech.espeak import Espeak, Sound
from kiosk.speech.headphones import Headphones
from kiosk.speech.speaker import Speaker
from kiosk.speech.transcript import Transcript
from kiosk.speech.utterance import Utterance, spoken

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is missing")
needs_aplay = pytest.mark.skipif(not shutil.which("aplay"), reason="alsa-utils is missing")

RATE = 22050 * 2
"""Bytes a second of espeak-ng's own sound: one channel of 16 bits."""


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("– Your passport. It must be valid.", "Your passport. It must be valid."),
        ("You, on your phone  ·  You may skip it.", "You, on your phone You may skip it."),
        ("The app shows: “Reactivate”", "The app shows: Reactivate"),
        ("● Camera on. Nothing is kept.", "Camera on. Nothing is kept."),
        ("Valid – until May", "Valid, until May"),
        ("An ID-card and a well-lit face", "An ID-card and a well-lit face"),
        ("██████░░░░  60 %", "60 %"),
        ("─────", ""),
    ],
)  # fmt: skip
def test_what_only_the_eye_understands_is_not_spoken(shown: str, said: str) -> None:
    assert spoken(shown) == said


# --- the order ------------------------------------------------------------------------------------


class Voice(Espeak):
    """Takes as long over each utterance as the test likes."""

    def __init__(self) -> None:
        super().__init__("")
        self.said: list[str] = []
        self._done = asyncio.Event()

    async def say(self, utterance: Utterance, voice: str, access: Access) -> Sound:
        self.said.append(f"{voice}: {utterance.text}")
        self._done.clear()
        await self._done.wait()
        return Sound.WORKS

    def stop(self) -> None:
        self._done.set()

    async def finishes(self) -> None:
        """The utterance is over, and the next has begun."""
        self._done.set()
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def said(*texts: str) -> list[Utterance]:
    return [Utterance(text, "da") for text in texts]


async def test_what_matters_is_said_first_then_news_then_the_keys_again() -> None:
    """News wait for what matters; they break off the keys, which are said again after them."""
    voice = Voice()
    speaker = Speaker(voice, {"da": "danish"})
    speaker.read(said("step", "tap"), said("key 1", "key 2"), Access())
    await settle()
    speaker.announce(said("old hint"), Access())
    speaker.announce(said("hint"), Access())
    await voice.finishes()
    await voice.finishes()
    assert voice.said == ["danish: step", "danish: tap", "danish: hint"]
    await voice.finishes()
    speaker.announce(said("good"), Access())
    await settle()
    assert voice.said[3:] == ["danish: key 1", "danish: good"]
    await voice.finishes()
    await voice.finishes()
    await voice.finishes()
    assert voice.said[5:] == ["danish: key 1", "danish: key 2"]
    await speaker.close()


async def test_silence_is_at_once_and_nothing_comes_after_it() -> None:
    voice = Voice()
    speaker = Speaker(voice, {})
    speaker.read(said("one", "two"), said("key"), Access())
    await settle()
    speaker.stop()
    await speaker.quiet(1)
    assert voice.said == ["da: one"]
    await speaker.close()


async def test_the_next_screen_takes_the_place_of_the_one_before() -> None:
    voice = Voice()
    speaker = Speaker(voice, {})
    speaker.read(said("one", "two"), (), Access())
    await settle()
    speaker.read(said("three"), (), Access())
    await settle()
    assert voice.said == ["da: one", "da: three"]
    await speaker.close()


async def test_the_transcript_says_what_was_broken_off(tmp_path: Path) -> None:
    """One JSON object a line: what was said to its end, and what was not."""
    voice = Voice()
    file = tmp_path / "spoken.jsonl"
    speaker = Speaker(voice, {}, Transcript(file))
    speaker.read(said("Færdig", "to"), (), Access())
    await settle()
    await voice.finishes()
    await speaker.close()
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(row["text"], row["language"], row["interrupted"]) for row in rows] == [
        ("Færdig", "da", False),
        ("to", "da", True),
    ]
    assert 0 <= rows[0]["at"] <= rows[1]["at"]


# --- the program that speaks ----------------------------------------------------------------------


@pytest.fixture
def sound_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound card that is a file: what is played is in it, 16 bits and one channel."""
    heard = tmp_path / "heard.raw"
    (tmp_path / ".asoundrc").write_text(
        f'pcm.!default {{ type file\n slave.pcm {{ type null }}\nfile "{heard}"\n format "raw" }}\n'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    return heard


def seconds(heard: Path) -> float:
    return heard.stat().st_size / RATE


def loudest(heard: Path) -> int:
    return max(map(abs, array("h", heard.read_bytes())))


SENTENCE = Utterance("Åbn MitID-appen på din telefon. Tryk så på knappen.", "da")


@needs_espeak
@needs_aplay
async def test_a_sentence_sounds_as_fast_and_loud_as_is_wished(sound_file: Path) -> None:
    """Measured in what came out of the sound card."""
    voice = Espeak("espeak-ng")
    assert await voice.say(SENTENCE, "da", Access()) is Sound.WORKS
    usual, volume = seconds(sound_file), loudest(sound_file)
    assert usual > 1
    faster = changed(changed(Access(), Faster()), Quieter())
    assert await voice.say(SENTENCE, "da", faster) is Sound.WORKS
    assert seconds(sound_file) < 0.95 * usual
    # Half the amplitude is 6 dB less.
    assert loudest(sound_file) / volume == pytest.approx(0.5, abs=0.1)


@needs_espeak
@needs_aplay
async def test_speech_ends_when_it_is_broken_off(sound_file: Path) -> None:
    """A text of more than half an hour: nothing of it is played on."""
    voice = Espeak("espeak-ng")
    long = Utterance("En meget lang sætning om næsten ingenting. " * 1000, "da")
    saying = asyncio.create_task(voice.say(long, "da", Access()))
    for _ in range(1000):
        if sound_file.exists() and seconds(sound_file) > 1:
            break
        await asyncio.sleep(0.01)
    voice.stop()
    async with asyncio.timeout(10):
        await saying
    played = seconds(sound_file)
    assert 1 < played < 1500
    await asyncio.sleep(0.3)
    assert seconds(sound_file) == played


@needs_espeak
async def test_why_nothing_is_heard_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No such program, no such voice, no sound card; into nothing it speaks without one."""
    (tmp_path / ".asoundrc").write_text("pcm.!default { type hw card 31 }\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    word = Utterance("Hej", "da")
    assert await Espeak("no-such-program").say(word, "da", Access()) is Sound.MISSING
    assert await Espeak("espeak-ng", silent=True).say(word, "xx", Access()) is Sound.NO_VOICE
    assert await Espeak("espeak-ng", silent=True).say(word, "da", Access()) is Sound.WORKS
    if shutil.which("aplay"):
        assert await Espeak("espeak-ng").say(word, "da", Access()) is Sound.NO_DEVICE
    else:
        assert await Espeak("espeak-ng").say(word, "da", Access()) is Sound.MISSING


# --- how it is heard ------------------------------------------------------------------------------


def test_the_volume_has_the_range_that_is_asked_for() -> None:
    """18 dB, and a step of 12 dB in between (EN 301 549, 8.2.1)."""
    assert VOLUMES[-1] / VOLUMES[0] >= 10 ** (18 / 20) - 0.1
    assert any(abs(volume / VOLUMES[0] - 10 ** (12 / 20)) < 0.1 for volume in VOLUMES)


def test_wishes_stop_at_the_ends() -> None:
    access = Access()
    for _ in range(20):
        access = changed(changed(access, Faster()), Louder())
    assert (access.pace, access.volume) == (len(PACES) - 1, len(VOLUMES) - 1)
    for _ in range(20):
        access = changed(changed(access, Slower()), Quieter())
    assert (access.pace, access.volume) == (0, 0)
    assert changed(access, Hear()).speaking


def test_the_two_notes_are_a_sound_of_less_than_three_seconds() -> None:
    with wave.open(io.BytesIO(tone.two_notes(2))) as sound:
        assert 0.3 < sound.getnframes() / sound.getframerate() < 3
        quiet = sound.readframes(sound.getnframes())
    with wave.open(io.BytesIO(tone.two_notes(3))) as sound:
        loud = sound.readframes(sound.getnframes())
    assert max(array("h", loud)) > 1.9 * max(array("h", quiet)) > 0


@needs_aplay
async def test_the_two_notes_are_played(sound_file: Path) -> None:
    await tone.play(2)
    assert seconds(sound_file) == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize(
    ("jack", "plugged_in"),
    [("always", True), ("", False), ("/dev/no-such-jack", False), ("/dev/null", False)],
)
def test_headphones_that_cannot_be_seen_are_not_there(jack: str, plugged_in: bool) -> None:
    """`/dev/null` is a device that is no jack."""
    assert Headphones(jack).plugged_in() is plugged_in


def test_headphones_are_plugged_in_and_out(tmp_path: Path) -> None:
    jack = tmp_path / "jack"
    headphones = Headphones(f"file:{jack}")
    assert not headphones.plugged_in()
    jack.write_text("1\n")
    assert headphones.plugged_in()
    jack.write_text("0\n")
    assert not headphones.plugged_in()
    open_files = len(os.listdir("/proc/self/fd"))
    assert not Headphones("/dev/null").plugged_in()
    assert len(os.listdir("/proc/self/fd")) == open_files
