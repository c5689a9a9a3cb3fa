"""The steps of outcomes made of other outcomes: all, any or none of several, a change, and a rate."""

from rtw_outcomes.language.lengths import ZERO
from rtw_outcomes.language.measures.composites import (
    OBSERVED_YEARS,
    PERSONS,
    AllOf,
    AnyOf,
    Change,
    Logical,
    NoneOf,
    Rate,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.planning.nodes.aggregates import ExtentOn
from rtw_outcomes.planning.nodes.events import FirstEvent, Return
from rtw_outcomes.planning.nodes.node import Answer, Number
from rtw_outcomes.planning.nodes.values import (
    Difference,
    Happened,
    InPopulation,
    Logic,
    LogicalCombination,
    ObservedDays,
    One,
    Total,
    Years,
)
from rtw_outcomes.planning.plan import Column, PlannedOutcome
from rtw_outcomes.planning.planner import steps
from rtw_outcomes.planning.planner.columns import plan_cut

LOGIC = {AllOf: Logic.ALL, AnyOf: Logic.ANY, NoneOf: Logic.NONE}


def plan_logical(
    kind: Logical, outcome: Outcome, named: tuple[PlannedOutcome, ...]
) -> PlannedOutcome:
    """Several answers put together."""
    answer = LogicalCombination(LOGIC[type(kind)], tuple(map(_find_answer, named)))
    name = outcome.outcome
    return PlannedOutcome(name, (Column(name, Role.VALUE, answer),), _plan_account(name, named))


def plan_change(
    kind: Change, outcome: Outcome, named: tuple[PlannedOutcome, ...]
) -> PlannedOutcome:
    """The second of two numbers less the first, cut or not."""
    name = outcome.outcome
    before, after = map(_find_number, named)
    columns = [Column(name, Role.VALUE, plan_cut(kind.cut, Difference(after, before)))]
    known = tuple(node for each in named if (node := _find_observed(each)))
    if known:
        columns.append(Column(name, Role.OBSERVED_DAYS, Total(known)))
    return PlannedOutcome(name, tuple(columns), _plan_account(name, named))


def plan_rate(kind: Rate, outcome: Outcome, named: tuple[PlannedOutcome, ...]) -> PlannedOutcome:
    """A share in each of two sums: what is counted, and what it is a rate over."""
    name, of, observed = outcome.outcome, named[0], _find_observed(named[0])
    number, over = _plan_sums(kind, named)
    columns = [
        Column(name, Role.NUMERATOR, _plan_share(kind, number, over)),
        Column(name, Role.DENOMINATOR, _plan_share(kind, over, number)),
    ]
    if observed:
        columns.append(Column(name, Role.OBSERVED_DAYS, observed))
    return PlannedOutcome(name, tuple(columns), _plan_account(name, (of,)))


def _plan_sums(
    kind: Rate, named: tuple[PlannedOutcome, ...]
) -> tuple[Number | Answer, Number | Answer]:
    """The numbers that are added up in the two sums."""
    number = _find_value(named[0])
    if kind.over == PERSONS:
        return number, One()
    if kind.over != OBSERVED_YEARS:
        return number, _find_number(named[1])
    if isinstance(number, Happened):
        # The time at risk, to which also those add who are lost before the clock's end.
        return Happened(number.clock, or_seen=True), Years(number.clock)
    observed = _find_observed(named[0])
    assert isinstance(observed, ObservedDays), "the rules ask for a follow-up"
    return number, Years(observed)


def _plan_share(kind: Rate, number: Number | Answer, known: Number | Answer) -> InPopulation:
    """A value of those who are in both sums."""
    out = kind.leave_out
    if out is None:
        return InPopulation(number, known, None, 0)
    on_day_0 = ExtentOn(steps.plan_paid(out.benefits), ZERO)
    return InPopulation(number, known, on_day_0, steps.read_ppm(out.when))


def _find_value(planned: PlannedOutcome) -> Number | Answer:
    """The one number or answer of an outcome; of a time to an event, whether it happened."""
    node = planned.columns[0].node
    if isinstance(node, Return | FirstEvent):
        return Happened(node, or_seen=False)
    assert isinstance(node, Number | Answer), "the rules let nothing else through"
    return node


def _find_number(planned: PlannedOutcome) -> Number:
    node = _find_value(planned)
    assert isinstance(node, Number), "the rules let nothing else through"
    return node


def _find_answer(planned: PlannedOutcome) -> Answer:
    node = _find_value(planned)
    assert isinstance(node, Answer), "the rules let nothing else through"
    return node


def _find_observed(planned: PlannedOutcome) -> Number | None:
    """The observed days of an outcome's window or windows, for one that has any."""
    for column in planned.columns:
        if column.role is Role.OBSERVED_DAYS:
            assert isinstance(column.node, Number), "no other step counts them"
            return column.node
    return None


def _plan_account(name: str, named: tuple[PlannedOutcome, ...]) -> tuple[Column, ...]:
    """Whether the window of any of several outcomes is incomplete."""
    incomplete: list[Answer] = []
    for column in (column for planned in named for column in planned.account):
        if column.role is Role.INCOMPLETE:
            assert isinstance(column.node, Answer), "no other step says it"
            incomplete.append(column.node)
    if not incomplete:
        return ()
    any_of_them = LogicalCombination(Logic.ANY, tuple(incomplete))
    return (Column(name, Role.INCOMPLETE, any_of_them),)
