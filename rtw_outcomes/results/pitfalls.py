"""Pitfalls of the field that a study has run into: each named, with a count where one may be told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.disclosure.told import ToldStatistic
from rtw_outcomes.language.measures.days import SickDays, WorkDays
from rtw_outcomes.language.measures.return_to_work import ReturnToWork
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.statistics.comparison_sample import ComparedRows


@dataclass(frozen=True)
class Pitfall:
    """Something about a result that readers often take for something else.

    Attributes:
        outcome: the id of the outcome; empty where it is about the study.
        name: a word for it.
        text: what there is, and what it means for the result.
        count: how many index dates it is about, as told; None where that is hidden or does not apply.
        is_hidden: whether there is a count that is hidden.
    """

    outcome: str
    name: str
    text: str
    count: int | None = None
    is_hidden: bool = False


def find_pitfalls(
    resolved: Sequence[ResolvedOutcome],
    described: Sequence[ToldStatistic],
    estimates: Iterable[tuple[str, Estimate]],
    rows: ComparedRows | None = None,
) -> tuple[Pitfall, ...]:
    """The pitfalls of a run, from what it computes and from what is told of it.

    Args:
        resolved: the outcomes.
        described: the statistics that describe the persons, as they are told.
        estimates: what compares groups, with the ids of the outcomes.
        rows: the index dates that are compared, where some are.
    """
    return (
        *_find_left_out(rows),
        *_find_mixed_days(resolved),
        *_find_returns(resolved),
        *_find_counts(described),
        *_find_warnings(estimates),
    )


def _find_left_out(rows: ComparedRows | None) -> Iterator[Pitfall]:
    """Index dates that are in no comparison; their number could tell the size of a small group."""
    if rows and rows.without_group:
        text = (
            "Index dates without a group, or in a group of few persons, are in no comparison. An analysis by "
            "intention to treat has all who were randomised."
        )
        yield Pitfall("", "without_group", text)
    if rows and rows.without_cluster:
        text = "Index dates without a cluster are in no comparison."
        yield Pitfall("", "without_cluster", text)


def _find_mixed_days(resolved: Sequence[ResolvedOutcome]) -> Iterator[Pitfall]:
    kinds = [each.outcome.kind for each in resolved]
    counts = {kind.count for kind in kinds if isinstance(kind, SickDays | WorkDays)}
    if len(counts) > 1:
        text = (
            "The study has net days and gross days. A part-time day is a whole gross day and a part of a net "
            "day: compare each only with its own kind."
        )
        yield Pitfall("", "net_and_gross", text)


def _find_returns(resolved: Sequence[ResolvedOutcome]) -> Iterator[Pitfall]:
    for each in resolved:
        if isinstance(each.outcome.kind, ReturnToWork):
            text = (
                "A return is the end of the benefits that the definition names. The register does not see "
                "work: who lives without these benefits counts as returned."
            )
            yield Pitfall(each.id, "end_of_benefit", text)


# The statistics that count what a pitfall is about, with its name and its text.
COUNTED = {
    "unconfirmable": (
        "unconfirmable",
        "The data end before the return of all could be confirmed through the follow-up and the time that it "
        "must last. Such persons are censored where the confirmation fails.",
    ),
    "partly_observed": (
        "fewer_observed_days",
        "Some index dates have fewer observed days than the window. Their numbers are counted over the "
        "observed days only, and are lower for it.",
    ),
}


def _find_counts(described: Sequence[ToldStatistic]) -> Iterator[Pitfall]:
    found: dict[tuple[str, str], list[float | None]] = {}
    for each in described:
        about = each.statistic
        is_there = each.told.value != 0
        if about.stat in COUNTED and not about.variable and is_there and each.n.value:
            found.setdefault((about.outcome, about.stat), []).append(each.told.value)
    for (outcome, stat), counts in found.items():
        name, text = COUNTED[stat]
        known = [int(count) for count in counts if count is not None]
        is_hidden = len(known) < len(counts)
        yield Pitfall(outcome, name, text, None if is_hidden else sum(known), is_hidden)


def _find_warnings(estimates: Iterable[tuple[str, Estimate]]) -> Iterator[Pitfall]:
    """What the estimators warn of: few clusters, hazards that are not proportional."""
    seen: dict[tuple[str, str], None] = {}
    for outcome, estimate in estimates:
        if estimate.warning and not (estimate.subgroup or estimate.choice):
            seen.setdefault((outcome, estimate.warning))
    yield from (Pitfall(outcome, "estimate", text) for outcome, text in seen)
