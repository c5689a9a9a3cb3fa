"""Rules on the length of spells, and on the rehabilitation chain."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem
from rtw_outcomes.language.measures.spells import ChainDay, CountOfSpells, OfLength
from rtw_outcomes.language.outcome import Outcome


def spell_lengths_are_in_days(kind: OfLength, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """The length of a spell is a count of calendar days."""
    for key, length in (("at_least", kind.at_least), ("shorter_than", kind.below)):
        if length is not None and (length.months or not length):
            yield Problem(
                ("measure", kind.key, key),
                "the length of a spell is a number of days or weeks, at least 1 day",
                found=f"`{length}`",
            )


def true_lengths_are_compared(kind: OfLength, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """The true first day decides how long a spell is, and nothing else: no date is moved to it."""
    if kind.from_true_first_day and not (kind.at_least or kind.below):
        yield Problem(
            ("measure", kind.key, "from_true_first_day"),
            "spells of every length count, so `from_true_first_day` would have no effect",
            hint="Say which lengths count, as in `at_least: 30 days`, or remove it",
        )


def some_spell_has_the_length(kind: CountOfSpells, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """`shorter_than` is longer than `at_least`, or no spell could be counted."""
    least, below = kind.least, kind.below
    if below and not below.months and not least.months and below.days <= least.days:
        yield Problem(
            ("measure", kind.key, "shorter_than"),
            f"no spell of at least {least} is shorter than {below}",
            expected=f"more than {least}",
            hint="`shorter_than: 30 days` counts spells of up to 29 days",
        )


def chain_links_spells(kind: ChainDay, outcome: Outcome) -> Iterator[Problem]:
    """A chain is made of spells: what lies between two of them is more than what is bridged."""
    join = outcome.absence and outcome.absence.join_gap
    place = ("measure", kind.key, "link_gap")
    if kind.link_gap.months:
        yield Problem(place, "a gap is a number of days or weeks", found=f"`{kind.link_gap}`")
    elif join and kind.link_gap.days < join.days:
        yield Problem(
            place,
            "spells are linked over fewer free days than absences are joined over",
            expected=f"at least {join}",
            found=f"`{kind.link_gap}`",
        )


RULES = {
    OfLength: (spell_lengths_are_in_days, true_lengths_are_compared),
    CountOfSpells: (some_spell_has_the_length,),
    ChainDay: (chain_links_spells,),
}
