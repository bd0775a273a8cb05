"""What a visit has learned from its rehearsals: verdicts, hints and the issuing country alone."""

import msgspec

from hardware.verdicts import ChipExpected, ChipVerdict, CodeVerdict, DocumentKind, FaceHint
from kiosk import face_findings

ABOUT_LYING = frozenset(
    {
        ChipVerdict.READER_MISSING,
        ChipVerdict.READER_SERVICE_DOWN,
        ChipVerdict.READER_LOST,
        ChipVerdict.NONE,
        ChipVerdict.SEVERAL,
        ChipVerdict.MUTE,
        ChipVerdict.NOT_ISO_DEP,
        ChipVerdict.NOT_EMRTD,
        ChipVerdict.REMOVED,
        ChipVerdict.UNSTABLE,
        ChipVerdict.CANCELLED,
    }
)
"""Verdicts that speak of the reader, and of what lies on it now, but not of the document."""


class Learned(msgspec.Struct, frozen=True):
    """What the rehearsals of this visit have shown so far; None: not tried."""

    code: CodeVerdict | None = None
    kind: DocumentKind | None = None
    country: str = ""
    """The issuing state as ICAO Doc 9303 part 3 section 5 writes it; empty when not known."""
    chip: ChipVerdict | None = None
    chip_expected: ChipExpected | None = None
    """Whether a document such as the one that was scanned has a chip."""
    face: tuple[FaceHint, ...] = ()
    """What was said before the camera, the newest last, each once; empty: not tried."""

    def facts(self) -> frozenset[str]:
        """The same as names that content can refer to, such as `code:expired`: those in `FACTS`."""
        found = {
            "code": self.code,
            "kind": self.kind,
            "chip": self.chip,
            "chip-expected": self.chip_expected,
        }
        names = {f"{about}:{word}" for about, word in found.items() if word}
        face = face_findings.finding(self.face)
        if face and face.hint:
            names.add(f"face:{face.hint}")
        if face and face.ready:
            names.add(f"face:{FaceHint.READY}")
        return frozenset(names)


FACTS = [
    *(f"code:{verdict}" for verdict in CodeVerdict),
    *(f"kind:{kind}" for kind in DocumentKind),
    *(f"chip:{verdict}" for verdict in ChipVerdict),
    *(f"chip-expected:{word}" for word in ChipExpected),
    *(f"face:{hint}" for hint in face_findings.KEPT),
]
"""Everything that a rehearsal can find, as tips refer to it."""
