"""Finds any of thousands of byte strings in hundreds of megabytes, in about a second."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

WORD = 4
SHORTEST = 2 * WORD - 1
"""Bytes: wherever so long a string lies, a whole aligned word of memory is inside it."""
_BITS = 22
_MIX = np.uint32(2654435761)  # Knuth's, for hashing by multiplication


class Finder:
    """Looks for these strings; each belongs to a needle, which has a name."""

    def __init__(self, needles: Mapping[str, Iterable[bytes]]) -> None:
        self._patterns = [(name, hidden) for name, many in needles.items() for hidden in set(many)]
        self.longest = max(len(hidden) for _, hidden in self._patterns)
        """Bytes of the longest string: pieces of a memory must overlap by so much."""
        self.needles = set(needles)
        """Their names."""
        keys: dict[int, list[tuple[int, int]]] = {}
        for number, (name, hidden) in enumerate(self._patterns):
            if len(hidden) < SHORTEST:
                raise ValueError(f"{name} is too short to be told from chance")
            for first in range(WORD):
                places = range(first, len(hidden) - WORD + 1, WORD)
                place = max(places, key=lambda at: len(set(hidden[at : at + WORD]) - {0}))
                word = int.from_bytes(hidden[place : place + WORD], "little")
                keys.setdefault(word, []).append((number, place))
        self._keys = keys
        self._words = np.array(sorted(keys), np.uint32)
        self._maybe = np.zeros(1 << _BITS, bool)
        self._maybe[self._hashed(self._words)] = True

    def __len__(self) -> int:
        """How many strings are looked for."""
        return len(self._patterns)

    def find(self, data: bytes) -> dict[str, list[int]]:
        """Where each needle lies in `data`, whose first byte stands at an aligned address."""
        octets = np.frombuffer(data, np.uint8)
        words = octets[: len(octets) // WORD * WORD].view(np.uint32)
        places = np.flatnonzero(self._maybe[self._hashed(words)])
        which = np.searchsorted(self._words, words[places])
        which[which == len(self._words)] = 0
        right = self._words[which] == words[places]
        places, which = places[right], which[right]
        found: dict[str, list[int]] = {}
        order = np.argsort(which, kind="stable")
        places, which = places[order], which[order]
        groups = np.split(np.stack([places, which]), np.flatnonzero(np.diff(which)) + 1, axis=1)
        for group, same in (group for group in groups if group.size):
            for number, inside in self._keys[int(self._words[same[0]])]:
                name, hidden = self._patterns[number]
                starts = _all_there(octets, group * WORD - inside, hidden)
                if len(starts):
                    found.setdefault(name, []).extend(starts.tolist())
        return {name: sorted(set(starts)) for name, starts in found.items()}

    @staticmethod
    def _hashed(words: "NDArray[np.uint32]") -> "NDArray[np.uint32]":
        return (words * _MIX) >> np.uint32(32 - _BITS)


def _all_there(
    octets: "NDArray[np.uint8]", starts: "NDArray[np.int64]", hidden: bytes
) -> "NDArray[np.int64]":
    """Those of the places at which the whole string stands."""
    starts = starts[(starts >= 0) & (starts + len(hidden) <= len(octets))]
    for at, octet in enumerate(hidden):
        if not len(starts):
            break
        starts = starts[octets[starts + at] == octet]
    return starts
