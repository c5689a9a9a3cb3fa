"""Put the files of a run into its folder: whole or not at all.

The files are written into a hidden folder beside the old ones, so that a disk that is full or may
not be written is met there. When all are complete the hidden folder is renamed, which marks it as
finished, and its files then replace the old ones one by one. Only a kill between two of these
renames can leave old and new files together; the next run finishes what it finds, and until then
the fingerprints in the manifest show it.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMPLETE = ".rtw-complete"
STAGING_PREFIX = ".rtw-staging-"
ABANDONED_AFTER_SECONDS = 24 * 3600


@contextmanager
def stage_results(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write into; when the block ends well its files go to `folder`.

    Raises:
        OSError: the folder cannot be made or written.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _finish_interrupted(folder)
        staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=folder))
        try:
            yield staging
            _flush(staging)
            staging.rename(folder / COMPLETE)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        _move_complete(folder)
    except BaseException:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _finish_interrupted(folder: Path) -> None:
    """Move what a killed run had completed, and remove what others left long ago."""
    if (folder / COMPLETE).is_dir():
        _move_complete(folder)
    for staging in folder.glob(f"{STAGING_PREFIX}*"):
        # A younger one may belong to a run that is still writing.
        if time.time() - staging.stat().st_mtime > ABANDONED_AFTER_SECONDS:
            shutil.rmtree(staging, ignore_errors=True)


def _flush(staging: Path) -> None:
    """Have the files on the disk before any name points to them."""
    for path in staging.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _move_complete(folder: Path) -> None:
    """Replace the old files; the manifest last, for it vouches for the others."""
    complete = folder / COMPLETE
    for path in sorted(complete.iterdir(), key=lambda path: path.name == "manifest.json"):
        path.replace(folder / path.name)
    complete.rmdir()
