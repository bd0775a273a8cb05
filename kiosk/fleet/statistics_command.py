"""`kiosk fleet stats` and `kiosk fleet collect`: statistics, to be read and to be gathered."""

import contextlib
from pathlib import Path

import click
import msgspec

from kiosk.command_line import config_errors, format_option, print_json, refuse


@click.command()
@click.option("--centre", help="Of one centre; without it, of all that were heard.")
@click.option("--days", type=click.IntRange(1, 396), default=30, help="How many, with today.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of the statistics; without it, this user's own.",
)
@format_option
def stats(centre: str | None, days: int, file: Path | None, form: str) -> None:
    """Visits, how they end, where people give up and how long it takes; no persons.

    Nothing is told of fewer than five visits.
    """
    from kiosk.fleet import statistics, statistics_store
    from kiosk.fleet.topics import Name

    if centre is not None:
        try:
            msgspec.convert(centre, Name)
        except msgspec.ValidationError:
            refuse("--centre: is no name of a centre")
    try:
        told = statistics.read(file or statistics_store.default_file(), centre, days)
    except statistics_store.StoreError as error:
        refuse(str(error))
    if form == "json":
        print_json(msgspec.to_builtins(told))
        return
    where = told.centre or "all centres"
    print(f"{where}, {told.first} to {told.last}")
    if not told.enough:
        print(f"Fewer than {statistics.FEWEST} visits: nothing more is told.")
        return
    print(f"visits     {told.visits}" + _after("half of them took at most", told.minutes, "min"))
    for ending, n in told.endings.items():
        print(f"  {ending:<12} {n:>7}  {100 * n / told.visits:.0f} %")
    print(f"calls      {_count(told.calls)}, answered {_count(told.calls_taken)}"
          + _after("half of them within", told.wait, "s"))  # fmt: skip
    for one in told.situations:
        name = one.situation or "none chosen"
        print(f"situation  {name:<14} {one.visits:>6} visits, {one.finished} finished"
              + _after("half of them took at most", one.minutes, "min"))  # fmt: skip
    if told.steps:
        print(f"\n{'situation':<14} {'step':<26} {'people':>7} {'gave up':>8} {'failed':>7}"
              f" {'half s':>7} {'9/10 s':>7}")  # fmt: skip
    for step in told.steps:
        print(
            f"{step.situation:<14} {step.step:<26} {step.people:>7} {step.gave_up:>8}"
            f" {step.did_not_work:>7} {_time(step.seconds):>7} {_time(step.longest):>7}"
        )
    for rehearsal, shown in told.rehearsals.items():
        print(f"{rehearsal:<10} " + ", ".join(f"{name} {n}" for name, n in shown.items()))
    for device, n in told.healed.items():
        print(f"healed     {device} {n}")


@click.command()
@click.option(
    "--credentials",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of an operator of its own, best a viewer.",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of the statistics; without it, this user's own.",
)
def collect(credentials: Path, file: Path | None) -> None:
    """Counts what happens, day and night, until it is stopped; for a machine that always runs.

    A console counts while it is open. The broker keeps for a week what this one misses.
    """
    import asyncio
    import logging
    import signal

    from kiosk.fleet import statistics_store
    from kiosk.fleet.collecting import collect as collected

    async def until_stopped() -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await collected(credentials, file or statistics_store.default_file())

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with config_errors():
        asyncio.run(until_stopped())


def _after(words: str, value: float | None, unit: str) -> str:
    return "" if value is None else f"; {words} {value:g} {unit}"


def _count(n: int | None) -> str:
    return "a few" if n is None else str(n)


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.0f}"
