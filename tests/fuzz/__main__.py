"""`python -m tests.fuzz TARGET [libFuzzer's options]`: one target, until something breaks.

It needs atheris, which is not among what the tests need; `make fuzz` installs it. Inputs that are
kept lie in build/fuzz/TARGET, one that broke something beside that folder. With `--list` it names
the targets, and with a file behind TARGET it runs that input alone.
"""

import os
import sys

INSTRUMENTED = [
    "hardware", "kiosk", "screens", "asn1crypto", "nfc", "tomllib", "gettext", "babel.messages",
    "ecdsa", "serial", "textual._xterm_parser", "textual._parser",
]  # fmt: skip
"""What the fuzzer sees into; what is written in C is a closed box to it."""


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
    atheris.Setup([sys.argv[0], *own, *options, *files], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
