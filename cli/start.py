"""The entry point of the console script: what must stand before anything slow is imported."""

import os
import signal
import sys

from .interruption import end_at_once


def main() -> None:
    """Run the command line."""
    _open_closed_streams()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end_at_once)
    from .app import main as run

    run()


def _open_closed_streams() -> None:
    """Give a stream that was closed to nobody, or the next file would get its number, and its texts.

    Standard output stays None, for what is printed there is what somebody asked for.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which gets the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (for the whole run)
