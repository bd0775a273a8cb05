"""A short soak: what `make soak` does for hours, for less than a minute."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak import kiosk
from tests.soak.__main__ import growth, orders, run
from tests.soak.findings import Finding, Use

VISITS, FAULTS, KIOSKS = 9, 24, 3


def test_nobody_is_stuck_sees_another_or_makes_the_app_crash(tmp_path: Path) -> None:
    ordered = orders(VISITS, FAULTS, seed=7, kiosks=KIOSKS, folder=tmp_path, languages=["da", "en"])
    assert sum(faults for order in ordered for _, faults in order.visits) == FAULTS
    soak = run(ordered, lambda told, soak: None)
    assert "\n\n".join(map(_told, soak.findings)) == ""
    assert len(soak.told) == VISITS
    assert sum(len(told.faults) for told in soak.told) == FAULTS
    assert sum(told.steps for told in soak.told) > VISITS


def _told(finding: Finding) -> str:
    return f"{finding.kind}: {finding.what}\n{finding.keys}\n{finding.screen}"


def test_growth_is_that_of_the_last_tenth_and_not_of_the_start() -> None:
    warming = [Use(float(n), float(n), 10) for n in range(20)]
    old = [Use(50 + n / 10, 30 + n / 10, 10 + n // 100) for n in range(200)]
    assert growth([*warming, *old], lambda use: use.memory) == pytest.approx(
        17.8 / 51.05, abs=0.005
    )
    assert growth([*warming, *old], lambda use: use.descriptors) == pytest.approx(0.1)
    assert growth(warming, lambda use: use.memory) is None


def test_what_a_kiosk_left_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "ENDED_WITHIN", 0.0)
    told = {"RUNTIME_DIRECTORY": f"{tmp_path}/written/run"}
    with subprocess.Popen(["sleep", "600"], env=told) as left:
        assert kiosk.left_over(tmp_path) == ["sleep 600 "]
        left.kill()
        left.wait()
    assert kiosk.left_over(tmp_path) == []


def test_its_kiosks_load_nothing_that_only_tests_bring_along() -> None:
    drawn = "from screens.widgets.qr_code import matrix; matrix('https://example.org')"
    told = subprocess.run(
        [sys.executable, "-c", f"import sys; {drawn}; print(*sys.modules)"],
        env=os.environ | kiosk.as_installed(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = told.stdout.split()
    assert "qrcode.main" in loaded
    assert not [name for name in loaded if name.partition(".")[0] == "PIL"]
