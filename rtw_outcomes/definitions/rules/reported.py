"""Rules on values that the cohort brings."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem
from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.outcome import Outcome


def range_has_values(kind: Reported, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """An instrument that can give one value only tells nothing."""
    if kind.range_.from_ >= kind.range_.to:
        yield Problem(
            ("measure", kind.key, "range"),
            "the range ends before it starts, or holds one value only",
            expected="`from` below `to`",
            found=f"{kind.range_}",
        )


def cut_divides_the_range(kind: Reported, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """A cut that every value of the range reaches, or none, is no question."""
    cut, least, most = kind.cut, kind.range_.from_, kind.range_.to
    if cut is None or least >= most:
        return
    is_above = cut.above is not None
    always = cut.limit < least if is_above else cut.limit <= least
    never = cut.limit >= most if is_above else cut.limit > most
    if always or never:
        yield Problem(
            ("measure", kind.key, "cut"),
            f"{'every' if always else 'no'} value {kind.range_} is {cut}, so the answer would always be "
            f"{'yes' if always else 'no'}",
            expected="a limit that some values of the range reach and others do not",
        )


RULES = {Reported: (range_has_values, cut_divides_the_range)}
