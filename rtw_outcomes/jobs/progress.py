"""Progress of a job: told to whoever asks for it, and to nobody else."""

import sys
from collections.abc import Callable

# Called with a sentence as each step begins; True prints to standard error; None tells nobody.
Progress = Callable[[str], None] | bool | None


def read_progress(progress: Progress) -> Callable[[str], None]:
    """The function that is called as each step begins."""
    if callable(progress):
        return progress
    return _print if progress else _be_silent


def _print(step: str) -> None:
    sys.stderr.write(f"{step}\n")


def _be_silent(_: str) -> None:
    pass
