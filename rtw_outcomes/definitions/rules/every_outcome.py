"""Rules that hold for every outcome, whatever it measures."""

from collections.abc import Callable, Iterator

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.language.measures.composites import POPULATIONS
from rtw_outcomes.language.measures.kind import Days
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import Role, name_column
from rtw_outcomes.language.thresholds import OwnExtent, Threshold
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    FULL_TIME_PPM,
    KEY_COLUMNS,
    expand_benefits,
)

MOST_COLUMNS = 400

Rule = Callable[[Outcome], Iterator[Problem]]

# The words for a measure that does not look at the days of a follow-up.
LOOKS = {
    Days.ONE_DAY: "looks at one day",
    Days.OF_OTHERS: "is made of outcomes with their own",
    Days.OF_COHORT: "is a value that the cohort brings",
}


def id_is_free(outcome: Outcome) -> Iterator[Problem]:
    """An outcome gives its name to a column, beside those of the key."""
    if outcome.outcome in KEY_COLUMNS:
        yield Problem(("outcome",), f"`{outcome.outcome}` is the name of a key column")
    if outcome.outcome in POPULATIONS:
        yield Problem(("outcome",), f"`{outcome.outcome}` is what a rate may be over")


def absence_is_said_where_used(outcome: Outcome) -> Iterator[Problem]:
    """Measures on days say which days are absent; an outcome made of others has theirs."""
    if not outcome.kind.has_absence:
        if outcome.absence:
            yield Problem(
                ("absence",),
                f"`{outcome.measure.name}` does not use `absence`, which would have no effect",
                hint="Remove it",
            )
    elif not outcome.absence:
        yield Problem(
            ("measure",),
            f"`{outcome.measure.name}` needs `absence`, which says what counts as absence",
            expected="for example `absence: {benefits: sickness_related}`",
        )


def benefits_are_known(outcome: Outcome) -> Iterator[Problem]:
    """Every benefit is in the vocabulary, alone or as a group."""
    known = (*BENEFIT_GROUPS, *BENEFITS)
    for at, benefits in _list_benefits(outcome):
        for place, name in enumerate(benefits):
            if name not in known:
                yield Problem(
                    (*at, place),
                    f"unknown benefit `{name}`",
                    expected=f"one of {', '.join(known)}",
                    hint=suggest(name, known),
                )
            elif set(expand_benefits((name,))) & set(expand_benefits(benefits[:place])):
                yield Problem((*at, place), f"`{name}` is already in the list")


def _list_benefits(outcome: Outcome) -> Iterator[tuple[Location, tuple[str, ...]]]:
    """Each list of benefits in a definition, with its place."""
    if outcome.absence:
        yield ("absence", "benefits"), outcome.absence.benefits
    for place, benefits in outcome.kind.benefit_lists.items():
        yield ("measure", outcome.measure.name, *place), benefits


def threshold_is_a_share_of_full_time(outcome: Outcome) -> Iterator[Problem]:
    """A threshold of 0 would make every day absent; none above 100 can be reached."""
    for place, when in _list_thresholds(outcome):
        if isinstance(when.limit, int) and not 0 < when.limit <= FULL_TIME_PPM:
            yield Problem(
                (*place, "at_least"),
                "the threshold must be above 0 and at most 100 percent",
                found=f"{when.percent:.12g}",
                hint="`any` means every extent above 0",
            )


def _list_thresholds(outcome: Outcome) -> Iterator[tuple[Location, Threshold]]:
    """Each threshold in a definition, with its place."""
    if outcome.absence and outcome.absence.when:
        yield ("absence", "when"), outcome.absence.when
    for place, when in outcome.kind.thresholds.items():
        yield ("measure", outcome.measure.name, *place), when


def own_extent_is_of_those_at_risk(outcome: Outcome) -> Iterator[Problem]:
    """A person's own extent is compared with after day 0, and only of persons absent on day 0.

    Other persons are not at risk. A person of whose own extent nothing is known has no result, and
    is never taken for one without absence.
    """
    for place, when in _list_thresholds(outcome):
        if not isinstance(when.limit, OwnExtent):
            continue
        form = "more_than_on" if when.limit.above else "as_on_day_0"
        if not outcome.kind.at_risk_when_absent:
            yield Problem(
                place,
                f"`{outcome.measure.name}` is about persons who need not be absent on day 0",
                hint=f"`{form}` is for a return to work, and for what is counted after one",
            )
        if when.limit.above and when.limit.day.most_days >= 0:
            yield Problem(
                (*place, form),
                "the day that later ones are compared with lies before the index date",
                expected="for example `30 days before`",
                found=f"`{when.limit.day}`",
            )


def spells_are_defined_where_used(outcome: Outcome) -> Iterator[Problem]:
    """Measures on spells need `when` and `join_gap`; the others would silently ignore them."""
    absence, kind = outcome.absence, outcome.kind
    if not absence:
        return
    for key, given, needed, why, unused, example in (
        (
            "when",
            absence.when is not None,
            kind.needs_threshold,
            "from which extent a day is absent",
            "a threshold",
            "any",
        ),
        (
            "join_gap",
            absence.join_gap is not None,
            kind.needs_gap,
            "over how many free days two absences are one spell",
            "spells",
            "5 days",
        ),
    ):
        if needed and not given:
            yield Problem(
                ("absence",),
                f"`{kind.key}` counts {kind.counts}, so `{key}` must say {why}",
                hint=f"Add `{key}: {example}` or your own choice",
            )
        if given and not needed:
            yield Problem(
                ("absence", key),
                f"`{kind.key}` does not use {unused}, so `{key}` would have no effect",
                hint="Remove it",
            )


def gap_is_in_days(outcome: Outcome) -> Iterator[Problem]:
    """A gap is a count of free days; a month of varying length would join unevenly."""
    gap = outcome.absence and outcome.absence.join_gap
    if gap and gap.months:
        yield Problem(
            ("absence", "join_gap"), "a gap is a number of days or weeks", found=f"`{gap}`"
        )


def follow_up_has_days(outcome: Outcome) -> Iterator[Problem]:
    """The follow-up ends after it starts, from every index date that there may be."""
    window, looks_at = outcome.follow_up, outcome.kind.looks_at
    if not outcome.kind.needs_follow_up:
        if window:
            yield Problem(
                ("follow_up",),
                f"`{outcome.measure.name}` {LOOKS[looks_at]}, so `follow_up` would have no effect",
                hint="Remove it; `at` says which day" if looks_at is Days.ONE_DAY else "Remove it",
            )
        return
    if not window:
        yield Problem(
            ("measure",),
            f"`{outcome.measure.name}` needs `follow_up`",
            expected="for example `12 months`",
        )
    elif not window.to.ends_after(window.from_):
        yield Problem(
            ("follow_up",),
            "the follow-up ends before it starts, or may do so",
            found=f"from {window.from_} to {window.to}",
            hint="`to` is counted from day 0, not from the start",
        )


def follow_up_starts_on_day_0(outcome: Outcome) -> Iterator[Problem]:
    """Clocks start on day 0: a later start would select on what happened before it."""
    if outcome.follow_up and outcome.follow_up.from_ and outcome.kind.starts_on_day_0:
        yield Problem(
            ("follow_up", "from"),
            f"the follow-up of `{outcome.measure.name}` starts on day 0",
            hint="Remove `from`",
        )


def competing_events_are_events(outcome: Outcome) -> Iterator[Problem]:
    """Competing events stop a clock; they are benefits that begin, or ways out of observation."""
    known = (*BENEFITS, *EXITS)
    absent = expand_benefits(outcome.absence.benefits) if outcome.absence else ()
    if outcome.competing and not outcome.is_time_to_event:
        yield Problem(
            ("competing",),
            f"`{outcome.measure.name}` has no clock that a competing event could stop",
            hint="Remove `competing`",
        )
    for place, event in enumerate(outcome.competing):
        if event not in known:
            yield Problem(
                ("competing", place),
                f"unknown competing event `{event}`",
                expected=f"a benefit that begins, or one of {', '.join(EXITS)}",
                hint=suggest(event, known),
            )
        if event in absent:
            yield Problem(
                ("competing", place),
                f"`{event}` counts as absence, so it cannot compete with the return from it",
                hint="Take it out of `competing`, or out of `absence: benefits`",
            )
        if event in outcome.competing[:place]:
            yield Problem(("competing", place), f"`{event}` stands twice")


def cohort_column_is_no_key(outcome: Outcome) -> Iterator[Problem]:
    """A key column of the cohort holds no number that a measure can take."""
    asked = outcome.from_cohort
    if asked and asked.column in KEY_COLUMNS:
        yield Problem(
            ("measure", outcome.measure.name, *asked.place),
            f"`{asked.column}` is a key column and holds no such number",
        )


def cohort_column_is_no_result(outcome: Outcome) -> Iterator[Problem]:
    """The column of the cohort goes along into the results, where each column has a name of its own."""
    asked = outcome.from_cohort
    if asked is None:
        return
    names = {name_column(outcome.outcome, role).lower() for role in Role}
    if asked.column.lower() in names:
        yield Problem(
            ("measure", outcome.measure.name, *asked.place),
            f"`{asked.column}` is also the name of a result of this outcome, and the results have both",
            hint="Give the outcome another id, or the column another name",
        )


def outcomes_are_named_once(outcome: Outcome) -> Iterator[Problem]:
    """An outcome that stands twice adds nothing to `all`, `any` or `none`, and a change is 0."""
    named = outcome.named
    for place, (where, name) in enumerate(named.items()):
        if name in list(named.values())[:place]:
            yield Problem(("measure", outcome.measure.name, *where), f"`{name}` stands twice")


def reasons_are_about_parameters(outcome: Outcome) -> Iterator[Problem]:
    """A reason stands under the key of a parameter that the definition sets."""
    known = tuple(outcome.parameters)
    for key in outcome.reasons:
        if key not in known:
            yield Problem(
                ("reasons", key),
                f"the definition sets no `{key}`",
                expected=f"one of {', '.join(known)}",
                hint=suggest(key, known),
            )


def columns_are_few(outcome: Outcome) -> Iterator[Problem]:
    """An outcome has at most 400 columns of results."""
    columns = outcome.kind.count_columns(outcome.follow_up)
    if columns > MOST_COLUMNS:
        yield Problem(
            ("measure", outcome.kind.key),
            f"the outcome would have {columns} columns of results",
            expected=f"at most {MOST_COLUMNS}",
            hint="Choose longer periods, fewer days, or a shorter follow-up",
        )


RULES: tuple[Rule, ...] = (
    id_is_free,
    absence_is_said_where_used,
    benefits_are_known,
    threshold_is_a_share_of_full_time,
    own_extent_is_of_those_at_risk,
    spells_are_defined_where_used,
    gap_is_in_days,
    follow_up_has_days,
    follow_up_starts_on_day_0,
    competing_events_are_events,
    cohort_column_is_no_key,
    cohort_column_is_no_result,
    outcomes_are_named_once,
    columns_are_few,
    reasons_are_about_parameters,
)
