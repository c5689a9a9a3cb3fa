"""The question that a definition asks, in one or two sentences: the measure, its unit, when, and what sets it apart.

The three lines of `rtw show` say who is at risk and what ends the wait; a question is what a reader of
results asks first. It is also what tells two outcomes of a study apart: net and gross, full and part.
"""

from collections.abc import Callable
from typing import Any

from rtw_outcomes.definitions.plain_language.composites import denominator, times
from rtw_outcomes.definitions.plain_language.phrases import (
    day,
    extent_in_words,
    follow_up_length,
    join_phrases,
    moment,
    name_benefits,
    say,
    window,
)
from rtw_outcomes.definitions.plain_language.spells import of_length
from rtw_outcomes.definitions.plain_language.states import between
from rtw_outcomes.language.absence import Absence
from rtw_outcomes.language.lengths import BEFORE
from rtw_outcomes.language.measures.composites import AllOf, AnyOf, Change, Logical, NoneOf, Rate
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.measures.kind import Kind
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.measures.spells import ChainDay, SpellsIn
from rtw_outcomes.language.measures.states import (
    OnDays,
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.thresholds import OwnExtent

USUAL = ("sickness_related",)
WEIGHED = "Each day counts by its extent: half-time absence counts half."
WHOLE = "Each day counts as one, whatever its extent."
FEW_DAYS = 6  # more days than these are not listed


def ask_question(resolved: ResolvedOutcome) -> str:
    """The question of a definition.

    >>> from rtw_outcomes import find_outcome
    >>> ask_question(find_outcome("gross_sick_days_12m"))
    'How many gross sick days are there in the 12 months from the index date on? Each day counts as one, whatever its extent.'
    """
    kind = resolved.outcome.kind
    return QUESTIONS[type(kind)](kind, resolved)


def _ask_sick_days(kind: SickDays, resolved: ResolvedOutcome) -> str:
    outcome = resolved.outcome
    when = f"in each period of {kind.per} {_span(outcome)}" if kind.per else _span(outcome)
    if kind.unit == "weeks":
        number = f"weeks with a day of {_benefits(outcome.own_absence, 'absence')}"
        return _ask_number(kind, number, when)
    days = _benefits(outcome.own_absence, "")
    number = f"{kind.count} days of {days}" if days else f"{kind.count} sick days"
    return f"{_ask_number(kind, number, when)} {WEIGHED if kind.count == 'net' else WHOLE}"


def _ask_work_days(kind: WorkDays, resolved: ResolvedOutcome) -> str:
    outcome = resolved.outcome
    if kind.count == "net":
        number = f"full-time work that {name_benefits(outcome.own_absence.benefits)} leaves"
    else:
        number = f"{kind.unit} {_without(outcome.own_absence)}"
    if kind.as_ == "percent":
        return _ask_value(kind, f"the percentage of {number}", _span(outcome))
    number = f"days of {number}" if kind.count == "net" else number
    return _ask_number(kind, number, _span(outcome))


def _ask_extent(kind: ExtentOnDay, resolved: ResolvedOutcome) -> str:
    what = _benefits(resolved.outcome.own_absence, "absence")
    return _ask_value(kind, f"the extent of {what}, in percent of full time,", f"on {day(kind.at)}")


def _ask_cost(kind: Cost, resolved: ResolvedOutcome) -> str:
    amount = f"the amount in `{kind.from_cohort.column}`" if kind.from_cohort else kind.per_net_day
    days = f"Only the first {kind.friction}" if kind.friction else "All days"
    return (
        f"What do the net sick days {_span(resolved.outcome)} cost, at {amount} a day? {days} of each spell "
        "count."
    )


def _ask_chain_day(kind: ChainDay, resolved: ResolvedOutcome) -> str:  # noqa: ARG001 the signature for every kind
    return f"Which day of the rehabilitation chain is {day(kind.at)}? It is 0 when no spell covers the day."


def _ask_spells(kind: SpellsIn, resolved: ResolvedOutcome) -> str:
    verb = {"started": "begin", "ended": "end", "ongoing": "have a day"}[kind.count]
    absence = _name_absence(resolved.outcome.own_absence)
    return f"How many spells of {absence}{of_length(kind)} {verb} {_span(resolved.outcome)}?"


def _ask_return(kind: ReturnToWork, resolved: ResolvedOutcome) -> str:
    outcome = resolved.outcome
    return (
        f"How many days pass from the index date to {kind.sustained} {_without(outcome.own_absence)}, within "
        f"{follow_up_length(outcome)}? {_competing(outcome)}"
    )


def _ask_first_spell(kind: FirstSpell | Relapse, resolved: ResolvedOutcome) -> str:
    outcome = resolved.outcome
    start = "an index date without absence"
    if isinstance(kind, Relapse):
        start = f"the return of `{kind.after}`"
    return (
        f"How many days pass from {start} to the first spell of "
        f"{_name_absence(outcome.own_absence)}{of_length(kind)} within {follow_up_length(outcome)}? "
        f"{_competing(outcome)}"
    )


def _ask_recurrence(kind: Recurrence, resolved: ResolvedOutcome) -> str:
    outcome = resolved.outcome
    return (
        f"How many spells of {_name_absence(outcome.own_absence)}{of_length(kind)} begin in the "
        f"{follow_up_length(outcome)} after the return of `{kind.after}`?"
    )


def _ask_work_state(kind: WorkState, resolved: ResolvedOutcome) -> str:
    benefits = _benefits(resolved.outcome.own_absence, "")
    told = f" Absence is {benefits}." if benefits else ""
    on = _name_days(kind, resolved.outcome)
    if kind.one_of:
        return f"Is the state on {on} {join_phrases(list(map(say, kind.one_of)), 'or')}?{told}"
    return f"What is the state on {on}: {join_phrases(list(map(say, kind.names)), 'or')}?{told}"


def _ask_state_on_day(kind: StateOnDay, resolved: ResolvedOutcome) -> str:
    return f"What is the state on {_name_days(kind, resolved.outcome)}: {_name_states(kind, 'or')}?"


def _ask_state_days(kind: StateDays, resolved: ResolvedOutcome) -> str:
    return f"How many days are spent in each state {_span(resolved.outcome)}: {_name_states(kind, 'and')}?"


def _ask_transitions(kind: Transitions, resolved: ResolvedOutcome) -> str:
    which = between(kind) or f" between {_name_states(kind, 'and')}"
    return f"How many transitions{which} are there {_span(resolved.outcome)}?"


def _ask_reported(kind: Reported, resolved: ResolvedOutcome) -> str:  # noqa: ARG001 the signature for every kind
    return _ask_value(
        kind, f"the value in the cohort's column `{kind.column}`, {kind.range_},", ""
    ).replace(",?", "?")


def _ask_logical(kind: Logical, resolved: ResolvedOutcome) -> str:  # noqa: ARG001 the signature for every kind
    verb = {AllOf: "Are all of these", AnyOf: "Is any of these", NoneOf: "Is none of these"}[
        type(kind)
    ]
    return f"{verb} yes: {join_phrases([f'`{name}`' for name in kind.outcomes], 'and')}?"


def _ask_change(kind: Change, resolved: ResolvedOutcome) -> str:  # noqa: ARG001 the signature for every kind
    if kind.cut:
        return f"Is `{kind.second}` less `{kind.first}` {kind.cut}?"
    return f"How much is `{kind.second}` less `{kind.first}`? A number below 0 is a fall."


def _ask_rate(kind: Rate, resolved: ResolvedOutcome) -> str:
    question = (
        f"What is the sum of `{kind.of}` divided by {denominator(kind, resolved)}{times(kind)}?"
    )
    if not kind.leave_out:
        return question
    paid = f"{name_benefits(kind.leave_out.benefits)} {extent_in_words(kind.leave_out.when)}"
    return f"{question} Who has {paid} on the index date is left out."


def _ask_number(kind: SickDays | WorkDays, number: str, when: str) -> str:
    if kind.cut:
        return f"Is the number of {number} {when} {kind.cut}?"
    return f"How many {number} are there {when}?"


def _ask_value(kind: WorkDays | ExtentOnDay | Reported, value: str, when: str) -> str:
    words = f"{value} {when}".strip()
    return f"Is {words} {kind.cut}?" if kind.cut else f"What is {words}?"


def _span(outcome: Outcome) -> str:
    """The days of the follow-up, as short as they can be said."""
    assert outcome.follow_up, "the rules ask for it"
    start, end = outcome.follow_up.from_, outcome.follow_up.to
    if not start and end:
        return f"in the {end} from the index date on"
    if start and not end and str(start).endswith(BEFORE):
        return f"in the {start} the index date"
    return window(outcome)


def _benefits(absence: Absence, usual: str) -> str:
    """The benefits by name; other words for those of most definitions."""
    if absence.benefits == USUAL:
        return usual
    names = [
        "sickness-related benefit" if name in USUAL else say(name) for name in absence.benefits
    ]
    return join_phrases(names, "or")


def _name_absence(absence: Absence) -> str:
    """Absence with its extent: `absence to any extent`, `absence at full time`."""
    assert absence.when, "the rules ask for it"
    what = _benefits(absence, "absence")
    if isinstance(absence.when.limit, OwnExtent):
        return f"{what} to {_own_extent(absence.when.limit)}"
    return f"{what} {extent_in_words(absence.when)}"


def _without(absence: Absence) -> str:
    """What the days of a return are without, and what counts as return for it."""
    assert absence.when, "the rules ask for it"
    what = _benefits(absence, "absence")
    limit = absence.when.limit
    if isinstance(limit, OwnExtent):
        return f"without {what} to {_own_extent(limit)}"
    if str(absence.when) == "any":
        return f"without any {what}"
    if str(absence.when) == "full":
        return f"without full-time {what} (part-time work counts as work)"
    return f"without {what} {extent_in_words(absence.when)}"


def _own_extent(limit: OwnExtent) -> str:
    if limit.above:
        return f"a larger extent than on the day {moment(limit.day, 'the index date')}"
    return "the extent of the index date or a larger one"


def _competing(outcome: Outcome) -> str:
    """The events that compete, by their names."""
    if not outcome.competing:
        return "No event competes."
    names = [say(each).replace("old age", "old-age") for each in outcome.competing]
    return f"Competing events: {join_phrases(names, 'and')}."


def _name_days(kind: OnDays, outcome: Outcome) -> str:
    days = list(kind.list_days(outcome.follow_up).values())
    if not kind.is_split:
        return day(days[0])
    texts = list(map(str, days))
    if len(texts) > FEW_DAYS:
        return f"the days {texts[0]}, {texts[1]} and so on to {texts[-1]} after the index date"
    return f"the days {join_phrases(texts, 'and')} after the index date"


def _name_states(kind: States, link: str) -> str:
    return join_phrases(list(map(say, kind.names)), link)


QUESTIONS: dict[type[Kind], Callable[[Any, ResolvedOutcome], str]] = {
    SickDays: _ask_sick_days,
    Cost: _ask_cost,
    WorkDays: _ask_work_days,
    ExtentOnDay: _ask_extent,
    ChainDay: _ask_chain_day,
    ReturnToWork: _ask_return,
    Relapse: _ask_first_spell,
    FirstSpell: _ask_first_spell,
    Recurrence: _ask_recurrence,
    SpellsIn: _ask_spells,
    WorkState: _ask_work_state,
    StateDays: _ask_state_days,
    StateOnDay: _ask_state_on_day,
    Transitions: _ask_transitions,
    Reported: _ask_reported,
    AllOf: _ask_logical,
    AnyOf: _ask_logical,
    NoneOf: _ask_logical,
    Change: _ask_change,
    Rate: _ask_rate,
}
