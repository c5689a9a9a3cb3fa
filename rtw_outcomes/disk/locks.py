"""Locks on files, which the system releases when the process ends, however it ends."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover  (Windows)
    import msvcrt

    def _lock(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            raise BlockingIOError from None
else:

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


# Some network drives have no locks.
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@contextmanager
def open_lock(path: Path) -> Iterator[None]:
    """Make a lock file and hold its lock until the block, or the process, ends; then remove it.

    Where the file system has no locks, nothing is held.

    Raises:
        BlockingIOError: another process holds the lock.
        OSError: the file cannot be made.
    """
    descriptor = _open(path, os.O_CREAT)
    try:
        try:
            _take(descriptor, path)
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise
        try:
            yield
        finally:
            # While the lock is held, or the next process would lock a file that is gone.
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(descriptor)
        if os.name == "nt":  # pragma: no cover
            with suppress(OSError):  # Windows removes no open file, neither ours nor another's
                path.unlink()


@contextmanager
def open_abandoned_lock(path: Path) -> Iterator[None]:
    """Take over the lock of a process that has ended; its file stays.

    Raises:
        BlockingIOError: another process holds the lock.
        OSError: there is no such file, or its file system has no locks.
    """
    descriptor = _open(path)
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path, flags: int = 0) -> int:
    no_links = getattr(os, "O_NOFOLLOW", 0)  # Windows has no such flag
    return os.open(path, os.O_RDWR | no_links | flags, 0o600)


def _take(descriptor: int, path: Path) -> None:
    _lock(descriptor)
    # Between our two calls another process may have removed the file that we opened.
    try:
        is_same = os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        is_same = False
    if not is_same:
        raise BlockingIOError
