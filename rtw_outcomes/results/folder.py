"""Put the files of a run into its folder: whole or not at all.

The files are written into a hidden folder beside the old ones, so that a disk that is full or may
not be written is met there. When all are complete the hidden folder is renamed, which marks it as
finished, and its files then replace the old ones one by one. Only a kill between two of these
renames can leave old and new files together; the next run finishes what it finds, and until then
the fingerprints in the manifest show it.

A lock tells a hidden folder that a run still writes into from one that a kill left behind, and
keeps two runs from moving their files at the same time. Where the system has no such locks, a
hidden folder of an earlier day counts as left behind.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rtw_outcomes.errors import RtwError

try:
    import fcntl
except ImportError:  # pragma: no cover  (Windows)
    fcntl = None  # type: ignore[assignment]

RESULT_FILES = (
    "outcomes.parquet",
    "summary.csv",
    "report.html",
    "rejected.parquet",
    "manifest.json",  # moved last, for it vouches for the others
)
QUALITY_FILES = ("quality.csv", "quality.html")
COMPLETE = ".rtw-complete"
STAGING_PREFIX = ".rtw-staging-"
ABANDONED_AFTER_SECONDS = 24 * 3600


@contextmanager
def stage_results(folder: Path, names: Sequence[str] = RESULT_FILES) -> Iterator[Path]:
    """Give a hidden folder to write into; when the block ends well its files go to `folder`.

    Args:
        folder: where the files go.
        names: the files that will be written.

    Raises:
        RtwError: the system refused to write, or a folder stands where a file should.
    """
    for name in names:
        if (folder / name).is_dir():
            raise RtwError(f"{folder.name}/{name} is a folder, where a result file should be.")
    new_folders = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        with ExitStack() as held:
            with telling_the_disk(folder), _lock_new(folder):
                _tidy(folder)
                staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=folder))
                held.callback(shutil.rmtree, staging, ignore_errors=True)
                held.enter_context(_lock(staging))
            yield staging
            with telling_the_disk(folder), _lock(folder):
                _flush(staging)
                _tidy(folder)
                staging.rename(folder / COMPLETE)
                _move_complete(folder)
    finally:
        for path in new_folders:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


@contextmanager
def telling_the_disk(folder: Path) -> Iterator[None]:
    """Tell what the system refused as a refusal to write results into this folder.

    Raises:
        RtwError: the system refused.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise RtwError(f"The results cannot be written to {folder.name}/: {reason}.") from error


@contextmanager
def _lock_new(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        yield


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold a folder until the block, or the process, ends."""
    if fcntl is None:  # pragma: no cover  (Windows)
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_abandoned(staging: Path) -> bool:
    """Whether the run that wrote into this folder is gone."""
    if fcntl is None:  # pragma: no cover  (Windows)
        return time.time() - staging.stat().st_mtime > ABANDONED_AFTER_SECONDS
    descriptor = os.open(staging, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _tidy(folder: Path) -> None:
    """Move what a killed run had completed, and remove what others left behind."""
    if (folder / COMPLETE).is_dir():
        _move_complete(folder)
    for staging in folder.glob(f"{STAGING_PREFIX}*"):
        if _is_abandoned(staging):
            shutil.rmtree(staging, ignore_errors=True)


def _flush(staging: Path) -> None:
    """Have the files on the disk before any name points to them."""
    for path in staging.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _move_complete(folder: Path) -> None:
    """Replace the old files."""
    complete = folder / COMPLETE
    for name in (*QUALITY_FILES, *RESULT_FILES):
        if (complete / name).exists():
            (complete / name).replace(folder / name)
    complete.rmdir()
