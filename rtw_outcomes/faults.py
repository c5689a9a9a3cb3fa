"""A fault in a YAML file: what is wrong, and at which key."""

from dataclasses import dataclass
from difflib import get_close_matches

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """A broken rule, at a place inside the file given by keys and list positions."""

    location: Location
    what: str
    expected: str = ""
    found: str = ""
    hint: str = ""


def suggest(word: str, known: tuple[str, ...]) -> str:
    """The did-you-mean for a word that is not in a closed list; empty when nothing is near."""
    by_small_letters = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_small_letters, n=1)
    return f"Did you mean `{by_small_letters[near[0]]}`" if near else ""
