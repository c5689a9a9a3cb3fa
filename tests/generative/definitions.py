"""Random definitions of one study, as the mappings that YAML files would hold.

Those of a single measure are in `measures`; outcomes that are made of others are here, because they
are drawn after the outcomes that they name.
"""

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from rtw_outcomes.definitions.rules.check import list_problems
from rtw_outcomes.definitions.rules.composites import list_problems_between
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import expand_benefits
from tests.generative.measures import (
    ALL_UNITS,
    KINDS,
    OFTEN,
    SCORE_COLUMNS,
    THRESHOLDS,
    Mapping,
    Units,
    absences,
    cost,
    extent_on_day,
    lengths,
    reported,
    sick_days,
    spells,
    whole_weeks,
    windows,
    work_days,
)

COMPOSITES = ("all_of", "any_of", "none_of", "change", "rate")
CUTS_OF_CHANGES = st.one_of(
    st.just({}),
    st.sampled_from((-7.5, 0, 1)).map(lambda limit: {"cut": {"above": limit}}),
    st.sampled_from((-1, 0, 33.33)).map(lambda limit: {"cut": {"at_least": limit}}),
)


@st.composite
def combined(draw: DrawFn, before: dict[str, Outcome]) -> Mapping:
    answers = [name for name, each in before.items() if each.result.is_answer]
    least = min(2, len(answers))
    some = st.lists(st.sampled_from(answers), min_size=least, max_size=3, unique=True)
    outcomes = draw(some)
    names = ("all_of", "any_of", "none_of") if len(outcomes) > 1 else ("none_of",)
    return {"measure": {draw(st.sampled_from(names)): {"outcomes": outcomes}}}


@st.composite
def rate(draw: DrawFn, before: dict[str, Outcome]) -> Mapping:
    numbers = [name for name, each in before.items() if each.result.is_number]
    answers = [name for name, each in before.items() if each.result.is_answer]
    of = draw(st.sampled_from([*numbers, *answers]))
    plain = [name for name in numbers if before[name].result is Result.NUMBER]
    over = ["persons", *(name for name in plain if name != of)]
    over += ["observed_years"] * 2 if before[of].follow_up else []
    kind = {"of": of, "over": draw(st.sampled_from(over))}
    kind |= draw(st.sampled_from(({}, {"scale": 1000})))
    if draw(st.booleans()):
        benefits = draw(st.sampled_from((["disability_pension"], "sickness_related")))
        kind["leave_out"] = {"benefits": benefits, "when": draw(THRESHOLDS)}
    return {"measure": {"rate": kind}}


@st.composite
def two_alike(draw: DrawFn, units: Units, absence: Mapping) -> tuple[Mapping, Mapping]:
    """Two outcomes with the same number over different windows, for a change."""
    kinds = (sick_days, cost, work_days, extent_on_day, spells, reported)
    first = draw(st.sampled_from(kinds).flatmap(lambda kind: kind(units, absence, {})))
    ((name, kind),) = first["measure"].items()
    kind = {key: value for key, value in kind.items() if key not in ("cut", "per")}
    first = first | {"measure": {name: kind}}
    if name == "extent_on_day":
        return first, first | {"measure": {name: kind | {"at": draw(lengths(units, 0, 400))}}}
    if name == "reported":
        column = draw(st.sampled_from(SCORE_COLUMNS))
        return first, first | {"measure": {name: kind | {"column": column}}}
    in_weeks = kind.get("unit") == "weeks"
    return first, first | {"follow_up": draw(whole_weeks() if in_weeks else windows(units))}


@st.composite
def definition_lists(
    draw: DrawFn, units: Units = ALL_UNITS, least: int = 4, most: int = 8
) -> list[Mapping]:
    """Definitions of one study. The first is a return, for others to count from.

    They share two absences, as those of a study do: so the plan shares steps, and a relapse is
    often, but not always, one into the absence that the return was from.
    """
    pool = draw(st.lists(absences(), min_size=1, max_size=2))
    kinds = draw(st.lists(st.sampled_from(OFTEN), min_size=least - 1, max_size=most - 1))
    definitions, returns = [], {}
    for number, kind in enumerate(("return_to_work", *kinds), start=1):
        outcome = f"outcome_{number}"
        parts = draw(KINDS[kind](units, draw(st.sampled_from(pool)), returns))
        definitions.append(named(outcome, parts))
        if kind == "return_to_work":
            returns[outcome] = parts["absence"]["when"]
    return definitions + draw(made_of_others(units, pool[0], definitions))


@st.composite
def made_of_others(
    draw: DrawFn, units: Units, absence: Mapping, definitions: list[Mapping]
) -> list[Mapping]:
    """Up to four outcomes that are computed from those of a study, or from two more."""
    before = {written["outcome"]: Outcome.model_validate(written) for written in definitions}
    made = []
    for kind in draw(
        st.lists(st.sampled_from(("combined", "combined", "rate", "change")), max_size=4)
    ):
        name = f"outcome_{len(definitions) + len(made) + 1}"
        if kind == "change":
            pair = (f"{name}_first", f"{name}_second")
            made += [
                named(each, parts)
                for each, parts in zip(pair, draw(two_alike(units, absence)), strict=True)
            ]
            kind = dict(zip(("first", "second"), pair, strict=True)) | draw(CUTS_OF_CHANGES)
            measure = {"change": kind}
            made.append(named(name, {"measure": measure}))
            before[name] = Outcome.model_validate(made[-1])
        else:
            parts = draw(combined(before) if kind == "combined" else rate(before))
            made.append(named(name, parts))
            before[name] = Outcome.model_validate(made[-1])
    return made


def named(outcome: str, parts: Mapping) -> Mapping:
    """A complete definition from the parts that compute."""
    source = {"text": "generated", "certainty": "none"}
    head = {"outcome": outcome, "language": 1, "title": "Generated", "source": source}
    return head | parts


def resolve(definitions: Iterable[Mapping]) -> tuple[ResolvedOutcome, ...]:
    """Read the mappings, hold them against every rule and tie each to its return."""
    outcomes = {written["outcome"]: Outcome.model_validate(written) for written in definitions}
    resolved = tuple(_resolve(outcome, outcomes) for outcome in outcomes.values())
    for each in resolved:
        assert list_problems(each.outcome) == []
        assert list_problems_between(each.outcome, [part.outcome for part in each.named]) == []
    return resolved


def benefits_of(outcome: Outcome) -> tuple[str, ...]:
    """Every benefit that a definition looks at, as often as it names it."""
    kind = outcome.kind
    lists = [outcome.absence.benefits] if outcome.absence else []
    lists += kind.benefit_lists.values()
    return tuple(benefit for names in lists for benefit in expand_benefits(names))


def _resolve(outcome: Outcome, outcomes: dict[str, Outcome]) -> ResolvedOutcome:
    named = (outcomes[name] for name in outcome.named.values())
    return ResolvedOutcome(outcome, tuple(_resolve(each, outcomes) for each in named))
