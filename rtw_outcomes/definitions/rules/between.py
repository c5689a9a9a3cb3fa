"""What an outcome must satisfy in view of the outcomes that it is computed from."""

from collections.abc import Sequence

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.language.outcome import (
    OBSERVED_YEARS,
    POPULATIONS,
    AllOf,
    AnyOf,
    Change,
    Kind,
    NoneOf,
    Outcome,
    Rate,
    Recurrence,
    Relapse,
    Result,
    ReturnToWork,
)
from rtw_outcomes.language.thresholds import OwnExtent

ANSWERS = (Result.ANSWER, Result.TIME)


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
            words = POPULATIONS if place == ("over",) else ()
            others = [each for each in known if each not in inside]
            hint = suggest(name, (*words, *others))
            problems.append(Problem(at, f"no definition has the id `{name}`", hint=hint))
        elif wanted := _find_misfit(outcome.kind, found, place):
            gives = found.result.value
            if isinstance(found.kind, Rate):
                gives = "a rate of a group"
            elif isinstance(found.kind, Change):
                gives = "a number that is a change already"
            if isinstance(outcome.kind, Relapse | Recurrence):
                gives = "no return"
            what = f"`{name}` measures `{found.measure.name}`, which gives {gives}"
            problems.append(Problem(at, what, expected=wanted))
        elif name in inside:
            problems.append(Problem(at, f"`{name}` is computed from itself"))
    if not problems and isinstance(outcome.kind, Relapse | Recurrence):
        problems += _find_other_day(outcome, *(each for each in named if each))
    if not problems and isinstance(outcome.kind, Change):
        problems += _find_unlike(*(each for each in named if each))
    return problems


def _find_other_day(outcome: Outcome, returned: Outcome) -> list[Problem]:
    """Who has no return because its day is not observed must have no relapse either."""
    when = outcome.own_absence.when
    is_above = when and isinstance(when.limit, OwnExtent) and when.limit.above
    if not is_above or when == returned.own_absence.when:
        return []
    what = f"`{outcome.after}` does not compare with the same day, which may not be observed"
    return [Problem(("absence", "when"), what, expected=f"the `when` of `{outcome.after}`")]


def _find_misfit(kind: Kind, found: Outcome, place: Location) -> str:
    """What a measure needs in place of what it names; empty when that fits."""
    if isinstance(kind, Relapse | Recurrence):
        fits, wanted = isinstance(found.kind, ReturnToWork), "a `return_to_work` definition"
        return "" if fits else f"the id of {wanted}"
    if isinstance(kind, AllOf | AnyOf | NoneOf):
        fits = found.result in ANSWERS
        return (
            ""
            if fits
            else "an outcome that is yes or no: with a `cut`, `one_of` or others, or a time to an event"
        )
    if isinstance(kind, Rate) and place == ("of",):
        if kind.over == OBSERVED_YEARS and not found.follow_up:
            return "an outcome with a `follow_up`, whose observed days are counted"
        fits = found.result in (Result.NUMBER, *ANSWERS) and not isinstance(found.kind, Rate)
        return "" if fits else "an outcome that is one number, or yes or no"
    fits = found.result is Result.NUMBER and not isinstance(found.kind, Change | Rate)
    return "" if fits else "an outcome that is one number"


def _find_unlike(first: Outcome, second: Outcome) -> list[Problem]:
    """A change is one of the same number: days less days, not days less spells."""
    said = [
        {key: getattr(each.kind, key, None) for key in ("count", "unit", "as_")}
        | {"measure": each.measure.name}
        for each in (first, second)
    ]
    if said[0] == said[1]:
        return []
    what = f"`{first.outcome}` and `{second.outcome}` count in different units"
    return [
        Problem(("measure", "change", "second"), what, expected="two outcomes that count the same")
    ]
