"""Work that waits for a server, in a thread beside: Python itself hears no interrupt while it waits."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

LOOK_AGAIN = 0.1  # seconds
# A server that does not answer when it is told to stop keeps nobody waiting longer.
SECONDS_TO_STOP = 5


def run_until_stopped(work: Callable[[], T], cancel: Callable[[], None]) -> T:
    """The result of a piece of work, or its error.

    Args:
        work: waits for a server.
        cancel: tells the server to stop. It is called again and again until the work has ended, for
            it may be between two queries; what it raises counts for nothing.

    Raises:
        BaseException: what the work raised; or what interrupted this function, when the work has
            stopped.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    ended = Event()

    def keep() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

        finally:
            ended.set()

    Thread(target=keep, daemon=True).start()
    try:
        # An event, for a thread whose `join` is interrupted says in Python 3.11 that it has ended.
        while not ended.wait(LOOK_AGAIN):
            pass
    except BaseException:
        until = monotonic() + SECONDS_TO_STOP
        while not ended.is_set() and monotonic() < until:
            with suppress(Exception):
                cancel()
            ended.wait(LOOK_AGAIN)
        raise
    if errors:
        raise errors[0]
    return results[0]
