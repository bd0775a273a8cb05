"""`python -m tests.fuzz TARGET [libFuzzer's options]`: one target, until something breaks.

It needs atheris, which is not among what the tests need; `make fuzz` installs it. Inputs that are
kept lie in build/fuzz/TARGET, one that broke something beside that folder. With `--list` it names
the targets, and with a file behind TARGET it runs that input alone.
"""

import os
import sys
from collections.abc import Callable
from time import process_time

INSTRUMENTED = [
    "hardware", "kiosk", "screens", "asn1crypto", "nfc", "tomllib", "gettext", "babel.messages",
    "ecdsa", "serial", "textual._xterm_parser", "textual._parser",
]  # fmt: skip
"""What the fuzzer sees into; what is written in C is a closed box to it."""

SLOWEST = 5.0
"""Seconds of processor time in which any input is to be done."""


def main() -> None:
    """Fuzzes the target that is named first; the other arguments are libFuzzer's."""
    if sys.argv[1:] == ["--list"]:
        from tests.fuzz import names

        print("\n".join(names()))
        return

    import atheris  # type: ignore[import-untyped,unused-ignore]

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz import FOLDER, load

        try:
            target = load(sys.argv[1] if len(sys.argv) > 1 else "")
        except KeyError:
            sys.exit("name a target; python -m tests.fuzz --list tells them")
    folder = FOLDER / target.name
    options = [option for option in sys.argv[2:] if option.startswith("-")]
    files = [name for name in sys.argv[2:] if not name.startswith("-")]
    if not files:
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.seeds):
            if len(seed) <= target.longest:
                (folder / f"seed-{number}").write_bytes(seed)
        files = [os.fspath(folder)]
    own = [f"-max_len={target.longest}", f"-artifact_prefix={folder}-"]
    atheris.Setup([sys.argv[0], *own, *options, *files], _timed(target.run))
    atheris.Fuzz()


def _timed(run: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The same, and an input that takes too much of the processor is a finding."""

    def timed(data: bytes) -> None:
        before = process_time()
        run(data)
        if process_time() - before > SLOWEST:
            raise TimeoutError(f"more than {SLOWEST} s of processor time for one input")

    return timed


if __name__ == "__main__":
    main()
