"""Plays the reader on a pseudo-terminal until Ctrl+C: ICAO's specimen, every two seconds."""

import os
import time
import tty
from contextlib import suppress

SPECIMEN = (
    b"$P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    b"|L898902C36UTO7408122F1204159ZE184226B<<<<<10*\r\n"
)

if __name__ == "__main__":
    reader, port = os.openpty()
    tty.setraw(port)
    print(os.ttyname(port), flush=True)
    with suppress(KeyboardInterrupt):
        while True:
            os.write(reader, SPECIMEN)
            time.sleep(2)
