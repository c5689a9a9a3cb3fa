"""Rules on the worked examples of a definition."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem, suggest
from rtw_outcomes.language.measures.composites import Change
from rtw_outcomes.language.measures.kind import Days, Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.vocabulary import BENEFITS, EARLIEST_YEAR, LATEST_YEAR


def expectations_fit_the_measure(outcome: Outcome) -> Iterator[Problem]:
    """An example states a result that the measure can have, and states at least one."""
    allowed = expected_keys(outcome)
    for place, example in enumerate(outcome.examples):
        stated = example.expect.model_fields_set
        for key in sorted(stated - allowed):
            yield Problem(
                ("examples", place, "expect", key),
                f"`{outcome.measure.name}` gives no `{key}`",
                expected=", ".join(sorted(allowed)),
            )
        if not stated:
            yield Problem(("examples", place, "expect"), "an example expects at least one value")
        status, statuses = example.expect.status, ("not_at_risk", *outcome.statuses)
        if status is not None and status not in statuses:
            yield Problem(
                ("examples", place, "expect", "status"),
                f"unknown status `{status}`",
                expected=f"one of {', '.join(statuses)}",
                hint=suggest(status, statuses),
            )


def examples_could_be_delivered(outcome: Outcome) -> Iterator[Problem]:
    """The rows of an example keep the contract that the rows of a delivery keep."""
    for place, example in enumerate(outcome.examples):
        at = ("examples", place)
        last = example.observed.to if example.observed else example.index
        years = [example.index.year, last.year, *(row.start.year for row in example.spells)]
        if not EARLIEST_YEAR <= min(years) <= max(years) <= LATEST_YEAR:
            yield Problem((*at, "index"), f"dates lie between {EARLIEST_YEAR} and {LATEST_YEAR}")
        if example.observed and not example.observed.from_ <= example.index <= last:
            yield Problem((*at, "observed"), "the index date lies outside the observed period")
        if example.entered and example.entered > example.index:
            yield Problem((*at, "entered"), "observation begins after the index date")
        if example.censored and example.censored.date < example.index:
            yield Problem((*at, "censored"), "observation ends before the index date")
        for number, row in enumerate(example.spells, start=1):
            if not 0 < row.extent <= 100:
                yield Problem((*at, "spells"), f"row {number}: the extent is not in (0, 100]")
            if row.end < row.start:
                yield Problem((*at, "spells"), f"row {number} ends before it starts")
            if row.benefit and row.benefit not in BENEFITS:
                what = f"row {number}: unknown benefit `{row.benefit}`"
                yield Problem((*at, "spells"), what, hint=suggest(row.benefit, BENEFITS))


def numbers_are_those_asked_for(outcome: Outcome) -> Iterator[Problem]:
    """An example gives numbers only for the column that the measure takes them from, and such ones.

    One of an outcome that is made of others may have any: they may be needed there.
    """
    if outcome.kind.looks_at is Days.OF_OTHERS:
        return
    asked = outcome.from_cohort
    for place, example in enumerate(outcome.examples):
        for key, numbers in (("amounts", example.amounts), ("reported", example.reported)):
            for column, number in numbers.items():
                at = ("examples", place, key, column)
                if asked is None or column != asked.column:
                    yield Problem(
                        at,
                        f"`{outcome.measure.name}` takes no number from `{column}`",
                        expected=f"`{asked.column}`" if asked else "",
                        hint="Remove it",
                    )
                elif not asked.has(number):
                    what = f"`{outcome.measure.name}` cannot take this number from `{column}`"
                    yield Problem(at, what, expected=f"{asked}", found=f"{number:g}")


def examples_say_what_employers_pay(outcome: Outcome) -> Iterator[Problem]:
    """An example has employer periods where spells are measured from their true first day.

    One of an outcome that is made of others may have them: they may be needed there.
    """
    asked = outcome.counts_from_true_first_day
    composite = outcome.kind.looks_at is Days.OF_OTHERS
    for place, example in enumerate(outcome.examples):
        said = example.employer_periods is not None
        if asked and not said:
            yield Problem(
                ("examples", place),
                "spells are measured from their true first day, so the example must say how long "
                "employers pay",
                hint="Add `employer_periods`, such as `[{from: 2005-01-01, days: 14}]`",
            )
        if said and not asked and not composite:
            yield Problem(
                ("examples", place, "employer_periods"),
                "spells are measured by what is seen, so `employer_periods` would have no effect",
                hint="Remove it",
            )


def expected_keys(outcome: Outcome) -> set[str]:
    """The keys of `expect` that say something about this kind of measure."""
    if outcome.result is Result.TIME:
        return {"days", "status"}
    if outcome.result is Result.STATE:
        return {"state"}
    if outcome.result is Result.STATES:
        return {"states"}
    if outcome.result is Result.NUMBERS:
        return {"parts"}
    if outcome.result is Result.RATE:
        return {"value", "observed_days", "over"}
    observed = bool(outcome.follow_up) or outcome.measure.name == Change.key
    return {"value", "observed_days"} if observed else {"value"}


RULES = (
    examples_could_be_delivered,
    numbers_are_those_asked_for,
    examples_say_what_employers_pay,
    expectations_fit_the_measure,
)
