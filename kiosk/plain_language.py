"""How hard sentences are to read: lix, the length of sentences and of words.

Lix is C. H. Björnsson's measure (Läsbarhet, Liber, Stockholm 1968): words per sentence, and of 100
words those of more than six letters. He calls under 25 very easy, under 35 easy. It was made for
Swedish, and is used for Danish and other Germanic languages; for others it only compares texts of
the same language. A measure finds sentences to look at. Whether they are good a person must judge.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

LONG_WORD = 6
"""Björnsson's limit: a word of more letters is a long one."""
VERY_LONG_WORD = 14
"""A word of more letters is hard to take in at one look. Often it can be said in two."""
LONG_SENTENCE = 15
"""A sentence of more words is worth a look."""
FEW_SENTENCES = 2
"""So many sentences fit into one look at the screen."""
FEW_SENTENCES_OF_ADVICE = 3
"""Advice also says why."""
RANKED_WORDS = 8
"""Shorter texts are not ranked: one long word in a name of three words says nothing."""
HARDEST = 10

_VALUE = re.compile(r"\{[^{}]*\}")
_LOOSE = re.compile(r"\s+([?!])")
_ENDS = re.compile(r"[.?!…؟][\"'”“’»«)\]]*$")


@dataclass(frozen=True)
class Measure:
    """What was counted in one text."""

    text: str
    sentences: tuple[int, ...]
    """The number of words of each sentence, in order."""
    words: tuple[int, ...]
    """The number of letters of each word, in order; 0 for a number or for a value put in later."""

    @property
    def longest_sentence(self) -> int:
        """Words of the longest sentence."""
        return max(self.sentences, default=0)

    @property
    def long_words(self) -> int:
        """How many words have more than six letters."""
        return sum(letters > LONG_WORD for letters in self.words)

    @property
    def lix(self) -> float:
        """The lix of this text; 0 when it has no words."""
        return _lix(len(self.sentences), len(self.words), self.long_words)


@dataclass(frozen=True)
class Report:
    """What was counted in all texts of a language, and which of them are worth a look."""

    texts: int
    sentences: int
    words: int
    long_words: int
    hardest: tuple[Measure, ...]
    """The ten texts with the highest lix, of those with eight words or more."""
    long_sentences: tuple[Measure, ...]
    """Texts with a sentence of more than 15 words, the longest first."""
    many_sentences: tuple[Measure, ...]
    """Texts of more than two sentences; advice, of more than three."""
    very_long_words: tuple[str, ...]
    """Words of more than 14 letters, each once, in the order of the alphabet."""

    @property
    def lix(self) -> float:
        """The lix of all texts as one; 0 when they have no words."""
        return _lix(self.sentences, self.words, self.long_words)

    @property
    def words_a_sentence(self) -> float:
        """Words of a sentence on average."""
        return self.words / self.sentences if self.sentences else 0.0


def measure(text: str) -> Measure:
    """Counts one text. A value in braces is one short word; a text without an end mark ends, too.

    A colon ends no sentence here, though with Björnsson it does: that makes lix higher, not lower.
    """
    sentences: list[int] = []
    words: list[int] = []
    begun = 0
    for word, ends in _words(text):
        words.append(sum(c.isalpha() for c in word))
        begun += 1
        if ends:
            sentences.append(begun)
            begun = 0
    if begun:
        sentences.append(begun)
    return Measure(text, tuple(sentences), tuple(words))


def report(texts: Sequence[str], advice: Collection[str] = ()) -> Report:
    """Counts the texts of one language; those also in `advice` may have three sentences."""
    measured = [measure(text) for text in texts]
    ranked = [found for found in measured if len(found.words) >= RANKED_WORDS]
    return Report(
        texts=len(measured),
        sentences=sum(len(found.sentences) for found in measured),
        words=sum(len(found.words) for found in measured),
        long_words=sum(found.long_words for found in measured),
        hardest=tuple(sorted(ranked, key=lambda found: -found.lix)[:HARDEST]),
        long_sentences=tuple(
            sorted(
                (found for found in measured if found.longest_sentence > LONG_SENTENCE),
                key=lambda found: -found.longest_sentence,
            )
        ),
        many_sentences=tuple(
            found
            for found in measured
            if len(found.sentences)
            > (FEW_SENTENCES_OF_ADVICE if found.text in advice else FEW_SENTENCES)
        ),
        very_long_words=tuple(
            sorted({word for text in texts for word in words_over(text, VERY_LONG_WORD)})
        ),
    )


def words_over(text: str, letters: int) -> list[str]:
    """The words of a text that have more letters, without the marks around them; hyphens divide."""
    parts = re.split(r"[\s/–—-]+", _VALUE.sub(" ", text))
    bare = (re.sub(r"^\W+|\W+$", "", part) for part in parts)
    return [word for word in bare if sum(c.isalpha() for c in word) > letters]


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Each word as it stands, a value as 0, and whether it ends a sentence.

    A mark before a small letter ends none, as the dot after a day of the month. French puts a
    space before a mark, which then still belongs to the word.
    """
    joined = _LOOSE.sub(r"\1", _VALUE.sub("0", text))
    told = [word for word in joined.split() if any(c.isalnum() for c in word)]
    for word, follows in zip_longest(told, told[1:], fillvalue=""):
        yield word, bool(_ENDS.search(word)) and not follows[:1].islower()


def _lix(sentences: int, words: int, long_words: int) -> float:
    if not sentences:
        return 0.0
    return words / sentences + 100 * long_words / words
