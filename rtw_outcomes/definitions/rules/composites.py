"""Rules on an outcome in view of the outcomes that it is computed from."""

from collections.abc import Iterator, Sequence
from functools import singledispatch

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.language.measures.composites import (
    OBSERVED_YEARS,
    POPULATIONS,
    Change,
    Logical,
    Rate,
)
from rtw_outcomes.language.measures.kind import Kind, Result
from rtw_outcomes.language.measures.return_to_work import AfterReturn, ReturnToWork
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.thresholds import OwnExtent

# The words of messages for a result, where its own words do not say why it does not fit.
GIVES = {
    Result.RATE: "a rate of a group",
    Result.CHANGE: "a number that is a change already",
}


def list_problems_between(
    outcome: Outcome,
    named: Sequence[Outcome | None],
    inside: Sequence[str] = (),
    known: Sequence[str] = (),
) -> list[Problem]:
    """The problems of an outcome in view of those that it is computed from.

    Args:
        outcome: the outcome.
        named: what its measure names, in that order; None where there is no such definition.
        inside: the ids of the outcomes that it is a part of, its own the last.
        known: the ids that there are, for a hint.
    """
    problems = []
    for (place, name), found in zip(outcome.named.items(), named, strict=True):
        at = ("measure", outcome.measure.name, *place)
        if found is None:
            populations = POPULATIONS if place == ("over",) else ()
            others = [each for each in known if each not in inside]
            hint = suggest(name, (*populations, *others))
            problems.append(Problem(at, f"no definition has the id `{name}`", hint=hint))
        elif wanted := _tell_misfit(outcome.kind, found, place):
            gives = GIVES.get(found.result, found.result.value)
            if outcome.after:
                gives = "no return"
            what = f"`{name}` measures `{found.measure.name}`, which gives {gives}"
            problems.append(Problem(at, what, expected=wanted))
        elif name in inside:
            problems.append(Problem(at, f"`{name}` is computed from itself"))
    return problems or list(_compare(outcome.kind, outcome, [each for each in named if each]))


@singledispatch
def _tell_misfit(kind: Kind, found: Outcome, place: Location) -> str:
    """The words for what a measure needs in place of the outcome that it names; empty when that one fits."""
    raise AssertionError(f"{type(kind).__name__} names no outcome {place} {found.outcome}")


@_tell_misfit.register
def _(_: AfterReturn, found: Outcome, __: Location) -> str:
    return (
        "" if found.measure.name == ReturnToWork.key else "the id of a `return_to_work` definition"
    )


@_tell_misfit.register
def _(_: Logical, found: Outcome, __: Location) -> str:
    wanted = "an outcome that is yes or no: with a `cut`, `one_of` or others, or a time to an event"
    return "" if found.result.is_answer else wanted


@_tell_misfit.register
def _(_: Change, found: Outcome, __: Location) -> str:
    return "" if found.result is Result.NUMBER else "an outcome that is one number"


@_tell_misfit.register
def _(kind: Rate, found: Outcome, place: Location) -> str:
    if place == ("over",):
        return "" if found.result is Result.NUMBER else "an outcome that is one number"
    if kind.over == OBSERVED_YEARS and not found.follow_up:
        return "an outcome with a `follow_up`, whose observed days are counted"
    fits = found.result.is_number or found.result.is_answer
    return "" if fits else "an outcome that is one number, or yes or no"


@singledispatch
def _compare(kind: Kind, outcome: Outcome, named: Sequence[Outcome]) -> Iterator[Problem]:  # noqa: ARG001 the signature for every kind
    """Problems that show only when an outcome and those that it names are seen together."""
    return iter(())


@_compare.register
def _(_: AfterReturn, outcome: Outcome, named: Sequence[Outcome]) -> Iterator[Problem]:
    """A person whose day of return is not observed must have no relapse either."""
    when = outcome.own_absence.when
    is_above = when and isinstance(when.limit, OwnExtent) and when.limit.above
    if is_above and when != named[0].own_absence.when:
        what = f"`{outcome.after}` does not compare with the same day, which may not be observed"
        yield Problem(("absence", "when"), what, expected=f"the `when` of `{outcome.after}`")


@_compare.register
def _(_: Change, __: Outcome, named: Sequence[Outcome]) -> Iterator[Problem]:
    """A change is one of the same number: days less days, not days less spells."""
    first, second = named
    if _unit_of(first) != _unit_of(second):
        what = f"`{first.outcome}` and `{second.outcome}` count in different units"
        expected = "two outcomes that count the same"
        yield Problem(("measure", "change", "second"), what, expected=expected)


def _unit_of(outcome: Outcome) -> dict[str, object]:
    """The measure, with the keys that say what is counted."""
    written = outcome.kind.model_dump()
    return {"measure": outcome.measure.name} | {
        key: written.get(key) for key in ("count", "unit", "as_", "range_")
    }
