"""Rules on sick days and work days: weeks are whole, and periods fill the follow-up."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem
from rtw_outcomes.language.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.language.measures.days import SickDays, WorkDays
from rtw_outcomes.language.outcome import Outcome


def weeks_are_whole(kind: SickDays | WorkDays, outcome: Outcome) -> Iterator[Problem]:
    """A week has one day of absence or none: no extent and no half weeks."""
    window = outcome.follow_up
    if kind.unit != "weeks":
        return
    if kind.count == "net":
        yield Problem(
            ("measure", kind.key, "count"),
            "weeks are gross: a day of any extent makes a week of absence",
        )
    if window and window.from_.least_days < 0:
        yield Problem(
            ("follow_up", "from"),
            "weeks are counted from day 0, and those before it are not counted",
            found=f"`{window.from_}`",
            hint="Count days, or begin with day 0",
        )
    elif window and not all(_is_in_weeks(bound) for bound in (window.from_, window.to)):
        yield Problem(
            ("follow_up",),
            "weeks are counted from day 0, and the follow-up begins and ends between two of them",
            expected="weeks, such as `52 weeks`",
            found=f"from {window.from_} to {window.to}",
        )


def _is_in_weeks(bound: Length) -> bool:
    return not bound.months and bound.days % DAYS_OF_WEEK == 0


def weeks_are_not_split(kind: SickDays, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """Weeks are not split on periods."""
    if kind.unit == "weeks" and kind.per:
        yield Problem(
            ("measure", kind.key, "per"), "weeks are not split on periods", hint="Remove it"
        )


def periods_divide_the_follow_up(kind: SickDays, outcome: Outcome) -> Iterator[Problem]:
    """Periods fill the follow-up exactly, so that they add up to the whole."""
    window = outcome.follow_up
    if kind.per is None or not window or window.count_periods(kind.per):
        return
    whole = f"the days from `{window.from_}` to `{window.to}`" if window.from_ else str(window.to)
    yield Problem(
        ("measure", kind.key, "per"),
        "the periods must fill the follow-up exactly, in the same unit",
        expected=f"a length that divides {whole}",
        found=f"`{kind.per}`",
    )


RULES = {
    SickDays: (weeks_are_whole, weeks_are_not_split, periods_divide_the_follow_up),
    WorkDays: (weeks_are_whole,),
}
