"""Numbers of spells, and the day of the rehabilitation chain."""

from typing import ClassVar, Literal

from pydantic import Field

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.kind import Days, Kind
from rtw_outcomes.language.yaml_types import Flag

SHORTEST_SPELL = Length(days=1)


class OfLength(Kind):
    """A measure of spells, which may ask for those of some length only."""

    at_least: Length | None = Field(default=None, title="shortest spell that counts")
    """Only spells of at least this length, first to last observed day."""

    from_true_first_day: Flag = Field(
        default=False, title="whether spells are measured from their true first day"
    )
    """Whether the length is counted from the true first day, with the days that the employer paid."""

    needs_spells = True

    @property
    def least(self) -> Length:
        """The length that a spell must have to count."""
        return self.at_least or SHORTEST_SPELL

    @property
    def below(self) -> Length | None:
        """The length that a spell must stay below to count; None is no limit."""
        return None

    @property
    def counts_from_true_first_day(self) -> bool:
        """Whether it measures spells from their true first day, which the register must tell."""
        return self.from_true_first_day


class CountOfSpells(OfLength):
    """A number of spells, which may ask for a class of lengths."""

    shorter_than: Length | None = Field(default=None, title="length that a spell must stay below")
    """Only spells of fewer days than this, counted in the same way."""

    @property
    def below(self) -> Length | None:
        """The length that a spell must stay below to count; None is no limit."""
        return self.shorter_than

    @property
    def number_of(self) -> str:
        """Spells."""
        return "spells"


class SpellsIn(CountOfSpells):
    """The number of spells that start in the window, end in it, or are ongoing on a day of it."""

    key = "spells"
    sees = "a number of spells, where a long one counts as much as a short one."

    count: Literal["started", "ended", "ongoing"] = Field(title="what is counted")
    """Spells whose first day, or last day, or any day lies in the window."""


class ChainDay(Kind):
    """The day of the rehabilitation chain: the days in the spell and in those linked before it.

    It is 0 in no spell, and missing when the day is not observed.
    """

    key = "chain_day"
    sees = "a number of days so far, on one day: what comes after that day does not count."
    looks_at: ClassVar[Days] = Days.ONE_DAY
    needs_spells = True

    at: Length = Field(title="the day that is looked at")
    """The day, counted from the index date."""

    link_gap: Length = Field(title="free days over which spells are one chain")
    """Spells are linked when at most so many free days lie between; these are not counted."""
