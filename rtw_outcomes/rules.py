"""What a definition must satisfy beyond its types: one function per rule, in RULES.

A rule looks at one outcome and yields a fault for each place that breaks it. The texts speak of
days and spells, because a definition that breaks a rule would give a number without meaning.
"""

from collections.abc import Callable, Iterator

from rtw_outcomes.example_rules import (
    amounts_are_those_asked_for,
    examples_could_be_delivered,
    expectations_fit_the_measure,
)
from rtw_outcomes.faults import Fault, suggest
from rtw_outcomes.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.model import (
    Cost,
    ExtentOnDay,
    FirstSpell,
    Outcome,
    Recurrence,
    Relapse,
    ReturnToWork,
    SickDays,
    SpellsIn,
    Window,
    WorkDays,
    WorkState,
)
from rtw_outcomes.threshold import OwnExtent
from rtw_outcomes.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    FULL_TIME_PPM,
    KEY_COLUMNS,
    PRIOR_STATES,
    expand_benefits,
)

Rule = Callable[[Outcome], Iterator[Fault]]

KNOWS_DAY_0 = (ReturnToWork, Relapse, Recurrence)
NEEDS_SPELLS = (ReturnToWork, Relapse, FirstSpell, Recurrence, SpellsIn)
LOOKS_AT_ONE_DAY = (WorkState, ExtentOnDay)
COUNTED_AFTER_RETURN = (Relapse, Recurrence)


def benefits_are_known(outcome: Outcome) -> Iterator[Fault]:
    """Every benefit is in the vocabulary, alone or as a group."""
    known = (*BENEFIT_GROUPS, *BENEFITS)
    for place, name in enumerate(outcome.absence.benefits):
        if name not in known:
            yield Fault(
                ("absence", "benefits", place),
                f"unknown benefit `{name}`",
                expected=f"one of {', '.join(known)}",
                hint=suggest(name, known),
            )
        elif set(expand_benefits((name,))) & set(expand_benefits(outcome.absence.benefits[:place])):
            yield Fault(("absence", "benefits", place), f"`{name}` is already in the list")


def id_is_free(outcome: Outcome) -> Iterator[Fault]:
    """An outcome gives its name to a column, beside those of the key."""
    if outcome.outcome in KEY_COLUMNS:
        yield Fault(("outcome",), f"`{outcome.outcome}` is the name of a key column")


def threshold_is_a_share_of_full_time(outcome: Outcome) -> Iterator[Fault]:
    """A threshold of 0 would make every day absent; none above 100 can be reached."""
    when = outcome.absence.when
    if when and isinstance(when.limit, int) and not 0 < when.limit <= FULL_TIME_PPM:
        yield Fault(
            ("absence", "when", "at_least"),
            "the threshold must be above 0 and at most 100 percent",
            found=f"{when.percent:g}",
            hint="`any` means every extent above 0",
        )


def own_extent_is_of_those_at_risk(outcome: Outcome) -> Iterator[Fault]:
    """A person's own extent is compared with after day 0, and only of persons absent on day 0.

    Who is not is not at risk; so a person of whose own extent nothing is known has no result, and
    is never taken for one without absence.
    """
    limit = outcome.absence.when.limit if outcome.absence.when else None
    if not isinstance(limit, OwnExtent):
        return
    place, form = ("absence", "when"), "more_than_on" if limit.above else "as_on_day_0"
    if not isinstance(outcome.kind, KNOWS_DAY_0):
        yield Fault(
            place,
            f"`{outcome.measure.name}` is about persons who need not be absent on day 0",
            hint=f"`{form}` is for a return to work, and for what is counted after one",
        )
    if limit.above and limit.day.most_days >= 0:
        yield Fault(
            (*place, form),
            "the day that later ones are compared with lies before the index date",
            expected="for example `30 days before`",
            found=f"`{limit.day}`",
        )
    if limit.above and getattr(outcome.kind, "day_0_may_count", False):
        yield Fault(
            ("measure", outcome.measure.name, "day_0_may_count"),
            f"a person of whom the day of `{form}` is not observed would return on day 0",
            hint="Remove it",
        )


def spells_are_defined_where_used(outcome: Outcome) -> Iterator[Fault]:
    """Measures on spells need `when` and `join_gap`; the others would silently ignore them."""
    on_spells = isinstance(outcome.kind, NEEDS_SPELLS)
    on_days = isinstance(outcome.kind, WorkDays) and outcome.kind.count == "gross"
    on_first_days = isinstance(outcome.kind, Cost) and outcome.kind.friction is not None
    counted = "days without absence" if on_days else "spells"
    if on_first_days:
        counted = "the first days of spells"
    for key, needed, why in (
        ("when", on_spells or on_days, "from which extent a day is absent"),
        (
            "join_gap",
            on_spells or on_first_days,
            "over how many free days two absences are one spell",
        ),
    ):
        given = getattr(outcome.absence, key) is not None
        if needed and not given:
            yield Fault(
                ("absence",),
                f"`{outcome.measure.name}` counts {counted}, so `{key}` must say {why}",
                hint=f"Add `{key}: {'any' if key == 'when' else '5 days'}` or your own choice",
            )
        if given and not needed:
            unused = "spells" if key == "join_gap" else "a threshold"
            yield Fault(
                ("absence", key),
                f"`{outcome.measure.name}` does not use {unused}, so `{key}` would have no effect",
                hint="Remove it",
            )


def gap_is_in_days(outcome: Outcome) -> Iterator[Fault]:
    """A gap is a count of free days; a month of varying length would join unevenly."""
    gap = outcome.absence.join_gap
    if gap and gap.months:
        yield Fault(("absence", "join_gap"), "a gap is a number of days or weeks", found=f"`{gap}`")


def follow_up_has_days(outcome: Outcome) -> Iterator[Fault]:
    """The follow-up ends after it starts, whatever the lengths of its months."""
    window = outcome.follow_up
    if isinstance(outcome.kind, LOOKS_AT_ONE_DAY):
        if window:
            yield Fault(
                ("follow_up",),
                f"`{outcome.measure.name}` looks at one day, so `follow_up` would have no effect",
                hint="Remove it; `at` says which day",
            )
        return
    if not window:
        yield Fault(
            ("measure",),
            f"`{outcome.measure.name}` needs `follow_up`",
            expected="for example `12 months`",
        )
    elif window.to.least_days <= window.from_.most_days:
        yield Fault(
            ("follow_up",),
            "the follow-up ends before it starts, or may do so",
            found=f"from {window.from_} to {window.to}",
            hint="`to` is counted from day 0, not from the start",
        )


def follow_up_starts_on_day_0(outcome: Outcome) -> Iterator[Fault]:
    """Clocks start on day 0: a later start would select on what happened before it."""
    if (
        outcome.follow_up
        and outcome.follow_up.from_
        and not isinstance(outcome.kind, SickDays | Cost | WorkDays | SpellsIn)
    ):
        yield Fault(
            ("follow_up", "from"),
            f"the follow-up of `{outcome.measure.name}` starts on day 0",
            hint="Remove `from`",
        )


def sustain_is_longer_than_the_gap(outcome: Outcome) -> Iterator[Fault]:
    """A free run that the gap bridges is part of a spell: it can never be a return."""
    if not isinstance(outcome.kind, ReturnToWork):
        return
    sustained, gap = outcome.kind.sustained, outcome.absence.join_gap
    if not sustained:
        yield Fault(
            ("measure", "return_to_work", "sustained"),
            "a return that is sustained for 0 days is no return",
            hint="`1 day` is the first return",
        )
    elif gap and sustained.least_days <= gap.most_days:
        yield Fault(
            ("measure", "return_to_work", "sustained"),
            "the return must last longer than the gap that spells are joined over",
            expected=f"more than {gap}",
            found=f"`{sustained}`",
        )


def smallest_spell_is_in_days(outcome: Outcome) -> Iterator[Fault]:
    """The length of a spell is a count of calendar days."""
    least: Length | None = getattr(outcome.kind, "at_least", None)
    if least is not None and (least.months or not least):
        yield Fault(
            ("measure", outcome.measure.name, "at_least"),
            "the smallest spell is a number of days or weeks, at least 1 day",
            found=f"`{least}`",
        )


def friction_is_in_days(outcome: Outcome) -> Iterator[Fault]:
    """The days until somebody else does the work are a count from the first day of the spell."""
    friction = getattr(outcome.kind, "friction", None)
    if friction is not None and (friction.months or not friction):
        yield Fault(
            ("measure", outcome.measure.name, "friction"),
            "the first days of a spell are a number of days or weeks, at least 1 day",
            found=f"`{friction}`",
        )


def amount_is_no_key(outcome: Outcome) -> Iterator[Fault]:
    """What tells the rows of the cohort apart is no amount of money."""
    if outcome.amount_column in KEY_COLUMNS:
        yield Fault(
            ("measure", outcome.measure.name, "per_net_day", "column"),
            f"`{outcome.amount_column}` is a key column and holds no amount",
        )


def weeks_are_whole(outcome: Outcome) -> Iterator[Fault]:
    """A week has one day of absence or none: no extent, no parts, no half weeks."""
    if getattr(outcome.kind, "unit", "days") != "weeks":
        return
    place, window = ("measure", outcome.measure.name), outcome.follow_up
    if getattr(outcome.kind, "count", None) == "net":
        yield Fault(
            (*place, "count"), "weeks are gross: a day of any extent makes a week of absence"
        )
    if getattr(outcome.kind, "per", None):
        yield Fault((*place, "per"), "weeks are not split on periods", hint="Remove it")
    if window and not all(_is_in_weeks(bound) for bound in (window.from_, window.to)):
        yield Fault(
            ("follow_up",),
            "weeks are counted from day 0, and the follow-up begins and ends between two of them",
            expected="weeks, such as `52 weeks`",
            found=f"from {window.from_} to {window.to}",
        )


def _is_in_weeks(bound: Length) -> bool:
    return not bound.months and bound.days >= 0 and bound.days % DAYS_OF_WEEK == 0


def periods_divide_the_follow_up(outcome: Outcome) -> Iterator[Fault]:
    """Periods fill the follow-up exactly, so that the parts add up to the whole."""
    per = getattr(outcome.kind, "per", None)
    if per is not None and outcome.follow_up and count_periods(outcome.follow_up, per) < 1:
        yield Fault(
            ("measure", outcome.measure.name, "per"),
            "the periods must fill the follow-up exactly, in the same unit",
            expected=f"a length that divides {_days_of(outcome.follow_up)}",
            found=f"`{per}`",
        )


def _days_of(window: Window) -> str:
    if not window.from_:
        return str(window.to)
    return f"the days from `{window.from_}` to `{window.to}`"


def count_periods(window: Window, per: Length) -> int:
    """How many periods fill the window exactly; 0 when they do not."""
    months, days = (window.to.months - window.from_.months, window.to.days - window.from_.days)
    whole, each, other = (months, per.months, days) if per.months else (days, per.days, months)
    if not each or other:
        return 0
    periods, rest = divmod(whole, each)
    return 0 if rest else periods


def competing_events_are_events(outcome: Outcome) -> Iterator[Fault]:
    """Competing events stop a clock; they are benefits that begin, or ways out of observation."""
    known = (*BENEFITS, *EXITS)
    absent = expand_benefits(outcome.absence.benefits)
    if outcome.competing and not outcome.is_time_to_event:
        yield Fault(
            ("competing",),
            f"`{outcome.measure.name}` has no clock that a competing event could stop",
            hint="Remove `competing`",
        )
    for place, event in enumerate(outcome.competing):
        if event not in known:
            yield Fault(
                ("competing", place),
                f"unknown competing event `{event}`",
                expected=f"a benefit that begins, or one of {', '.join(EXITS)}",
                hint=suggest(event, known),
            )
        if event in absent:
            yield Fault(
                ("competing", place),
                f"`{event}` counts as absence, so it cannot compete with the return from it",
                hint="Take it out of `competing`, or out of `absence: benefits`",
            )
        if event in outcome.competing[:place]:
            yield Fault(("competing", place), f"`{event}` stands twice")


def precedence_names_states(outcome: Outcome) -> Iterator[Fault]:
    """A day that is not observed must be called so, or it would count as a day of work."""
    if not isinstance(outcome.kind, WorkState):
        return
    order, place = outcome.kind.precedence, ("measure", "work_state", "precedence")
    for position, state in enumerate(order):
        if state not in PRIOR_STATES:
            yield Fault(
                (*place, position),
                f"unknown state `{state}`",
                expected=f"one of {', '.join(PRIOR_STATES)}",
                hint=suggest(state, tuple(PRIOR_STATES)),
            )
        if state in order[:position]:
            yield Fault((*place, position), f"`{state}` stands twice")
    if "not_observed" not in order:
        yield Fault(place, "`not_observed` is missing: unseen days would count as work")


def reasons_are_about_parameters(outcome: Outcome) -> Iterator[Fault]:
    """A reason stands under the key of a parameter that the definition sets."""
    known = tuple(outcome.parameters)
    for key in outcome.reasons:
        if key not in known:
            yield Fault(
                ("reasons", key),
                f"the definition sets no `{key}`",
                expected=f"one of {', '.join(known)}",
                hint=suggest(key, known),
            )


RULES: tuple[Rule, ...] = (
    id_is_free,
    benefits_are_known,
    threshold_is_a_share_of_full_time,
    own_extent_is_of_those_at_risk,
    spells_are_defined_where_used,
    gap_is_in_days,
    follow_up_has_days,
    follow_up_starts_on_day_0,
    sustain_is_longer_than_the_gap,
    smallest_spell_is_in_days,
    friction_is_in_days,
    amount_is_no_key,
    weeks_are_whole,
    periods_divide_the_follow_up,
    competing_events_are_events,
    precedence_names_states,
    reasons_are_about_parameters,
    examples_could_be_delivered,
    amounts_are_those_asked_for,
    expectations_fit_the_measure,
)


def find_faults(outcome: Outcome) -> list[Fault]:
    """All faults of one outcome, in the order of the rules."""
    return [fault for rule in RULES for fault in rule(outcome)]


def find_faults_between(outcome: Outcome, returned: Outcome | None) -> list[Fault]:
    """The faults of an outcome that counts from another one's return, once that one is found."""
    if not isinstance(outcome.kind, COUNTED_AFTER_RETURN):
        return []
    place = ("measure", outcome.measure.name, "after")
    if returned is None:
        return [Fault(place, f"no definition has the id `{outcome.after}`")]
    if not isinstance(returned.kind, ReturnToWork):
        what = f"`{outcome.after}` measures `{returned.measure.name}`, which gives no return"
        return [Fault(place, what, expected="the id of a `return_to_work` definition")]
    when = outcome.absence.when
    is_above = when and isinstance(when.limit, OwnExtent) and when.limit.above
    if is_above and when != returned.absence.when:
        # Who has no result there because that day is not observed must have none here either.
        what = f"`{outcome.after}` does not compare with the same day, which may not be observed"
        return [Fault(("absence", "when"), what, expected=f"the `when` of `{outcome.after}`")]
    return []
