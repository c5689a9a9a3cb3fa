"""Sick days, work days and the extent on one day in plain language."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.phrases import (
    OBSERVED_BESIDE,
    Headline,
    day,
    describe_absence,
    describe_cut,
    name_benefits,
    say_number,
    window,
    window_ends,
)
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.resolved import ResolvedOutcome

EVERYBODY = "every index date with an observed day in the window"
WEEKS = (
    "A week is seven days, counted from the index date; it is not a week of the calendar. One day of "
    "absence makes a week of absence."
)


def headline_sick_days(kind: SickDays, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a number of sick days, which number, and what ends the counting."""
    number = (
        "number of weeks with a sick day"
        if kind.unit == "weeks"
        else f"number of {kind.count} sick days"
    )
    if kind.per:
        number += f" in each period of {kind.per}"
    return Headline(EVERYBODY, say_number(kind.cut, number), window_ends(resolved.outcome))


def describe_sick_days(kind: SickDays, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the days that count, and how much each of them counts."""
    outcome = resolved.outcome
    benefits = name_benefits(outcome.own_absence.benefits)
    if kind.unit == "weeks":
        yield (
            f"Weeks of absence are the weeks {window(outcome)} with at least one observed day on which "
            f"{benefits} was paid to any extent."
        )
        yield f"{WEEKS} {OBSERVED_BESIDE}"
        yield from describe_cut(kind.cut, "number of these weeks")
        return
    yield f"{kind.count.capitalize()} sick days are the days {window(outcome)} on which {benefits} was paid."
    if kind.count == "net":
        yield (
            "Each day counts its extent as a share of full time. The extents of several benefits on one "
            "day are added, to at most full time."
        )
    else:
        yield "Each day counts 1, whatever its extent and however many benefits were paid on it."
    if kind.per:
        yield (
            f"They are split on periods of {kind.per}. Each end of a period is counted from the index date."
        )
    yield (
        "Only observed days are counted. The days of an incomplete follow-up are not estimated. "
        f"{OBSERVED_BESIDE}"
    )
    yield from describe_cut(kind.cut, f"number of {kind.count} sick days")


def headline_work_days(kind: WorkDays, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a number of work days, which number, and what ends the counting."""
    number = f"number of {kind.unit} without absence"
    if kind.count == "net":
        number = "number of days of full-time work that the benefits leave"
    if kind.as_ == "percent":
        number = f"percentage of the observed {kind.unit} that are without absence"
        if kind.count == "net":
            number = "percentage of full time that the benefits leave"
    return Headline(EVERYBODY, say_number(kind.cut, number), window_ends(resolved.outcome))


def describe_work_days(kind: WorkDays, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the days that count as work, and about what the register does not see."""
    outcome = resolved.outcome
    if kind.unit == "weeks":
        yield from describe_absence(outcome.own_absence)
        yield (
            f"Weeks of work are the weeks {window(outcome)} with an observed day and without a day of "
            "absence."
        )
    elif kind.count == "net":
        yield (
            f"Each observed day {window(outcome)} counts as work by the share of full time for which "
            f"{name_benefits(outcome.own_absence.benefits)} was not paid. The extents of several benefits "
            "on one day are added."
        )
    else:
        yield from describe_absence(outcome.own_absence)
        yield f"Work days are the observed days {window(outcome)} without absence."
    if kind.as_ == "percent":
        yield f"They are given in percent of the observed {kind.unit}."
    if kind.unit == "weeks":
        yield WEEKS
    yield (
        "The register does not see work: a day without these benefits counts as work, whatever the person "
        f"did. {OBSERVED_BESIDE}"
    )
    yield from describe_cut(kind.cut, "percentage" if kind.as_ == "percent" else "number")


def headline_extent_on_day(kind: ExtentOnDay, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """The headline: who has an extent, which extent, and what ends it."""
    return Headline(
        f"every index date for which {day(kind.at)} is observed",
        say_number(kind.cut, "extent of absence on that day, in percent of full time"),
        "nothing: it is a look at one day",
    )


def describe_extent_on_day(kind: ExtentOnDay, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the extents that are added, and about the day."""
    benefits = name_benefits(resolved.outcome.own_absence.benefits, "and")
    yield (
        f"The number is the sum of the extents of {benefits} on {day(kind.at)}, in percent of full time and "
        "at most 100. It is 0 when none is paid, and missing when that day is not observed."
    )
    yield from describe_cut(kind.cut, "extent")
