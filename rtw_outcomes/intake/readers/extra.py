"""Libraries that only some users need: one that is not installed is told with the way to install it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rtw_outcomes.errors import RtwError


@contextmanager
def needed_for(what: str, library: str, extra: str) -> Iterator[None]:
    """Import a library of an extra inside this context.

    Args:
        what: what is read, for the message.
        library: the name under which pip knows the library.
        extra: the extra of this package that brings it.

    Raises:
        RtwError: the library is not installed, or a part of the system that it needs is not.
    """
    try:
        yield
    except ModuleNotFoundError:
        raise RtwError(
            f"Reading {what} needs {library}: pip install 'rtw-outcomes[{extra}]'"
        ) from None
    except (ImportError, OSError):
        raise RtwError(
            f"Reading {what} needs {library}, which is installed but does not start. "
            "A library of the system that it needs may be missing."
        ) from None
