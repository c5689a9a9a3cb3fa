"""A plan without meaning cannot be built: each step refuses what it makes no sense of."""

from dataclasses import fields, replace
from decimal import Decimal
from enum import Enum

import pytest

from rtw_outcomes.definitions.catalogue import find_outcome, list_ids
from rtw_outcomes.language.lengths import ZERO, Length
from rtw_outcomes.language.result_names import NumberedPeriod, Role
from rtw_outcomes.language.vocabulary import FULL_TIME_PPM
from rtw_outcomes.planning.nodes.aggregates import (
    Counted,
    ExtentOn,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    StateDaysIn,
    TransitionCount,
)
from rtw_outcomes.planning.nodes.events import (
    Aggregate,
    Exit,
    FirstEvent,
    FreeRun,
    Onset,
    Return,
    SpellLength,
)
from rtw_outcomes.planning.nodes.intervals import (
    Absent,
    ChainedSpells,
    Extents,
    FirstDays,
    Paid,
    RegisterRows,
    Spells,
    StateIntervals,
)
from rtw_outcomes.planning.nodes.node import Grain, Node, Number
from rtw_outcomes.planning.nodes.values import (
    CohortNumber,
    CostIn,
    Difference,
    InPopulation,
    IsOneOf,
    Logic,
    LogicalCombination,
    NamedStateOn,
    ObservedDays,
    ObservedWeeks,
    One,
    PercentOn,
    Reaches,
    Seen,
    StateOn,
    Total,
)
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Column, Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from tests.step_classes import list_step_classes

DAY, WEEK, YEAR = Length(days=1), Length(days=7), Length(months=12)
ROWS = RegisterRows()
PAID = Paid(ROWS, ("sick_pay",))
EXTENTS = Extents(PAID)
ABSENT = Absent(EXTENTS, FULL_TIME_PPM)
SPELLS = Spells(ABSENT, 5)
RUN = FreeRun(SPELLS, DAY, day_0_may_count=False)
RETURNED = Return(RUN, YEAR, (Exit("death"),))
OBSERVED = ObservedDays(None, ZERO, YEAR)
SICK_DAYS = SickDaysIn(EXTENTS, ZERO, YEAR, net=False)
NET_DAYS = replace(SICK_DAYS, net=True)
STATES = StateIntervals((ABSENT,))
EXTENT = ExtentOn(PAID, ZERO)
STATE = StateOn(ZERO, ("dead", "not_observed"), EXTENT, EXTENT)
REACHES = Reaches(PercentOn(EXTENT), Decimal(50), above=False)


def stock_plan() -> Plan:
    return plan_outcomes(tuple(map(find_outcome, list_ids())), employer_periods=())


def one_step_of_each_class() -> list[Node]:
    plan = stock_plan()
    own = (
        *(Seen(CostIn(NET_DAYS, CohortNumber("cost")), OBSERVED), ObservedWeeks(0, 7)),
        SickDaysIn(FirstDays(EXTENTS, 5, 90), ZERO, YEAR, net=True),
        NamedStateOn(ZERO, (EXTENT,), (1,), ("sick", "well")),
    )
    steps = {
        type(each): each
        for planned in (plan, optimize(plan))
        for step in (*planned.steps(), *own)
        for each in (step, *step.inputs())
    }
    return list(steps.values())


EACH = one_step_of_each_class()
FIELDS = [
    pytest.param(step, field.name, id=f"{type(step).__name__}.{field.name}")
    for step in EACH
    for field in fields(step)
]


def list_nonsense(value: object) -> list[object]:
    """What no field with such a value can hold, beside what no field can hold at all."""
    nonsense: list[object] = [object(), 3.5, {}, [value], b"nonsense", Node, ((value,),), 2 + 1j]
    if isinstance(value, Node):
        is_interval = value.grain is Grain.INTERVAL
        nonsense += [One() if is_interval else ROWS, "value", 1, True, Counted.STARTED]
    elif isinstance(value, Enum):
        others = {Counted: Logic.ALL, Logic: Counted.STARTED}
        nonsense += [value.value, others[type(value)], 1]
    elif isinstance(value, bool):
        nonsense += [int(value), "yes", None]
    elif isinstance(value, Length | SpellLength | Decimal):
        nonsense += ["12 months", 12, ROWS]
    elif isinstance(value, int):
        nonsense += [True, str(value), -(10**9), ROWS]
    elif isinstance(value, tuple):
        nonsense += [(object(),), (ROWS, 1), "text", *value, list(value)]
    elif isinstance(value, str):
        nonsense += [1, (value,), ROWS]
    return nonsense


def test_every_class_of_step_is_here():
    assert {type(each) for each in EACH} == list_step_classes()


@pytest.mark.parametrize(("step", "field"), FIELDS)
def test_a_step_refuses_what_a_field_cannot_hold(step, field):
    is_day = isinstance(step, RegisterRows)  # any whole number is a day
    for nonsense in list_nonsense(getattr(step, field)):
        if is_day and nonsense == -(10**9) and type(nonsense) is int:
            continue
        with pytest.raises((TypeError, ValueError)):
            replace(step, **{field: nonsense})


NONSENSE = {
    "a difference of rows": lambda: Difference(ROWS, One()),
    "a difference of extents in parts per million": lambda: Difference(OBSERVED, EXTENT),
    "a sum of answers": lambda: Total((REACHES,)),
    "a sum of nothing": lambda: Total(()),
    "a cut of a state": lambda: Reaches(STATE, Decimal(1), above=True),
    "a cut below 0": lambda: Reaches(SICK_DAYS, Decimal(-1), above=True),
    "a combination of numbers": lambda: LogicalCombination(Logic.ALL, (SICK_DAYS,)),
    "a combination of nothing": lambda: LogicalCombination(Logic.ALL, ()),
    "a state in a rate": lambda: InPopulation(STATE, One(), None, 0),
    "somebody left out from no extent": lambda: InPopulation(One(), One(), EXTENT, 0),
    "nobody left out from an extent": lambda: InPopulation(One(), One(), None, 1),
    "a limit of 0": lambda: Absent(EXTENTS, 0),
    "a limit above full time": lambda: Absent(EXTENTS, FULL_TIME_PPM + 1),
    "no benefits": lambda: Paid(ROWS, ()),
    "an unknown benefit": lambda: Paid(ROWS, ("pocket money",)),
    "rows from later to earlier": lambda: RegisterRows(3, 2),
    "a gap below 0": lambda: Spells(ABSENT, -1),
    "a gap between chains below 0": lambda: ChainedSpells(SPELLS, -1),
    "no first days": lambda: FirstDays(EXTENTS, 0, 0),
    "no states": lambda: StateIntervals(()),
    "net days without extents": lambda: SickDaysIn(ABSENT, ZERO, YEAR, net=True),
    "a window that ends before it starts": lambda: SickDaysIn(EXTENTS, YEAR, ZERO, net=True),
    "a window without days": lambda: ObservedDays(None, WEEK, WEEK),
    "weeks that are not whole": lambda: ObservedWeeks(0, 8),
    "weeks before day 0": lambda: ObservedWeeks(-7, 7),
    "weeks over spells that do not bridge one": lambda: SickWeeksIn(SPELLS, 0, 7),
    "a state that there is not": lambda: StateDaysIn(STATES, 1, ZERO, YEAR),
    "a transition to where it comes from": lambda: TransitionCount(STATES, 0, 0, ZERO, YEAR),
    "a transition to no state": lambda: TransitionCount(STATES, 0, 2, ZERO, YEAR),
    "a cost of gross days": lambda: CostIn(SICK_DAYS, Decimal(1)),
    "a cost of 0 a day": lambda: CostIn(NET_DAYS, Decimal(0)),
    "a spell of no day": lambda: SpellLength(0),
    "a spell both long and short": lambda: SpellLength(9, 9),
    "employer periods of spells as seen": lambda: SpellLength(employer_periods=("2005-01-01",)),
    "a run of no days": lambda: FreeRun(SPELLS, ZERO, day_0_may_count=True),
    "a follow-up of no days": lambda: Return(RUN, ZERO, ()),
    "a return that competes": lambda: Return(RUN, YEAR, (RETURNED,)),
    "an exit for no reason": lambda: Exit("boredom"),
    "an event that is a clock": lambda: FirstEvent(RETURNED, RETURNED, YEAR, ()),
    "an onset counted from a number": lambda: Onset(SPELLS, One(), SpellLength()),
    "a count of what is not said": lambda: SpellCount(
        SPELLS, None, ZERO, YEAR, SpellLength(), "started"
    ),
    "a state of two days": lambda: replace(STATE, at=DAY),
    "days not observed as work": lambda: replace(STATE, precedence=("dead",)),
    "an answer about no state": lambda: IsOneOf(STATE, ("asleep",)),
    "a state without a name": lambda: NamedStateOn(ZERO, (EXTENT,), (1,), ("sick",)),
    "a status of a number": lambda: Column("x", Role.STATUS, One()),
    "a value of a clock": lambda: Column("x", Role.VALUE, RETURNED),
    "a column of rows": lambda: Column("x", Role.VALUE, ROWS),
    "a column of a spelled role": lambda: Column("x", "value", One()),
    "a column of a spelled period": lambda: Column("x", Role.VALUE, One(), "01"),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_cannot_be_built(what):
    with pytest.raises((TypeError, ValueError)):
        NONSENSE[what]()


def test_a_refusal_says_which_field_and_what_it_expects():
    with pytest.raises(TypeError, match=r"Difference.whole cannot be a RegisterRows: .* Number"):
        Difference(ROWS, One())


def test_two_steps_that_say_the_same_are_one():
    again = Total((ObservedDays(None, ZERO, YEAR), One()))
    assert {Total((OBSERVED, One())): "one"}[again] == "one"
    assert Total((One(), OBSERVED)) != again
    assert hash(One()) != hash(ROWS)


def test_a_column_knows_its_name_and_kind_by_its_role():
    month = NumberedPeriod(3, periods=120)
    column = Column("days", Role.OBSERVED_DAYS, OBSERVED, month)
    assert (column.name, column.field, column.kind) == ("days_003_observed_days", "value", "count")
    status = Column("back", Role.STATUS, RETURNED)
    assert (status.name, status.field, status.kind) == ("back_status", "status", "count")
    assert Column("days", Role.VALUE, NET_DAYS).kind == "amount"
    assert Column("state", Role.VALUE, STATE).kind == "category"


def test_every_aggregate_says_what_it_looks_through():
    """And what is counted from a return says so."""
    aggregates = [step for step in EACH if isinstance(step, Aggregate)]
    assert {step.source.grain for step in aggregates} == {Grain.INTERVAL}
    assert all(step.source in set(step.inputs()) for step in aggregates)
    after_return = Onset(SPELLS, RETURNED, SpellLength())
    assert (after_return.counted_from, RUN.counted_from) == (RETURNED, None)


def test_the_kind_of_a_number_follows_from_what_it_is_made_of():
    assert Difference(OBSERVED, SICK_DAYS).kind == "count"
    assert Difference(OBSERVED, NET_DAYS).kind == "amount"
    assert Seen(NET_DAYS, OBSERVED).kind == InPopulation(NET_DAYS, One(), None, 0).kind == "amount"
    assert isinstance(OBSERVED, Number)
