"""Workspaces: the folders in which runs keep temporary files, which hold rows about persons.

A workspace is gone when its run ends. A run that is killed cannot remove it, so the next run does. A
run holds a lock in its workspace, and the system releases the lock when the process dies. A workspace
whose lock is free belongs to nobody.
"""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rtw_outcomes.disk.locks import open_abandoned_lock, open_lock
from rtw_outcomes.errors import RtwError

PREFIX = "rtw-workspace-"
LOCK = ".rtw-lock"
FILES = "files"
VARIABLES = ("TMPDIR", "TEMP", "TMP")  # in the order in which Python looks at them
ATTEMPTS = 10

# What the system says when a file cannot become larger; reading never ends so.
FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


@dataclass(frozen=True)
class Cleaned:
    """The workspaces of this user that were found in the temporary folder.

    Attributes:
        folder: the temporary folder.
        removed: how many were left behind, and are gone now.
        in_use: how many belong to runs that have not ended.
        kept: how many were left behind, and cannot be removed.
    """

    folder: Path
    removed: int
    in_use: int
    kept: int


@contextmanager
def open_workspace() -> Iterator[Path]:
    """A folder for what a run keeps in files, for its owner alone; gone when the run ends.

    The workspaces that killed runs left are removed first.

    Raises:
        RtwError: the temporary folder cannot be used, or is full.
    """
    temporary = clean_workspaces().folder
    with ExitStack() as held:
        try:
            folder = _make_workspace(temporary, held)
        except OSError as error:
            raise refuse_temporary_folder(error.errno) from None
        held.callback(_remove, folder)
        try:
            yield folder / FILES
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise refuse_temporary_folder(error.errno) from None
    _remove(folder)  # again, because Windows keeps the lock file until the lock is released


def clean_workspaces() -> Cleaned:
    """Remove the workspaces of this user that no running process owns.

    Raises:
        RtwError: the temporary folder cannot be used.
    """
    temporary = find_temporary_folder()
    left = [_remove_abandoned(path) for path in temporary.glob(f"{PREFIX}*") if _is_ours(path)]
    return Cleaned(temporary, left.count("removed"), left.count("in use"), left.count("kept"))


def find_temporary_folder() -> Path:
    """The folder for temporary files: the one that the user named, or that of the system.

    Python would silently take another one where the named one cannot be used. The rows about persons
    would then lie where nobody chose to have them.

    Raises:
        RtwError: the named folder cannot be used, or the system has none.
    """
    named = next((variable for variable in VARIABLES if os.environ.get(variable)), None)
    if named is None:
        try:
            return Path(tempfile.gettempdir())
        except OSError:
            raise RtwError(
                "There is no folder for temporary files. Let TMPDIR name a folder that can be written."
            ) from None
    folder = Path(os.environ[named]).absolute()
    if not folder.is_dir():
        raise RtwError(
            f"{named} names {folder} as the folder for temporary files, and there is no such folder. "
            f"Make the folder, or let {named} name another one."
        )
    return folder


def refuse_temporary_folder(number: int | None) -> RtwError:
    """The error on a temporary folder that the system does not let us use.

    Args:
        number: the number under which the system knows the reason; None where it is not known.
    """
    reason = os.strerror(number).lower() if number else "the system refused"
    return RtwError(
        f"Temporary files cannot be written to {find_temporary_folder()}: {reason}. "
        "Free space there, or let TMPDIR name another folder."
    )


def find_refusal(folder: Path, text: str) -> RtwError | None:
    """The error that a library's text is about; None where the text is not about this workspace.

    Args:
        folder: what `open_workspace` gave.
        text: the text, which names the file that could not be written.
    """
    if folder.parent.name not in text:
        return None
    return refuse_temporary_folder(next((each for each in FULL if os.strerror(each) in text), None))


def _make_workspace(temporary: Path, held: ExitStack) -> Path:
    for _ in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=temporary))  # for its owner alone
        # Until we hold the lock, another run may take the folder for one that was left.
        with suppress(BlockingIOError, FileNotFoundError):
            held.enter_context(open_lock(folder / LOCK))
            (folder / FILES).mkdir()
            return folder
    raise OSError


def _is_ours(path: Path) -> bool:
    """Whether it is a folder that this user made; a link is none."""
    try:
        found = path.lstat()
    except FileNotFoundError:  # its run has ended this moment
        return False
    is_own = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return is_own and stat.S_ISDIR(found.st_mode)


def _remove_abandoned(folder: Path) -> str:
    try:
        with open_abandoned_lock(folder / LOCK):
            _remove(folder)
    except BlockingIOError:
        return "in use"
    except FileNotFoundError:
        # Made this moment, or removed but for itself; or by somebody else, and then it is not empty.
        with suppress(OSError):
            folder.rmdir()
        return ""
    except OSError:
        return "kept"
    _remove(folder)
    return "kept" if folder.exists() else "removed"


def _remove(folder: Path) -> None:
    """Remove a workspace; its lock last, or a kill in between would leave files that nobody removes."""
    shutil.rmtree(folder / FILES, ignore_errors=True)
    if not (folder / FILES).exists():
        shutil.rmtree(folder, ignore_errors=True)
