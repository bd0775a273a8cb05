"""`make soak`: kiosks side by side, random visits and faults, and what came of them.

Prints what it finds as it goes on, and writes build/bench/soak.json. Exit code 0 whatever it is.
"""

import argparse
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

import msgspec

from hardware.verdicts import Rehearsal
from tests.benchmarks.report import Figure, write
from tests.soak.findings import Finding, Order, Told, Use
from tests.soak.visits import fresh_looks

MACHINES = ("quick", "specimen", "document-camera", "camera-stalls")
"""What the kiosks have, in turn."""
LANGUAGES = ("da", "en", "de", "uk")
BACK_WITHIN = 2.0
"""Seconds in which the first screen should stand there after an app has died."""
SLOW = 5.0
"""Seconds from which it is told at once."""
MOST_GROWTH = 5.0
"""Percent by which an app or a keeper may hold more at the end."""
WARM = 20
"""Visits before an app's use of memory is counted: by then it has imported all that it needs."""


@dataclass
class Soak:
    """What all kiosks have told."""

    told: list[Told] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, told: Told | Finding) -> None:
        """Takes in one visit, or what was found after the last one."""
        with self.lock:
            if isinstance(told, Finding):
                self.findings.append(told)
            else:
                self.told.append(told)
                self.findings += told.findings

    def count(self, kind: str) -> int:
        """How many findings of this kind there are."""
        return sum(finding.kind == kind for finding in self.findings)


def orders(
    visits: int, faults: int, seed: int, kiosks: int, folder: Path, languages: Sequence[str]
) -> list[Order]:
    """Divides visits and faults among the kiosks, by the seed; looks how fresh ones look."""
    looks = folder / "looks"
    looks.write_bytes(pickle.dumps(fresh_looks(folder, tuple(languages))))
    random = Random(seed)
    falls_into = Counter(random.randrange(visits) for _ in range(faults))
    return [
        Order(
            kiosk=kiosk,
            seed=seed,
            visits=tuple((visit, falls_into[visit]) for visit in range(kiosk, visits, kiosks)),
            folder=str(folder / f"kiosk-{kiosk}"),
            looks=str(looks),
            machine=MACHINES[kiosk % len(MACHINES)],
            languages=tuple(languages),
            spared=kiosk == 0,
            sound=kiosk % 2 == 1,
            other_clock=kiosk == kiosks - 1,
        )
        for kiosk in range(kiosks)
    ]


def run(ordered: Sequence[Order], news: Callable[[Told, Soak], None]) -> Soak:
    """Runs every kiosk in a process of its own; `news` is called after each visit."""
    soak = Soak()
    with ExitStack() as running:
        workers = []
        for order in ordered:
            worker = running.enter_context(
                subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "tests.soak.worker",
                        msgspec.json.encode(order).decode(),
                    ],
                    stdout=subprocess.PIPE,
                    stdin=subprocess.DEVNULL,
                )
            )
            running.callback(worker.terminate)
            listener = threading.Thread(target=_listen, args=(worker, soak, news), daemon=True)
            listener.start()
            workers.append((worker, listener))
        try:
            for worker, listener in workers:
                listener.join()
                if worker.wait():
                    ended = f"a kiosk ended with {worker.returncode}"
                    soak.findings.append(Finding("soak", -1, ended))
        except KeyboardInterrupt:
            print("broken off; what was found so far:", flush=True)
    return soak


def _listen(
    worker: "subprocess.Popen[bytes]", soak: Soak, news: Callable[[Told, Soak], None]
) -> None:
    assert worker.stdout
    for line in worker.stdout:
        told = msgspec.json.decode(line, type=Told | Finding)
        soak.take(told)
        if isinstance(told, Told):
            news(told, soak)
        else:
            print(f"\n*** {told.kind}:\n{told.what}\n", flush=True)


def growth(
    uses: Sequence[Use | None], part: Callable[[Use], float], after: int = WARM
) -> float | None:
    """How much more the last tenth holds than the one after so many visits; 0.1: 10 %."""
    known = [part(use) for use in uses[after:] if use]
    tenth = len(uses) // 10
    if tenth < 3 or len(known) < 2 * tenth:
        return None
    return median(known[-tenth:]) / median(known[:tenth]) - 1


def figures(soak: Soak) -> list[Figure]:
    """What is counted and measured."""
    told = sorted(soak.told, key=lambda visit: visit.visit)
    restarts = [restart.seconds for t in told for restart in t.restarts if not restart.paused]
    found = [
        Figure("visits", len(told), ""),
        Figure("keys, touches and sizes", sum(t.steps for t in told), ""),
        *(
            Figure(f"visits that came to the {scan}", sum(scan in t.rehearsed for t in told), "")
            for scan in Rehearsal
        ),
        Figure("faults", sum(len(t.faults) for t in told), ""),
        Figure("dead ends", soak.count("dead end") + soak.count("no first screen"), "", 0),
        Figure("states of another visit", soak.count("foreign state"), "", 0),
        Figure("crashes", soak.count("crash"), "", 0),
        Figure("kiosks that left a process behind", soak.count("left over"), "", 0),
        Figure("failures of the soak itself", soak.count("soak"), "", 0),
        Figure("apps ended by the soak and back", len(restarts), ""),
        Figure(
            "pauses after several short lives", sum(r.paused for t in told for r in t.restarts), ""
        ),
    ]
    if restarts:
        found += [
            Figure(
                "death to first screen, p95",
                sorted(restarts)[int(0.95 * len(restarts))],
                "s",
                BACK_WITHIN,
            ),
            Figure("death to first screen, worst", max(restarts), "s", BACK_WITHIN),
        ]
    old = [t for t in told if t.keeper or t.app]
    for name, uses in (("keeper", [t.keeper for t in old]), ("app", [t.app for t in old])):
        for what, part in (
            ("memory", lambda use: use.memory),
            ("own memory", lambda use: use.own_memory),
            ("descriptors", lambda use: use.descriptors),
        ):
            # What a kiosk shows for the first time, in any language, it keeps; a leak has no end.
            for when, after in (("", WARM), (", second half", len(uses) // 2)):
                grown = growth(uses, part, after)
                if grown is not None:
                    named = f"growth of {what}, {name}{when}"
                    found.append(Figure(named, 100 * grown, "%", MOST_GROWTH))
    return found


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--faults", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kiosks", type=int, default=4)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--verbose", action="store_true", help="Tells every visit.")
    given = parser.parse_args()
    # Broken off, the kiosks are ended, too, and what was found so far is told.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()

    def news(told: Told, soak: Soak) -> None:
        for finding in told.findings:
            print(
                f"\n*** {finding.kind}: seed {given.seed}, kiosk {told.kiosk}, visit "
                f"{finding.visit}\n{finding.what}\nkeys: {finding.keys}\n{finding.screen}\n",
                flush=True,
            )
        for restart in told.restarts:
            if restart.seconds > SLOW and not restart.paused:
                print(
                    f"\nback after {restart.seconds:.1f} s: {restart.how}, seed {given.seed}, "
                    f"kiosk {told.kiosk}, visit {told.visit}: {told.keys}\n"
                )
        if given.verbose:
            print(f"{told.kiosk}/{told.visit} {told.seconds:.1f} s: {told.keys}", flush=True)
        done = len(soak.told)
        if done % 20 == 0 or done == given.visits:
            took = time.monotonic() - began
            left = took / done * (given.visits - done) / 60
            print(
                f"{done} visits, {sum(len(t.faults) for t in soak.told)} faults, "
                f"{len(soak.findings)} findings, {took / 60:.0f} min; {left:.0f} min to go",
                flush=True,
            )

    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        ordered = orders(
            given.visits, given.faults, given.seed, given.kiosks, Path(folder),
            given.languages.split(","),
        )  # fmt: skip
        soak = run(ordered, news)
    kinds = Counter(fault.split(":")[0] for told in soak.told for fault in told.faults)
    write(
        "soak",
        figures(soak),
        given=vars(given),
        faults=dict(kinds.most_common()),
        restarts=[msgspec.to_builtins(r) for told in soak.told for r in told.restarts],
        rehearsed=dict(Counter(which for told in soak.told for which in told.rehearsed)),
        ended_by=dict(Counter(told.ended_by for told in soak.told)),
        findings=[msgspec.to_builtins(finding) for finding in soak.findings],
        uses=[
            {
                "visit": t.visit,
                "keeper": msgspec.to_builtins(t.keeper),
                "app": msgspec.to_builtins(t.app),
            }
            for t in sorted(soak.told, key=lambda told: told.visit)
            if t.app
        ],
    )


if __name__ == "__main__":
    main()
