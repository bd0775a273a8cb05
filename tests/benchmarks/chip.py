"""What reading a chip costs: commands, bytes, our own time, and what the air would add.

Read are EF.SOD, DG1 and DG14 of the simulated Danish passport, and passive authentication is done,
over a link with nothing in between. The time is all of it but the chip's.

One command is above the fewest. EF.CardAccess is selected by its identifier and then read, where
its short identifier alone would do if all chips knew it before the application is selected; and
whether there is one is asked of a chip that has basic access control alone, too.
"""

import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from hardware.chip_link import Abilities
from hardware.emrtd import checks
from hardware.emrtd.access import open_chip
from hardware.emrtd.apdu import EXTENDED, SHORT
from hardware.emrtd.certificates import Certificate
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import Suite
from hardware.emrtd.files import SOD, FileReader, group, largest_response, room
from hardware.emrtd.trust import TrustStore
from hardware.mrz.specimens import ICAO
from hardware.simulated.emrtd.chip import Chip
from hardware.simulated.emrtd.issuing import make_authority
from hardware.simulated.emrtd.personalisation import PaceOffer, Passport, Profile, personalise
from tests.benchmarks.report import Figure, write

RUNS = 40
WARM = 5
"""Runs before, which do not count: libraries are loaded, curves prepared."""

GROUPS = (1, 14)
RATES = (106, 424, 848)
"""kbit/s on air."""
AUTHENTICATE = 0.18
"""Seconds that a chip takes for a GENERAL AUTHENTICATE."""
BITS = 9
"""Of a byte on air, with its parity (ISO/IEC 14443-3, type A)."""
FRAME = 256
AROUND = 3
"""Bytes of a frame, and those in it that are not of the APDU: control byte, check bytes."""

ACCESS = {"BAC": 3, "PACE": 7}
"""The fewest commands that open a chip and select its application (issue 4)."""
OWN_TIME = {"BAC": 25.0, "PACE": 60.0}
"""Aims in ms."""

_GENERAL_AUTHENTICATE = 0x86


class Wire:
    """A link with nothing in between, which looks at what goes over it."""

    def __init__(self, passport: Passport) -> None:
        self._chip = Chip(passport)
        self.abilities = Abilities(passport.historical_bytes, 65544, EXTENDED + 2)
        self.chip_time = 0.0
        self.frames = 0
        self.hard_work = 0
        self.instructions: list[str] = []

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        """The chip's answer; the time that it takes is the chip's."""
        begun = time.perf_counter()
        answer = self._chip.answer(apdu)
        self.chip_time += time.perf_counter() - begun
        self.frames += _frames(apdu) + _frames(answer)
        self.hard_work += apdu[1] == _GENERAL_AUTHENTICATE
        self.instructions.append(f"{apdu[1]:02X}{apdu[2]:02X}{apdu[3]:02X} {answer[-2:].hex()}")
        return answer

    def reconnect(self, timeout: float) -> None:
        """Switch it off and on."""
        self._chip.power_off()

    def close(self) -> None:
        """Nothing to let go of."""


def _frames(apdu: bytes) -> int:
    """In how many frames it goes; an acknowledgement follows each but the last."""
    return -(-len(apdu) // (FRAME - AROUND)) * 2 - 1


@dataclass(frozen=True)
class Reading:
    """What one reading took."""

    access: str
    commands: int
    moved: int
    """Bytes of all APDUs, both ways."""
    frames: int
    hard_work: int
    """GENERAL AUTHENTICATEs."""
    own: float
    """Seconds without the chip's."""
    instructions: list[str]
    """INS, P1, P2 and the status word of each, as they went over the wire."""

    def total(self, rate: int) -> float:
        """Modelled seconds: ours, the air's at so many kbit/s, and the chip's hard work."""
        on_air = (self.moved + self.frames * AROUND) * BITS / (rate * 1000)
        return self.own + on_air + self.hard_work * AUTHENTICATE


def read(passport: Passport, trust: TrustStore) -> Reading:
    """Opens the chip, reads the files and checks them, which must pass."""
    wire = Wire(passport)
    begun = time.perf_counter()
    channel = Channel(wire, time.monotonic() + 60)
    longest = largest_response(channel)
    opened = open_chip(channel, passport.mrz_key, secrets.token_bytes)
    reader = FileReader(channel, extended=longest)
    sod = reader.read(SOD)
    groups = {number: reader.read(group(number)) for number in GROUPS}
    checked = checks.passive(sod, groups, trust)
    own = time.perf_counter() - begun - wire.chip_time
    if set(checked.values()) != {checks.PASSED}:
        raise RuntimeError(f"what is right did not pass: {checked}")
    moved = channel.bytes_sent + channel.bytes_received
    return Reading(
        opened.name,
        channel.commands,
        moved,
        wire.frames,
        wire.hard_work,
        own,
        wire.instructions,
    )


def fewest(passport: Passport, suite: Suite) -> int:
    """The fewest commands: those of access, and as many for the files as fill their responses.

    How long a file is has to be learned from its first bytes; with extended length the rest of it
    comes at once.
    """
    access = ACCESS["PACE" if passport.profile.pace else "BAC"]
    most = room(SHORT, suite)
    sizes = [len(passport.files[name]) for name in (0x011D, *(0x0100 + one for one in GROUPS))]
    reads = [-(-size // most) for size in sizes]
    if passport.profile.extended:
        reads = [min(needed, 2) for needed in reads]
    return access + sum(reads)


def main() -> None:
    """Measures and writes the table."""
    authority = make_authority(country="DK")
    trust = TrustStore([Certificate(authority.certificate())])
    figures, readings = [], []

    def passport(**profile: object) -> Passport:
        made = Profile(portrait=False, active_authentication=None, **profile)  # type: ignore[arg-type]
        return personalise(ICAO["TD3"], made, authority=authority)

    aes = (PaceOffer(13, Suite.AES256),)
    cases: dict[str, tuple[Callable[[], Passport], Suite]] = {
        "BAC": (lambda: passport(pace=()), Suite.DES3),
        "BAC extended": (lambda: passport(pace=(), extended=True), Suite.DES3),
        "PACE": (lambda: passport(pace=aes), Suite.AES256),
        "PACE extended": (lambda: passport(pace=aes, extended=True), Suite.AES256),
    }
    for name, (make, suite) in cases.items():
        document = make()
        first, *others = (read(document, trust) for _ in range(WARM + RUNS))
        runs = others[WARM - 1 :]
        own = statistics.median(run.own for run in runs)
        typical = min(runs, key=lambda run: abs(run.own - own))
        readings.append({"case": name, **asdict(typical)})
        figures += [
            Figure(f"{name}: APDUs", typical.commands, "", fewest(document, suite)),
            Figure(f"{name}: bytes", typical.moved, "B"),
            Figure(f"{name}: own time", own * 1000, "ms", OWN_TIME[name.split()[0]]),
            Figure(f"{name}: own time, first", first.own * 1000, "ms"),
            *(
                Figure(f"{name}: total at {rate} kbit/s", typical.total(rate), "s")
                for rate in RATES
            ),
        ]
    write("chip", figures, readings=readings)


if __name__ == "__main__":
    main()
