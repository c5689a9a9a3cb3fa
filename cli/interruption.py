"""The end of a command that Ctrl-C or a request to end has stopped: what it says, and its status."""

import os

STATUS = 130  # what shells report for a program that Ctrl-C stopped
MESSAGE = "Interrupted. Results are replaced only when all are complete."


def end_at_once(_: int, __: object) -> None:
    """End while modules are imported: some turn an interrupt into another error."""
    os.write(2, f"rtw: {MESSAGE}\n".encode())
    os._exit(STATUS)
