"""What a definition must satisfy beyond its types: one function per rule, in RULES.

A rule looks at one outcome and yields a problem for each place that breaks it. The texts speak of
days and spells, because a definition that breaks a rule would give a number without meaning.
"""

from collections.abc import Callable, Iterator
from typing import get_args

from rtw_outcomes.definitions.rules.worked_examples import (
    amounts_are_those_asked_for,
    examples_could_be_delivered,
    examples_say_what_employers_pay,
    expectations_fit_the_measure,
)
from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.language.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.language.outcome import (
    POPULATIONS,
    ChainDay,
    Composite,
    Cost,
    ExtentOnDay,
    FirstSpell,
    Outcome,
    Rate,
    Recurrence,
    Relapse,
    ReturnToWork,
    SpellsIn,
    StateOnDay,
    States,
    Transitions,
    Window,
    WorkDays,
    WorkState,
)
from rtw_outcomes.language.thresholds import OwnExtent, Threshold
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    FULL_TIME_PPM,
    KEY_COLUMNS,
    NOT_OBSERVED,
    PRIOR_STATES,
    expand_benefits,
)

# What names of columns and of statistics end with that stand beside the states.
OTHER_NAMES = ("observed_days", "incomplete", "days", "status", "over", "missing", "percent")

Rule = Callable[[Outcome], Iterator[Problem]]

KNOWS_DAY_0 = (ReturnToWork, Relapse, Recurrence)
COMPOSITES = get_args(Composite)
HAS_NO_ABSENCE = (*COMPOSITES, States)
NEEDS_SPELLS = (ReturnToWork, Relapse, FirstSpell, Recurrence, SpellsIn, ChainDay)
KNOWS_A_CLOCK = (ReturnToWork, Relapse, FirstSpell, Recurrence)
LOOKS_AT_ONE_DAY = (WorkState, StateOnDay, ExtentOnDay, ChainDay)
SHORTEST_SPELL = Length(days=1)


def absence_is_said_where_used(outcome: Outcome) -> Iterator[Problem]:
    """Measures on days say which days are absent; what is made of others has theirs."""
    if isinstance(outcome.kind, HAS_NO_ABSENCE):
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
    kind, at = outcome.kind, ("measure", outcome.measure.name)
    if outcome.absence:
        yield ("absence", "benefits"), outcome.absence.benefits
    if isinstance(kind, States):
        for place, state in enumerate(kind.states):
            yield (*at, "states", place, "benefits"), state.benefits
    if isinstance(kind, Rate) and kind.leave_out:
        yield (*at, "leave_out", "benefits"), kind.leave_out.benefits


def id_is_free(outcome: Outcome) -> Iterator[Problem]:
    """An outcome gives its name to a column, beside those of the key."""
    if outcome.outcome in KEY_COLUMNS:
        yield Problem(("outcome",), f"`{outcome.outcome}` is the name of a key column")
    if outcome.outcome in POPULATIONS:
        yield Problem(("outcome",), f"`{outcome.outcome}` is what a rate may be over")


def threshold_is_a_share_of_full_time(outcome: Outcome) -> Iterator[Problem]:
    """A threshold of 0 would make every day absent; none above 100 can be reached."""
    for place, when in _list_thresholds(outcome):
        if isinstance(when.limit, int) and not 0 < when.limit <= FULL_TIME_PPM:
            yield Problem(
                (*place, "at_least"),
                "the threshold must be above 0 and at most 100 percent",
                found=f"{when.percent:g}",
                hint="`any` means every extent above 0",
            )


def _list_thresholds(outcome: Outcome) -> Iterator[tuple[Location, Threshold]]:
    """Each threshold in a definition, with its place."""
    kind, at = outcome.kind, ("measure", outcome.measure.name)
    if outcome.absence and outcome.absence.when:
        yield ("absence", "when"), outcome.absence.when
    if isinstance(kind, States):
        for place, state in enumerate(kind.states):
            yield (*at, "states", place, "when"), state.when
    if isinstance(kind, Rate) and kind.leave_out:
        yield (*at, "leave_out", "when"), kind.leave_out.when


def own_extent_is_of_those_at_risk(outcome: Outcome) -> Iterator[Problem]:
    """A person's own extent is compared with after day 0, and only of persons absent on day 0.

    Who is not is not at risk; so a person of whose own extent nothing is known has no result, and
    is never taken for one without absence.
    """
    for place, when in _list_thresholds(outcome):
        if isinstance(when.limit, OwnExtent):
            yield from _judge_own_extent(outcome, place, when.limit)


def _judge_own_extent(outcome: Outcome, place: Location, limit: OwnExtent) -> Iterator[Problem]:
    form = "more_than_on" if limit.above else "as_on_day_0"
    if not isinstance(outcome.kind, KNOWS_DAY_0):
        yield Problem(
            place,
            f"`{outcome.measure.name}` is about persons who need not be absent on day 0",
            hint=f"`{form}` is for a return to work, and for what is counted after one",
        )
    if limit.above and limit.day.most_days >= 0:
        yield Problem(
            (*place, form),
            "the day that later ones are compared with lies before the index date",
            expected="for example `30 days before`",
            found=f"`{limit.day}`",
        )
    if limit.above and getattr(outcome.kind, "day_0_may_count", False):
        yield Problem(
            ("measure", outcome.measure.name, "day_0_may_count"),
            f"a person of whom the day of `{form}` is not observed would return on day 0",
            hint="Remove it",
        )


def spells_are_defined_where_used(outcome: Outcome) -> Iterator[Problem]:
    """Measures on spells need `when` and `join_gap`; the others would silently ignore them."""
    if not outcome.absence:
        return
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
            yield Problem(
                ("absence",),
                f"`{outcome.measure.name}` counts {counted}, so `{key}` must say {why}",
                hint=f"Add `{key}: {'any' if key == 'when' else '5 days'}` or your own choice",
            )
        if given and not needed:
            unused = "spells" if key == "join_gap" else "a threshold"
            yield Problem(
                ("absence", key),
                f"`{outcome.measure.name}` does not use {unused}, so `{key}` would have no effect",
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
    """The follow-up ends after it starts, whatever the lengths of its months."""
    window = outcome.follow_up
    if isinstance(outcome.kind, (*LOOKS_AT_ONE_DAY, *COMPOSITES)):
        on_day = isinstance(outcome.kind, LOOKS_AT_ONE_DAY)
        if window:
            looks = "looks at one day" if on_day else "is made of outcomes with their own"
            yield Problem(
                ("follow_up",),
                f"`{outcome.measure.name}` {looks}, so `follow_up` would have no effect",
                hint="Remove it; `at` says which day" if on_day else "Remove it",
            )
        return
    if not window:
        yield Problem(
            ("measure",),
            f"`{outcome.measure.name}` needs `follow_up`",
            expected="for example `12 months`",
        )
    elif window.to.least_days <= window.from_.most_days:
        yield Problem(
            ("follow_up",),
            "the follow-up ends before it starts, or may do so",
            found=f"from {window.from_} to {window.to}",
            hint="`to` is counted from day 0, not from the start",
        )


def follow_up_starts_on_day_0(outcome: Outcome) -> Iterator[Problem]:
    """Clocks start on day 0: a later start would select on what happened before it."""
    if outcome.follow_up and outcome.follow_up.from_ and isinstance(outcome.kind, KNOWS_A_CLOCK):
        yield Problem(
            ("follow_up", "from"),
            f"the follow-up of `{outcome.measure.name}` starts on day 0",
            hint="Remove `from`",
        )


def sustain_is_longer_than_the_gap(outcome: Outcome) -> Iterator[Problem]:
    """A free run that the gap bridges is part of a spell: it can never be a return."""
    if not isinstance(outcome.kind, ReturnToWork):
        return
    sustained, gap = outcome.kind.sustained, outcome.absence and outcome.absence.join_gap
    if not sustained:
        yield Problem(
            ("measure", "return_to_work", "sustained"),
            "a return that is sustained for 0 days is no return",
            hint="`1 day` is the first return",
        )
    elif gap and sustained.least_days <= gap.most_days:
        yield Problem(
            ("measure", "return_to_work", "sustained"),
            "the return must last longer than the gap that spells are joined over",
            expected=f"more than {gap}",
            found=f"`{sustained}`",
        )


def spell_lengths_are_in_days(outcome: Outcome) -> Iterator[Problem]:
    """The length of a spell is a count of calendar days."""
    for key in ("at_least", "shorter_than"):
        length: Length | None = getattr(outcome.kind, key, None)
        if length is not None and (length.months or not length):
            yield Problem(
                ("measure", outcome.measure.name, key),
                "the length of a spell is a number of days or weeks, at least 1 day",
                found=f"`{length}`",
            )


def some_spell_has_the_length(outcome: Outcome) -> Iterator[Problem]:
    """`shorter_than` is longer than `at_least`, or no spell could be counted."""
    limit: Length | None = getattr(outcome.kind, "shorter_than", None)
    least: Length = getattr(outcome.kind, "at_least", None) or SHORTEST_SPELL
    if limit and not limit.months and not least.months and limit.days <= least.days:
        yield Problem(
            ("measure", outcome.measure.name, "shorter_than"),
            f"no spell of at least {least} is shorter than {limit}",
            expected=f"more than {least}",
            hint="`shorter_than: 30 days` counts spells of up to 29 days",
        )


def true_lengths_are_compared(outcome: Outcome) -> Iterator[Problem]:
    """The true first day decides how long a spell is, and nothing else: no date is moved to it."""
    limits = (getattr(outcome.kind, key, None) for key in ("at_least", "shorter_than"))
    if outcome.counts_from_true_first_day and not any(limits):
        yield Problem(
            ("measure", outcome.measure.name, "from_true_first_day"),
            "spells of every length count, so `from_true_first_day` would have no effect",
            hint="Say which lengths count, as in `at_least: 30 days`, or remove it",
        )


def chain_links_spells(outcome: Outcome) -> Iterator[Problem]:
    """A chain is made of spells: what lies between two of them is more than what is bridged."""
    if not isinstance(outcome.kind, ChainDay) or not outcome.absence:
        return
    link, join = outcome.kind.link_gap, outcome.absence.join_gap
    place = ("measure", "chain_day", "link_gap")
    if link.months:
        yield Problem(place, "a gap is a number of days or weeks", found=f"`{link}`")
    elif join and link.days < join.days:
        yield Problem(
            place,
            "spells are linked over fewer free days than absences are joined over",
            expected=f"at least {join}",
            found=f"`{link}`",
        )


def friction_is_in_days(outcome: Outcome) -> Iterator[Problem]:
    """The days until somebody else does the work are a count from the first day of the spell."""
    friction = getattr(outcome.kind, "friction", None)
    if friction is not None and (friction.months or not friction):
        yield Problem(
            ("measure", outcome.measure.name, "friction"),
            "the first days of a spell are a number of days or weeks, at least 1 day",
            found=f"`{friction}`",
        )


def amount_is_no_key(outcome: Outcome) -> Iterator[Problem]:
    """What tells the rows of the cohort apart is no amount of money."""
    if outcome.amount_column in KEY_COLUMNS:
        yield Problem(
            ("measure", outcome.measure.name, "per_net_day", "column"),
            f"`{outcome.amount_column}` is a key column and holds no amount",
        )


def weeks_are_whole(outcome: Outcome) -> Iterator[Problem]:
    """A week has one day of absence or none: no extent, no parts, no half weeks."""
    if getattr(outcome.kind, "unit", "days") != "weeks":
        return
    place, window = ("measure", outcome.measure.name), outcome.follow_up
    if getattr(outcome.kind, "count", None) == "net":
        yield Problem(
            (*place, "count"), "weeks are gross: a day of any extent makes a week of absence"
        )
    if getattr(outcome.kind, "per", None):
        yield Problem((*place, "per"), "weeks are not split on periods", hint="Remove it")
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


def periods_divide_the_follow_up(outcome: Outcome) -> Iterator[Problem]:
    """Periods fill the follow-up exactly, so that the parts add up to the whole."""
    per = getattr(outcome.kind, "per", None)
    if per is not None and outcome.follow_up and count_periods(outcome.follow_up, per) < 1:
        yield Problem(
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


def precedence_names_states(outcome: Outcome) -> Iterator[Problem]:
    """A day that is not observed must be called so, or it would count as a day of work."""
    if not isinstance(outcome.kind, WorkState):
        return
    order, place = outcome.kind.precedence, ("measure", "work_state", "precedence")
    for position, state in enumerate(order):
        if state not in PRIOR_STATES:
            yield Problem(
                (*place, position),
                f"unknown state `{state}`",
                expected=f"one of {', '.join(PRIOR_STATES)}",
                hint=suggest(state, tuple(PRIOR_STATES)),
            )
        if state in order[:position]:
            yield Problem((*place, position), f"`{state}` stands twice")
    if "not_observed" not in order:
        yield Problem(place, "`not_observed` is missing: unseen days would count as work")


def answers_name_states(outcome: Outcome) -> Iterator[Problem]:
    """A day that is not observed is no answer, so no state may stand for it."""
    if not isinstance(outcome.kind, WorkState) or outcome.kind.one_of is None:
        return
    states, place = outcome.kind.one_of, ("measure", "work_state", "one_of")
    known = tuple(state for state in outcome.kind.names if state != NOT_OBSERVED)
    for position, state in enumerate(states):
        if state not in known:
            yield Problem(
                (*place, position),
                f"`{state}` is none of the states that this measure can give",
                expected=f"one of {', '.join(known)}",
                hint=suggest(state, known),
            )
        if state in states[:position]:
            yield Problem((*place, position), f"`{state}` stands twice")


def states_are_told_apart(outcome: Outcome) -> Iterator[Problem]:
    """Each state has a name of its own, and transitions are between two of them."""
    kind, at = outcome.kind, ("measure", outcome.measure.name)
    if not isinstance(kind, States):
        return
    names = kind.names
    for place, name in enumerate(names):
        where = (*at, "otherwise") if place == len(kind.states) else (*at, "states", place, "state")
        if name in names[:place]:
            yield Problem(where, f"`{name}` stands twice")
        if any(f"_{name}".endswith(f"_{other}") for other in OTHER_NAMES):
            what = f"`{name}` is the name of another column of the results, or of the summary"
            yield Problem(where, what, hint="Call the state something else")
    if not isinstance(kind, Transitions):
        return
    for key, state in (("from_state", kind.from_state), ("to_state", kind.to_state)):
        if state is not None and state not in names:
            yield Problem(
                (*at, key),
                f"`{state}` is none of the states",
                expected=f"one of {', '.join(names)}",
                hint=suggest(state, names),
            )
    if kind.from_state is not None and kind.from_state == kind.to_state:
        yield Problem((*at, "to_state"), "a transition is from one state to another one")


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
    sustain_is_longer_than_the_gap,
    friction_is_in_days,
    amount_is_no_key,
    spell_lengths_are_in_days,
    some_spell_has_the_length,
    true_lengths_are_compared,
    chain_links_spells,
    weeks_are_whole,
    periods_divide_the_follow_up,
    competing_events_are_events,
    precedence_names_states,
    answers_name_states,
    states_are_told_apart,
    outcomes_are_named_once,
    reasons_are_about_parameters,
    examples_could_be_delivered,
    amounts_are_those_asked_for,
    examples_say_what_employers_pay,
    expectations_fit_the_measure,
)


def list_problems(outcome: Outcome) -> list[Problem]:
    """All problems of one outcome, in the order of the rules."""
    return [problem for rule in RULES for problem in rule(outcome)]
