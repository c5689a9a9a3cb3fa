"""What a definition must satisfy beyond its types: one function per rule, in RULES.

A rule looks at one outcome and yields a fault for each place that breaks it. The texts speak of
days and spells, because a definition that breaks a rule would give a number without meaning.
"""

from collections.abc import Callable, Iterator

from rtw_outcomes.example_rules import (
    examples_could_be_delivered,
    examples_say_what_employers_pay,
    expectations_fit_the_measure,
)
from rtw_outcomes.faults import Fault, suggest
from rtw_outcomes.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.model import (
    ChainDay,
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
from rtw_outcomes.threshold import Threshold
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

AS_ON_DAY_0 = Threshold.parse("as_on_day_0")
KNOWS_DAY_0 = (ReturnToWork, Relapse, Recurrence)
NEEDS_SPELLS = (ReturnToWork, Relapse, FirstSpell, Recurrence, SpellsIn, ChainDay)
LOOKS_AT_ONE_DAY = (WorkState, ExtentOnDay, ChainDay)
COUNTED_AFTER_RETURN = (Relapse, Recurrence)
SHORTEST_SPELL = Length(days=1)


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
    if when == AS_ON_DAY_0 and not isinstance(outcome.kind, KNOWS_DAY_0):
        yield Fault(
            ("absence", "when"),
            f"`{outcome.measure.name}` is about persons who need not be absent on day 0",
            hint="`as_on_day_0` is for a return to work, and for what is counted after one",
        )
    elif when and when.at_least_ppm is not None and not 0 < when.at_least_ppm <= FULL_TIME_PPM:
        yield Fault(
            ("absence", "when", "at_least"),
            "the threshold must be above 0 and at most 100 percent",
            found=f"{when.percent:g}",
            hint="`any` means every extent above 0",
        )


def spells_are_defined_where_used(outcome: Outcome) -> Iterator[Fault]:
    """Measures on spells need `when` and `join_gap`; the others would silently ignore them."""
    on_spells = isinstance(outcome.kind, NEEDS_SPELLS)
    on_days = isinstance(outcome.kind, WorkDays) and outcome.kind.count == "gross"
    for key, needed, why in (
        ("when", on_spells or on_days, "from which extent a day is absent"),
        ("join_gap", on_spells, "over how many free days two absences are one spell"),
    ):
        given = getattr(outcome.absence, key) is not None
        if needed and not given:
            counted = "spells" if on_spells else "days without absence"
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


def spell_lengths_are_in_days(outcome: Outcome) -> Iterator[Fault]:
    """The length of a spell is a count of calendar days."""
    for key in ("at_least", "shorter_than"):
        length: Length | None = getattr(outcome.kind, key, None)
        if length is not None and (length.months or not length):
            yield Fault(
                ("measure", outcome.measure.name, key),
                "the length of a spell is a number of days or weeks, at least 1 day",
                found=f"`{length}`",
            )


def some_spell_has_the_length(outcome: Outcome) -> Iterator[Fault]:
    """`shorter_than` is longer than `at_least`, or no spell could be counted."""
    limit: Length | None = getattr(outcome.kind, "shorter_than", None)
    least: Length = getattr(outcome.kind, "at_least", None) or SHORTEST_SPELL
    if limit and not limit.months and not least.months and limit.days <= least.days:
        yield Fault(
            ("measure", outcome.measure.name, "shorter_than"),
            f"no spell of at least {least} is shorter than {limit}",
            expected=f"more than {least}",
            hint="`shorter_than: 30 days` counts spells of up to 29 days",
        )


def true_lengths_are_compared(outcome: Outcome) -> Iterator[Fault]:
    """The true first day decides how long a spell is, and nothing else: no date is moved to it."""
    limits = (getattr(outcome.kind, key, None) for key in ("at_least", "shorter_than"))
    if outcome.counts_from_true_first_day and not any(limits):
        yield Fault(
            ("measure", outcome.measure.name, "from_true_first_day"),
            "spells of every length count, so `from_true_first_day` would have no effect",
            hint="Say which lengths count, as in `at_least: 30 days`, or remove it",
        )


def chain_links_spells(outcome: Outcome) -> Iterator[Fault]:
    """A chain is made of spells: what lies between two of them is more than what is bridged."""
    if not isinstance(outcome.kind, ChainDay):
        return
    link, join = outcome.kind.link_gap, outcome.absence.join_gap
    place = ("measure", "chain_day", "link_gap")
    if link.months:
        yield Fault(place, "a gap is a number of days or weeks", found=f"`{link}`")
    elif join and link.days < join.days:
        yield Fault(
            place,
            "spells are linked over fewer free days than absences are joined over",
            expected=f"at least {join}",
            found=f"`{link}`",
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
    spells_are_defined_where_used,
    gap_is_in_days,
    follow_up_has_days,
    follow_up_starts_on_day_0,
    sustain_is_longer_than_the_gap,
    spell_lengths_are_in_days,
    some_spell_has_the_length,
    true_lengths_are_compared,
    chain_links_spells,
    weeks_are_whole,
    periods_divide_the_follow_up,
    competing_events_are_events,
    precedence_names_states,
    reasons_are_about_parameters,
    examples_could_be_delivered,
    examples_say_what_employers_pay,
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
    return []
