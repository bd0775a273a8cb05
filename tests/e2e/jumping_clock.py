"""A clock that is set while programs run: of them alone, and as the system's own is set.

The time of day jumps; the clock by which times are measured (CLOCK_MONOTONIC) goes on, and nobody
sleeps longer or shorter. (libfaketime 0.9.10 cannot do that: it also changes what is slept.)
"""

import math
import os
import subprocess
import time
from datetime import datetime
from pathlib import Path

SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long ahead(void) {
    static int file = -1;  /* kept: a device host that has confined itself could not open it */
    char text[32] = "";
    if (file < 0) file = open(getenv("JUMPING_CLOCK"), O_RDONLY | O_CLOEXEC);
    if (file < 0 || pread(file, text, sizeof text - 1, 0) < 0) abort();
    return atoll(text);
}

int clock_gettime(clockid_t clock, struct timespec *told) {
    int failed = syscall(SYS_clock_gettime, clock, told);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        told->tv_sec += ahead();
    return failed;
}

int gettimeofday(struct timeval *told, void *zone) {
    int failed = syscall(SYS_gettimeofday, told, zone);
    if (!failed) told->tv_sec += ahead();
    return failed;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}
"""


class JumpingClock:
    """The clock of the programs that are started with its `environment`."""

    def __init__(self, folder: Path) -> None:
        """`OSError` or `CalledProcessError` where there is no C compiler."""
        library, self._file = folder / "jumping_clock.so", folder / "ahead"
        compile_it = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), "-x", "c", "-"]
        subprocess.run(compile_it, input=SOURCE, text=True, check=True, capture_output=True)
        self.jump(0)
        self.environment = {"LD_PRELOAD": str(library), "JUMPING_CLOCK": str(self._file)}

    def jump(self, ahead: float) -> None:
        """Sets it so many whole seconds ahead of the real one, at once and for all."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(
                f"{math.ceil(ahead):<31}".encode()
            )  # in one go, and over all that stood there

    def jump_to(self, moment: datetime) -> None:
        """Sets it to a moment, from which it goes on."""
        self.jump(moment.timestamp() - time.time())

    def year(self) -> int:
        """The year that a program is told, in UTC."""
        told = subprocess.run(
            ["date", "-u", "+%Y"],
            env=os.environ | self.environment,
            capture_output=True,
            check=True,
        )
        return int(told.stdout)
