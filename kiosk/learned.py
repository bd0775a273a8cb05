"""What a visit has learned from its rehearsals: verdicts and the issuing country, nothing else."""

import msgspec

from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind


class Learned(msgspec.Struct, frozen=True):
    """What the rehearsals of this visit have shown so far; None: not tried."""

    code: CodeVerdict | None = None
    kind: DocumentKind | None = None
    country: str = ""
    """The issuing state as ICAO Doc 9303 part 3 section 5 writes it; empty when not known."""
    chip: ChipVerdict | None = None

    def facts(self) -> frozenset[str]:
        """The same as names that content can refer to: `code:expired`, `chip:answers`."""
        found = [("code", self.code), ("chip", self.chip)]
        return frozenset(f"{kind}:{verdict.value}" for kind, verdict in found if verdict)
