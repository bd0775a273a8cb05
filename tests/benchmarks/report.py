"""How a benchmark writes down what it measured: a table, and build/bench/NAME.json."""

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("build/bench")


@dataclass(frozen=True)
class Figure:
    """One figure; the aim is the most it should be (or the least), None where there is none."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the aim was met."""
        if self.aim is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim


def machine() -> dict[str, object]:
    """What the figures were measured on, as far as it bears on them."""
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def write(name: str, figures: list[Figure], **more: object) -> None:
    """Prints the table and writes the JSON file, and there `more` as well."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    told = {
        f.name: {"value": round(f.value, 3), "unit": f.unit, "aim": f.aim, "met": f.met}
        for f in figures
    }
    file = FOLDER / f"{name}.json"
    file.write_text(json.dumps({"machine": machine(), "figures": told, **more}, indent=2) + "\n")
    width = max(len(figure.name) for figure in figures)
    print(f"{'figure':{width}}  {'value':>10}  {'unit':5}  {'aim':>8}  met")
    for figure in figures:
        aim = "–" if figure.aim is None else f"{'≥' * figure.at_least}{figure.aim:g}"
        met = {True: "yes", False: "NO", None: "–"}[figure.met]
        print(f"{figure.name:{width}}  {figure.value:10.2f}  {figure.unit:5}  {aim:>8}  {met}")
    print(f"written to {file}")
