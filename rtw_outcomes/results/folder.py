"""Put the files of a run into its folder: whole or not at all, and one run at a time.

The files are written into a hidden folder beside the old ones, so that a disk that is full or may
not be written is met there. When all are complete the hidden folder is renamed, which marks it as
finished, and its files then replace the old ones one by one. Only a kill between two of these
renames can leave old and new files together; the next run finishes what it finds, and until then
the fingerprints in the manifest show it.

A run holds a lock in the folder from its start to its end. Another run is refused, for one of the two
would replace the results of the other.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rtw_outcomes.disk.locks import open_lock
from rtw_outcomes.disk.workspace import FULL
from rtw_outcomes.errors import RtwError

ABOUT_PERSONS = ("outcomes.parquet", "rejected.parquet")
RELEASE = "release"  # a folder of what may leave a secure environment
CONTENTS = "contents.txt"
# Files that a run has only when its study compares groups or describes the cohort.
COMPARED_FILES = ("results.csv", "results.parquet")
EXPORTED_FILES = ("summarised_result.csv", "settings.csv")  # written after a run, from its results
SOME_FILES = (*COMPARED_FILES, *EXPORTED_FILES)
RESULT_FILES = (
    *ABOUT_PERSONS,
    "summary.csv",
    *COMPARED_FILES,
    "report.html",
    "manifest.json",  # moved last, for it vouches for the others
)
RELEASED_FILES = ("summary.csv", *SOME_FILES, "report.html", CONTENTS, "manifest.json")
RUN_FILES = (*RESULT_FILES, *(f"{RELEASE}/{name}" for name in RELEASED_FILES))
QUALITY_FILES = ("quality.csv", "quality.html")
COMPLETE = ".rtw-complete"
GONE = ".rtw-gone"  # ends the name of a mark: the run does not have this file
STAGING_PREFIX = ".rtw-staging-"
LOCK = ".rtw-lock"


@contextmanager
def stage_results(folder: Path, names: Sequence[str] = RUN_FILES) -> Iterator[Path]:
    """Give a hidden folder to write into; when the block ends well its files go to `folder`.

    Args:
        folder: where the files go.
        names: the files that will be written, with the folders that they are in.

    Raises:
        RtwError: another run writes into the folder, the system refused to write, or a folder stands
            where a file should, or a file where a folder should.
    """
    _check_places(folder, names)
    new_folders = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        with ExitStack() as held:
            with telling_the_disk(folder):
                folder.mkdir(parents=True, exist_ok=True)
                _lock(folder, held)
                _tidy(folder)
                staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=folder))
                held.callback(shutil.rmtree, staging, ignore_errors=True)
            yield staging
            with telling_the_disk(folder):
                _mark_gone(staging, names)
                _flush(staging)
                staging.rename(folder / COMPLETE)
                _move_complete(folder)
    finally:
        for path in new_folders:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _check_places(folder: Path, names: Sequence[str]) -> None:
    """Refuse a folder where a file should be, and a file or a link where a folder should."""
    for name in names:
        if (folder / name).is_dir():
            raise RtwError(f"{folder.name}/{name} is a folder, where a result file should be.")
        parent = (folder / name).parent
        # Nothing can be renamed through a link to another disk.
        if parent != folder and (parent.is_symlink() or parent.is_file()):
            place = f"{folder.name}/{parent.name}"
            raise RtwError(f"{place} is a file or a link, where a folder should be.")


@contextmanager
def telling_the_disk(folder: Path) -> Iterator[None]:
    """Tell what the system refused as a refusal to write results into this folder.

    Raises:
        RtwError: the system refused.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "the system refused"
        free = "Free space there, or choose" if error.errno in FULL else "Choose"
        raise RtwError(
            f"The results cannot be written to {folder}: {reason}. {free} another folder for them."
        ) from error


def _lock(folder: Path, held: ExitStack) -> None:
    try:
        held.enter_context(open_lock(folder / LOCK))
    except BlockingIOError:
        raise RtwError(
            f"Another run is writing to {folder}. Wait until it ends, or choose another folder for the "
            "results."
        ) from None


def _tidy(folder: Path) -> None:
    """Move what a killed run had completed, and remove what it left behind."""
    if (folder / COMPLETE).is_dir():
        _move_complete(folder)
    for staging in folder.glob(f"{STAGING_PREFIX}*"):
        shutil.rmtree(staging, ignore_errors=True)


def _mark_gone(staging: Path, names: Sequence[str]) -> None:
    """Mark the files that this run does not have, so that old ones, and what was exported of them, do not stay.

    A mark, because a file that is missing may also be one that was moved before a kill.
    """
    for name in names:
        path = staging / name
        if path.name in SOME_FILES and path.parent.is_dir() and not path.exists():
            (staging / f"{name}{GONE}").touch()


def _flush(staging: Path) -> None:
    """Have the files on the disk before any name points to them."""
    for path in staging.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _move_complete(folder: Path) -> None:
    """Replace the old files; what an earlier run has moved already is no longer among the new ones."""
    complete = folder / COMPLETE
    if (complete / RELEASE).is_dir():
        (folder / RELEASE).mkdir(exist_ok=True)
        _replace(RELEASED_FILES, complete / RELEASE, folder / RELEASE)
        (complete / RELEASE).rmdir()
    _replace((*QUALITY_FILES, *RESULT_FILES), complete, folder)
    complete.rmdir()


def _replace(names: Sequence[str], new: Path, folder: Path) -> None:
    """Put new files in the place of old ones, and remove an old one that is marked as gone."""
    for name in names:
        mark = new / f"{name}{GONE}"
        if (new / name).exists():
            (new / name).replace(folder / name)
        elif mark.exists():
            (folder / name).unlink(missing_ok=True)
            mark.unlink()
