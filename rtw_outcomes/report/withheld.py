"""Sentences instead of rows in which every number is hidden."""

from collections.abc import Sequence

from rtw_outcomes.report.reading import ReportAnalysis
from rtw_outcomes.report.wording import Wording


def tell_withheld(named: Sequence[tuple[str, ReportAnalysis]], wording: Wording) -> tuple[str, ...]:
    """A sentence for each set of reasons, with the names of what is hidden for them.

    Args:
        named: analyses without a number to tell, each with a name for what it is about.
        wording: the texts.
    """
    reasons: dict[str, dict[str, None]] = {}
    with_zero: set[str] = set()
    for name, each in named:
        own = reasons.setdefault(name, {})
        if any(number.value == 0 for number in each.statistics.values()):
            with_zero.add(name)
        for reason in each.texts["suppressed_why"].splitlines():
            if reason:
                own.setdefault(wording.give_reason(reason))
    alike: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for name, own in reasons.items():
        alike.setdefault((name in with_zero, tuple(sorted(own))), []).append(name)
    return tuple(
        wording(_choose_key(has_zero, own), names="; ".join(names), reasons=". ".join(own))
        for (has_zero, own), names in alike.items()
    )


def _choose_key(has_zero: bool, reasons: Sequence[str]) -> str:
    if not reasons:
        return "note.zero" if has_zero else "note.nothing"
    return "note.zero_or_withheld" if has_zero else "note.withheld"
