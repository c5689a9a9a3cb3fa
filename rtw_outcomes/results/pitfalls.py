"""Pitfalls of the field that a study has run into: each named, with a count where one may be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rtw_outcomes.disclosure.estimates import ToldEstimate
from rtw_outcomes.disclosure.told import ToldStatistic
from rtw_outcomes.language.measures.days import SickDays, WorkDays
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.measures.return_to_work import ReturnToWork
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import MISSING
from rtw_outcomes.language.vocabulary import NOT_OBSERVED
from rtw_outcomes.statistics.comparison_sample import ComparedRows
from rtw_outcomes.statistics.description import PARTLY
from rtw_outcomes.statistics.fixed_days import NOT_AT_RISK, FixedDays

# Of so many tests of nothing one is below 0.05 by chance.
MANY_P_VALUES, MANY_GROUPS = 20, 10


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
    estimates: Sequence[tuple[str, ToldEstimate]],
    rows: ComparedRows | None = None,
    at: Sequence[str] = (),
) -> tuple[Pitfall, ...]:
    """The pitfalls of a run, from what it computes and from what is told of it.

    Args:
        resolved: the outcomes.
        described: the statistics that describe the persons, as they are told.
        estimates: what compares groups, as it is told, with the ids of the outcomes.
        rows: the index dates that are compared, where some are.
        at: the days on which curves were to be read.
    """
    counts = _Counts(described)
    return (
        *_find_left_out(rows),
        *_find_many_comparisons(estimates, rows),
        *_find_mixed_days(resolved),
        *_find_returns(resolved),
        *_find_late_days(resolved, at),
        *(_find_risk_sets(resolved, counts) if rows else ()),
        *_find_counts(resolved, counts),
        *_find_unobserved_states(resolved, counts),
        *_find_warnings(estimates),
    )


CountsByLevel = Mapping[str, Sequence[ToldStatistic]]


class _Counts:
    """The counts of the summary as they are told, by outcome and name: those of all groups for each level."""

    def __init__(self, described: Sequence[ToldStatistic]) -> None:
        self._found: dict[tuple[str, str], dict[str, list[ToldStatistic]]] = {}
        for each in described:
            about = each.statistic
            levels = self._found.setdefault((about.outcome, about.stat), {})
            levels.setdefault(about.level, []).append(each)

    def find(self, outcome: str, stat: str) -> CountsByLevel:
        """The counts of every level on which the outcome is split; one without a name where it is not."""
        return self._found.get((outcome, stat), {})

    def find_some(self, outcome: str, stat: str) -> CountsByLevel:
        """Those levels in which some group has a count that is not told to be zero."""
        return {
            level: counts
            for level, counts in self.find(outcome, stat).items()
            if any(each.told.value != 0 and each.n.value for each in counts)
        }


def _add_up(counts: Sequence[ToldStatistic]) -> int | None:
    """The count of all groups; None where one of them is hidden."""
    told = [each.told.value for each in counts if each.told.value != 0 and each.n.value]
    known = [int(value) for value in told if value is not None]
    return sum(known) if len(known) == len(told) else None


def _with_count(outcome: str, name: str, text: str, counts: Sequence[ToldStatistic]) -> Pitfall:
    count = _add_up(counts)
    return Pitfall(outcome, name, text, count, is_hidden=count is None)


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


def _find_late_days(resolved: Sequence[ResolvedOutcome], at: Sequence[str]) -> Iterator[Pitfall]:
    for each in resolved:
        if each.outcome.result is not Result.TIME:
            continue
        late = FixedDays.of(each.outcome, at).late
        if late:
            assert each.outcome.follow_up, "a time to an event has a follow-up"
            text = (
                f"The follow-up ends after {each.outcome.follow_up.to}, so no curve is read on later days of "
                f"`at`: {', '.join(late)}."
            )
            yield Pitfall(each.id, "after_follow_up", text)


def _find_many_comparisons(
    estimates: Sequence[tuple[str, ToldEstimate]], rows: ComparedRows | None
) -> Iterator[Pitfall]:
    """Many tests, or many groups; the check of proportional hazards compares no groups."""
    tests = sum(
        told.p_value is not None
        and told.estimate.name != "proportional"
        and not told.estimate.choice
        for _, told in estimates
    )
    groups = len(rows.sample.groups) if rows else 0
    if tests > MANY_P_VALUES or groups > MANY_GROUPS:
        text = (
            f"The study compares {groups} groups with {tests} p values. Where nothing differs, 5 in 100 p values "
            "are below 0.05 by chance. Judge by the primary outcomes that the protocol names."
        )
        yield Pitfall("", "many_comparisons", text)


def _find_risk_sets(resolved: Sequence[ResolvedOutcome], counts: _Counts) -> Iterator[Pitfall]:
    """Outcomes that only some index dates can have: their groups are not those that were made at the start."""
    for each in resolved:
        kinds = [part.outcome.kind for part in (each, *each.parts())]
        is_after_return = any(kind.origin for kind in kinds)
        is_time = each.outcome.result is Result.TIME
        if not (is_time or is_after_return or any(kind.at_risk_when_absent for kind in kinds)):
            continue
        levels = counts.find_some(each.id, NOT_AT_RISK if is_time else MISSING)
        if not levels:
            continue
        if is_after_return:
            name = "only_after_return"
            text = (
                "Index dates without a return to work are left out of the comparison. The return comes after "
                "randomisation and may itself depend on the group, so this is no analysis by intention to treat."
            )
        else:
            name = "only_at_risk"
            text = (
                "Index dates that are not at risk when the follow-up begins, such as those not absent on day 0, "
                "are left out of the comparison. An analysis by intention to treat has all who were randomised."
            )
        yield _of_levels(each.id, name, text, levels)


# The statistics that count what a pitfall is about, with its name and its text.
COUNTED = {
    "unconfirmable": (
        "unconfirmable",
        "The data end before the return of all could be confirmed through the follow-up and the time that it "
        "must last. Such persons are censored where the confirmation fails.",
    ),
    PARTLY: (
        "fewer_observed_days",
        "Some index dates have fewer observed days than the window. Their numbers are counted over the "
        "observed days only, and are lower for it.",
    ),
}


def _find_counts(resolved: Sequence[ResolvedOutcome], counts: _Counts) -> Iterator[Pitfall]:
    for each in resolved:
        for stat, (name, text) in COUNTED.items():
            levels = counts.find_some(each.id, stat)
            if levels:
                yield _of_levels(each.id, name, text, levels)


def _of_levels(outcome: str, name: str, text: str, levels: CountsByLevel) -> Pitfall:
    """One pitfall of an outcome that may be split; without a count where that of each period is another one."""
    first = next(iter(levels.values()))
    # The window is the same for all states in which days are counted.
    if len(levels) > 1 and first[0].statistic.variable != "state":
        return Pitfall(outcome, name, text)
    return _with_count(outcome, name, text, first)


def _find_unobserved_states(
    resolved: Sequence[ResolvedOutcome], counts: _Counts
) -> Iterator[Pitfall]:
    """States of days on which index dates, or all of them, are not observed."""
    for each in resolved:
        if each.outcome.result not in (Result.STATE, Result.STATES):
            continue
        for stat, where in UNOBSERVED.items():
            levels = counts.find_some(each.id, stat)
            nobody = {day: known for day, known in levels.items() if _are_all(known)}
            some = {day: known for day, known in levels.items() if day not in nobody}
            for name, days, text in (
                ("nobody_observed", nobody, "Nobody is observed on the day, so it tells no state."),
                (
                    "not_observed",
                    some,
                    f"Index dates that are not observed on the day are in the denominator of {where}. All other "
                    "states have lower shares for it.",
                ),
            ):
                if list(days) == [""]:
                    yield _with_count(each.id, name, text, days[""])
                elif days:
                    yield Pitfall(each.id, name, f"{text} {_list_days(days)}")


# What index dates without an observed day are called, and which shares they are in.
UNOBSERVED = {
    NOT_OBSERVED: "all percentages and compared shares",
    MISSING: "the percentages of the summary, and in none of the compared shares",
}


def _are_all(counts: Sequence[ToldStatistic]) -> bool:
    """Whether the counts are told to be those of everybody, exactly."""
    return all(
        each.told.value is not None
        and each.told.step is None
        and each.n.step is None
        and each.told.value == each.n.value
        for each in counts
    )


def _list_days(days: CountsByLevel) -> str:
    told = {day.replace("_", " "): _add_up(counts) for day, counts in days.items()}
    listed = (f"{day}: {'hidden' if count is None else count}" for day, count in told.items())
    return f"Index dates by day: {', '.join(listed)}."


def _find_warnings(estimates: Sequence[tuple[str, ToldEstimate]]) -> Iterator[Pitfall]:
    """What the estimators warn of: few clusters, hazards that are not proportional."""
    seen: dict[tuple[str, str], None] = {}
    for outcome, told in estimates:
        estimate = told.estimate
        if estimate.warning and not (told.why or estimate.subgroup or estimate.choice):
            seen.setdefault((outcome, estimate.warning))
    yield from (Pitfall(outcome, "estimate", text) for outcome, text in seen)
