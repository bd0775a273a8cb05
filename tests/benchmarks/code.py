"""Our reader of codes side by side with its peers: right, wrong, quick, small.

`FRAMES` generated pictures for ours, `PEER_FRAMES` of them for the peers, which take a second a
picture. `CODE_IMAGES` is a folder of other pictures to read instead.
"""

import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hardware.mrz.recognising import Recogniser
from tests.benchmarks import code_advice, code_clips, code_frames, code_peers
from tests.benchmarks.code_frames import Frame
from tests.benchmarks.code_peers import Asked
from tests.benchmarks.report import Figure, write

WARM = 50
"""Pictures after which memory is measured."""
QUARTERS = 4


@dataclass(frozen=True)
class Score:
    """How one reader did; percentages are of all pictures that it was asked."""

    reader: str
    pictures: int
    read: float
    """Some lines came out."""
    valid: float
    exact: float | None
    """All lines are those of the truth; None where no truth is known."""
    wrong_valid: int
    """Read otherwise than the truth, and called valid all the same."""
    says_valid: bool
    cpu: tuple[float, ...]
    """ms, sorted."""
    peak_mb: float
    start_ms: float
    reason: str | None

    @property
    def p50(self) -> float:
        """ms of processor time."""
        return statistics.median(self.cpu)

    @property
    def p95(self) -> float:
        """ms of processor time."""
        return self.cpu[min(len(self.cpu) - 1, int(len(self.cpu) * 0.95))]


def score(name: str, frames: Sequence[Frame], asked: Asked) -> Score | None:
    """What the answers are worth; None if there are none."""
    pairs = list(zip(frames, asked.answers, strict=False))
    told = [(frame, answer) for frame, answer in pairs if answer is not None]
    if asked.ready is None or not told:
        return None
    known = [frame for frame, _ in pairs if frame.lines is not None]
    right = [frame for frame, answer in told if frame.is_right(answer["reads"])]
    valid = [frame for frame, answer in told if answer["valid"]]
    share = 100 / len(pairs)
    return Score(
        reader=name,
        pictures=len(pairs),
        read=share * sum(bool(answer["reads"]) for _, answer in told),
        valid=share * len(valid),
        exact=100 * len(right) / len(known) if known else None,
        wrong_valid=sum(f.lines is not None and f not in right for f in valid),
        says_valid=any(answer["valid"] is not None for _, answer in told),
        cpu=tuple(sorted(answer["cpu_ms"] for _, answer in told)),
        peak_mb=told[min(WARM, len(told)) - 1][1]["memory"]["peak"],
        start_ms=asked.ready["start_ms"],
        reason=asked.reason,
    )


def subset(frames: Sequence[Frame], asked: Asked, some: Sequence[Frame]) -> Asked:
    """The same answers, as far as they are about some of the pictures."""
    of = dict(zip((frame.file for frame in frames), asked.answers, strict=False))
    return replace(asked, answers=[of[frame.file] for frame in some if frame.file in of])


def show(rows: Sequence[Score]) -> None:
    """Prints the readers below each other."""
    print(
        f"\n{'reader':20} {'pictures':>8} {'read %':>7} {'valid %':>7} {'exact %':>7} "
        f"{'wrong yet valid':>15} {'CPU p50 ms':>10} {'p95':>7} {'peak MB':>7} {'start ms':>8}"
    )
    for row in rows:
        exact = "–" if row.exact is None else f"{row.exact:.1f}"
        valid = f"{row.valid:.1f}" if row.says_valid else "–"
        wrong = str(row.wrong_valid) if row.says_valid and row.exact is not None else "–"
        print(
            f"{row.reader:20} {row.pictures:8} {row.read:7.1f} {valid:>7} {exact:>7} "
            f"{wrong:>15} {row.p50:10.1f} {row.p95:7.1f} {row.peak_mb:7.0f} {row.start_ms:8.0f}"
            + (f"  {row.reason}" if row.reason else "")
        )


def compare(frames: list[Frame], some: list[Frame]) -> tuple[list[Score], Asked]:
    """Ours on all pictures, and everybody on some of them; with all that ours has said."""
    print(f"kiosk: {len(frames)} pictures ...", flush=True)
    ours = code_peers.ask(code_peers.KIOSK, [frame.file for frame in frames])
    same = subset(frames, ours, some)
    rows = [score("kiosk", frames, ours)]
    if len(some) < len(frames):
        rows.append(score("kiosk, same as peers", some, same))
    for reader in code_peers.OTHERS:
        print(f"{reader.name}: {len(some)} pictures ...", flush=True)
        asked = code_peers.ask(reader, [frame.file for frame in some])
        row = score(reader.name, some, asked)
        if row is None:
            print(f"{reader.name} is left out: {asked.reason}")
        rows.append(row)
    if rows[0] is None:
        raise SystemExit(f"our own reader gives no answers: {ours.reason}")
    found = [row for row in rows if row is not None]
    show(found)
    return found, ours


def of_the_set(frames: list[Frame], rows: list[Score], ours: Asked) -> list[Figure]:
    """The figures of our own reader on the generated pictures, and against its peers."""
    kiosk, same = rows[0], next((r for r in rows[1:] if r.reader.startswith("kiosk")), rows[0])
    assert kiosk.exact is not None
    answers = list(zip(frames, ours.answers, strict=False))
    figures = [
        Figure("exact", kiosk.exact, "%", 99.5, at_least=True),
        Figure("wrong_called_valid", kiosk.wrong_valid, "", 0),
        Figure("not_called_valid", 100 - kiosk.valid, "%"),
    ]
    for quarter in range(QUARTERS):
        of_it = [(f, a) for f, a in answers if int((f.hard or 0) * 3.9999) == quarter]
        if of_it:
            right = sum(a is not None and f.is_right(a["reads"]) for f, a in of_it)
            figures.append(
                Figure(f"exact_difficulty_{quarter + 1}_of_4", 100 * right / len(of_it), "%")
            )
    at_720 = [a["cpu_ms"] for f, a in answers if a is not None and f.size == (1280, 720)]
    if at_720:
        figures.append(Figure("cpu_p50_at_1280x720", statistics.median(at_720), "ms", 25))
    figures += [
        Figure("cpu_p50_all_sizes", kiosk.p50, "ms"),
        Figure("cpu_p95_all_sizes", kiosk.p95, "ms"),
        *memory(ours),
    ]
    peers = [row for row in rows if not row.reader.startswith("kiosk")]
    figures += [Figure(f"times_faster_than_{row.reader}", row.p50 / same.p50, "") for row in peers]
    able = [row for row in peers if (row.exact or 0) >= 50]
    if able:
        quickest = min(row.p50 for row in able)
        name = "times_faster_than_fastest_peer_that_reads_half"
        figures.append(Figure(name, quickest / same.p50, "", 10, at_least=True))
    else:
        print("\nno peer reads half of the pictures, so none is there to be 10 times faster than")
    return figures


def memory(ours: Asked) -> list[Figure]:
    """Memory and start of our own reader, also beyond Python with numpy and OpenCV alone."""
    assert ours.ready is not None
    told = [answer for answer in ours.answers[:WARM] if answer is not None]
    bare, then = ours.ready["bare"], told[-1]["memory"]
    return [
        Figure("memory_peak", then["peak"], "MB", 100),
        Figure("memory_peak_python_numpy_opencv_alone", bare["peak"], "MB"),
        Figure("memory_growth_pss", then["pss"] - bare["pss"], "MB"),
        Figure("memory_growth_uss", then["uss"] - bare["uss"], "MB"),
        Figure("start_all", ours.ready["start_ms"], "ms"),
        Figure("start_recogniser_alone", ours.ready["load_ms"], "ms"),
    ]


def live(recogniser: Recogniser) -> list[Figure]:
    """From a document in view to its verdict."""
    print(f"live: {code_clips.CLIPS} clips ...", flush=True)
    seen = [
        code_clips.watch(code_clips.film(number), recogniser) for number in range(code_clips.CLIPS)
    ]
    seconds = sorted(verdict.seconds for verdict in seen)
    cpu = sorted(verdict.cpu for verdict in seen)
    late = int(len(seen) * 0.95)
    return [
        Figure("live_verdict_p50", statistics.median(seconds), "s", 0.5),
        Figure("live_verdict_p95", seconds[late], "s"),
        Figure("live_cpu_p50", statistics.median(cpu), "s"),
        Figure("live_cpu_p95", cpu[late], "s"),
        Figure("live_no_verdict", sum(verdict.right is None for verdict in seen), "clips"),
        Figure("live_wrong_verdict", sum(verdict.right is False for verdict in seen), "clips", 0),
    ]


def advice(recogniser: Recogniser) -> list[Figure]:
    """What is said of pictures that cannot be read."""
    print(f"advice: {code_advice.PICTURES} pictures that cannot be read ...", flush=True)
    tallies = code_advice.advise(recogniser)
    print(f"\n{'spoiled by':14} {'not read':>8} {'right':>6} {'read':>5}  said instead")
    for name, tally in tallies.items():
        others = [f"{hint} {n}" for hint, n in tally.said.most_common() if hint != tally.expected]
        print(f"{name:14} {tally.counted:8} {tally.right:6} {tally.read:5}  {', '.join(others)}")
    share = code_advice.right_share(tallies.values())
    counted = sum(tally.counted for tally in tallies.values())
    return [
        Figure("advice_right", share, "%", 90, at_least=True),
        Figure("advice_pictures", counted, ""),
    ]


def misses(frames: list[Frame], ours: Asked) -> dict[str, list[str]]:
    """The pictures that our own reader did not read, by how: to be looked at."""
    found: dict[str, list[str]] = {"wrong_called_valid": [], "wrong": [], "nothing": []}
    for frame, answer in zip(frames, ours.answers, strict=False):
        if answer is None or not answer["reads"]:
            found["nothing"].append(frame.file.name)
        elif not frame.is_right(answer["reads"]):
            found["wrong_called_valid" if answer["valid"] else "wrong"].append(frame.file.name)
    return found


def main() -> None:
    """Measures everything and writes it down."""
    images = os.environ.get("CODE_IMAGES")
    if images:
        frames = code_frames.folder(Path(images))
        if not frames:
            raise SystemExit(f"no pictures in {images}")
        rows, _ = compare(frames, frames)
        figures = [
            Figure(f"{row.reader}_{kind}", value, unit)
            for row in rows
            for kind, value, unit in (("read", row.read, "%"), ("cpu_p50", row.p50, "ms"))
        ]
        write("code-images", figures, readers=[asdict(row) for row in rows])
        return
    print("generated pictures: rendered unless they are there ...", flush=True)
    frames = code_frames.frames(int(os.environ.get("FRAMES", code_frames.FRAMES)))
    some = code_frames.evenly(frames, int(os.environ.get("PEER_FRAMES", "100")))
    print(f"{len(frames)} pictures, seed {code_frames.SEED}; {code_frames.RULE}")
    rows, ours = compare(frames, some)
    figures = of_the_set(frames, rows, ours)
    recogniser = Recogniser()
    figures += live(recogniser)
    figures += advice(recogniser)
    print()
    write("code", figures, readers=[asdict(row) for row in rows], misses=misses(frames, ours))


if __name__ == "__main__":
    main()
