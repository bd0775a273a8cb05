"""Staff has a device restarted: its host is renewed, and it is reset where that can be done."""

import os
import subprocess
import sys
import time

import msgspec
import pytest

from hardware import link as link_module
from hardware.healing_record import MOST_RESETS
from hardware.link import Link
from hardware.messages import FromHost
from hardware.resources import Resource
from hardware.verdicts import HealingStep, Role
from tests.processes import alive, child, until

READER = Resource(Role.READER, "none", "/dev/null")


def heard(_: FromHost) -> None:
    """Nobody listens."""


async def restarts(role: Role, times: int = 1) -> tuple[list[bool], Link, list[int | None]]:
    """What became of each restart, the link, and the hosts before and after."""
    link = Link([READER], heard)
    await link.renew()
    hosts = [link.host_pid]
    done = []
    try:
        for _ in range(times):
            done.append(await link.restart(role))
            hosts.append(link.host_pid)
    finally:
        await link.close()
    return done, link, hosts


async def test_the_host_is_another_one_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one before is gone; a device that was reset is counted as one that was healed."""
    monkeypatch.setattr(link_module, "RESETTING", ["true"])
    done, link, (before, after) = await restarts(Role.READER)
    assert done == [True]
    assert before not in (None, after)
    until(lambda: not alive(before or 0), "the host before is gone")
    assert link.healed.steps == {(Role.READER, HealingStep.RESET): 1}


async def test_what_is_no_usb_device_is_not_reset() -> None:
    """By the real program, in a process of its own."""
    done, link, (before, after) = await restarts(Role.READER)
    assert done == [False]
    assert before != after
    assert not link.healed.steps
    command = [sys.executable, "-m", "hardware.resetting", msgspec.json.encode(READER).decode()]
    assert subprocess.run(command, check=False).returncode == 1


async def test_a_device_that_this_kiosk_has_not_is_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_module, "RESETTING", ["true"])
    done, _, _ = await restarts(Role.CAMERA)
    assert done == [False]


async def test_no_more_resets_in_an_hour_than_do_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often staff presses the key; the host is renewed each time."""
    monkeypatch.setattr(link_module, "RESETTING", ["true"])
    done, _, hosts = await restarts(Role.READER, MOST_RESETS + 1)
    assert done == [True] * MOST_RESETS + [False]
    assert len(set(hosts)) == len(hosts)


async def test_a_reset_that_the_kernel_holds_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "RESETTING", ["sh", "-c", "exec sleep 600"])
    monkeypatch.setattr(link_module, "RESET_WITHIN", 0.2)
    began = time.monotonic()
    done, _, (before, after) = await restarts(Role.READER)
    assert done == [False]
    assert after not in (None, before)
    assert time.monotonic() - began < 60
    until(lambda: child(os.getpid(), "sleep 600") is None, "who was asked to reset it is gone")
