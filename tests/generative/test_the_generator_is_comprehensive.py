"""What the strategies must reach: a new step, measure or option that they miss fails here.

Nothing is listed that the code can say itself: the steps, their fields, the measures and their
keys are collected from the classes.
"""

import itertools
from collections import Counter
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, seed

from rtw_outcomes.language.absence import Absence, Window
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.outcome import Measure, Outcome
from rtw_outcomes.language.thresholds import NAMED, OwnExtent
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    FULL_TIME_PPM,
    PRIOR_STATES,
)
from rtw_outcomes.language.yaml_types import ClosedMapping
from rtw_outcomes.planning.nodes.node import Node
from tests.generative.definitions import COMPOSITES
from tests.generative.measures import KINDS
from tests.generative.registers import DAY
from tests.generative.strategies import ONE_ROUND, GeneratedStudy, studies
from tests.generative.what_happened import MUST_HAPPEN, what_happened
from tests.step_classes import list_step_classes

# With half as many, other seeds miss a rare result now and then. DuckDB is not run, so it is cheap.
ROUNDS = 60
MANY = 5

# Keys that nothing is computed from.
ONLY_READ = ("reasons", "examples", "group", "country")


@cache
def generated() -> tuple[GeneratedStudy, ...]:
    """The same examples in each run, against the habit of the other tests: what is tested here is
    the generator, and only a change of it, or of the classes, may make the test fail."""
    found = []
    for number in range(ROUNDS):

        @seed(number)
        @ONE_ROUND
        @given(studies())
        def collect(study):
            found.append(study)

        collect()
    return tuple(found)


@cache
def steps_of_all() -> tuple[Node, ...]:
    """The steps as planned, and those that the passes put in their place."""
    plans = (plan for study in generated() for plan in (study.plan, study.optimized))
    return tuple(dict.fromkeys(step for plan in plans for step in plan.steps()))


def sorts_in(annotation: Any) -> set[object]:
    """The sorts of values that an annotation lets in, as far as the engines tell them apart."""
    if annotation is bool:
        return {True, False}
    if annotation is Length:
        return {"days", "months"}
    if (
        isinstance(annotation, type)
        and issubclass(annotation, Node)
        and annotation.__subclasses__()
    ):
        return set()  # any of several classes of steps
    if annotation is OwnExtent:
        fields_of_it = get_type_hints(annotation).items()
        return {(name, sort) for name, field in fields_of_it for sort in sorts_in(field)}
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    if get_origin(annotation) in (Union, UnionType, tuple):
        parts = [part for part in get_args(annotation) if part is not Ellipsis]
        return set().union(*(sorts_in(part) for part in parts))
    return {annotation}


def sorts_of(value: Any) -> set[object]:
    """The sorts of a value, in the words of `sorts_in`."""
    if isinstance(value, Length):
        return {"months" if value.months else "days"}
    if isinstance(value, OwnExtent):
        parts = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {(name, sort) for name, part in parts for sort in sorts_of(part)}
    if isinstance(value, tuple):
        return set().union(*(sorts_of(part) for part in value))
    return {value} if isinstance(value, bool) else {type(value)}


def test_every_step_of_a_plan_is_reached_with_every_sort_of_value_in_every_field():
    wanted = {
        (step.__name__, field.name, sort)
        for step in list_step_classes()
        for field in fields(step)
        for sort in sorts_in(get_type_hints(step)[field.name])
    }
    reached = {
        (type(step).__name__, field.name, sort)
        for step in steps_of_all()
        for field in fields(step)
        for sort in sorts_of(getattr(step, field.name))
    }
    assert wanted - reached == set()


def test_every_step_of_a_plan_is_reached():
    """Also those that have no fields."""
    reached = {type(step) for step in steps_of_all()}
    assert list_step_classes() - reached == set()


def test_every_kind_of_measure_is_reached():
    reached = {each.outcome.measure.name for study in generated() for each in study.resolved}
    assert set(Measure.model_fields) - reached == set()
    assert {*KINDS, *COMPOSITES} == set(Measure.model_fields)


def parts_of(outcome: Outcome) -> tuple[ClosedMapping, ...]:
    parts = (outcome, outcome.absence, outcome.kind, outcome.follow_up)
    return tuple(part for part in parts if part is not None)


def test_every_key_of_a_definition_is_given_and_where_it_may_be_is_left_out():
    kinds = [get_args(field.annotation)[0] for field in Measure.model_fields.values()]
    said = ("given", "left out")
    wanted = {
        (part.__name__, key, use)
        for part in (Outcome, Absence, Window, *kinds)
        for key, field in part.model_fields.items()
        for use in (said[:1] if field.is_required() else said)
    } - {("Outcome", key, "given") for key in ONLY_READ}
    reached = {
        (type(part).__name__, key, said[0] if key in part.model_fields_set else said[1])
        for study in generated()
        for each in study.resolved
        for part in parts_of(each.outcome)
        for key in type(part).model_fields
    }
    assert wanted - reached == set()


def test_every_word_of_a_closed_list_is_reached_wherever_it_may_stand():
    wanted = {
        *(("absence", word) for word in (*BENEFIT_GROUPS, *BENEFITS)),
        *(("competing", word) for word in (*BENEFITS, *EXITS)),
        *(("precedence", word) for word in PRIOR_STATES),
        *(("count", word) for word in ("net", "gross")),
        *(("when", form) for form in (*NAMED, "at_least", "more_than_on")),
    }
    reached = set()
    for outcome in (each.outcome for study in generated() for each in study.resolved):
        absence = outcome.absence
        reached |= {("absence", word) for word in (absence.benefits if absence else ())}
        reached |= {("competing", word) for word in outcome.competing}
        reached |= {("precedence", word) for word in getattr(outcome.kind, "precedence", ())}
        reached.add(("count", getattr(outcome.kind, "count", None)))
        when = absence and absence.when
        reached |= {("when", form) for form in ([*when.written()] if when else [])}
        if when and isinstance(when.written(), str):
            reached.add(("when", when.written()))
    assert wanted - reached == set()


def test_competing_events_stand_in_any_order():
    orders = {
        tuple(type(event).__name__ for event in step.competing[:2])
        for step in steps_of_all()
        if hasattr(step, "competing")
    }
    assert {("Onset", "Exit"), ("Exit", "Onset"), ("Onset", "Onset"), ("Exit", "Exit")} <= orders


def test_a_relapse_is_also_into_another_absence_than_the_return_was_from():
    alike = {
        each.outcome.absence == each.named[0].outcome.absence
        for study in generated()
        for each in study.resolved
        if each.outcome.after
    }
    assert alike == {True, False}


def test_spells_count_by_their_length_in_every_way():
    """By its shortest, by its longest or by both, as seen or from the true first day."""
    lengths = {
        (each.at_least_days > 1, each.below_days is not None, each.employer_periods != ())
        for step in steps_of_all()
        if (each := getattr(step, "length", None))
    }
    limits = {(True, False), (False, True), (True, True)}
    assert {(*each, true) for each in limits for true in (True, False)} <= lengths


def test_spells_begin_on_the_day_on_which_an_employer_period_does():
    """And end or are cut with the length that just counts; see `Limits.as_seen`."""
    assert any(
        period.from_ == row.start
        for study in generated()
        for period in study.register.employer_periods
        for row in study.register.rows
    )


def overlapping(register):
    rows = itertools.permutations(register.rows, 2)
    return [(a, b) for a, b in rows if a.person == b.person and a.start <= b.start <= a.end]


def rows_over_the_entry(register):
    return [
        row
        for index in register.cohort
        for row in register.rows
        if index.entered and row.person == index.person and row.start < index.entered <= row.end
    ]


def persons_of(rows):
    return [row.person for row in rows]


HARD_TO_GET_RIGHT = {
    "text as person ids": lambda r: r.text_ids,
    "numbers as person ids": lambda r: not r.text_ids,
    "a row from before the extract": lambda r: any(
        row.start < r.observed_from <= row.end for row in r.rows
    ),
    "a row to after the extract": lambda r: any(
        row.start <= r.observed_to < row.end for row in r.rows
    ),
    "a row outside the extract": lambda r: any(
        row.end < r.observed_from or row.start > r.observed_to for row in r.rows
    ),
    "a row of somebody in no cohort": lambda r: {*persons_of(r.rows)} - {*persons_of(r.cohort)},
    "somebody without rows": lambda r: {*persons_of(r.cohort)} - {*persons_of(r.rows)},
    "somebody with several index dates": lambda r: len(r.cohort) > len({*persons_of(r.cohort)}),
    "no rows at all": lambda r: not r.rows,
    "no index date at all": lambda r: not r.cohort,
    "rows that overlap": overlapping,
    "rows of one benefit that overlap": lambda r: any(
        a.benefit == b.benefit for a, b in overlapping(r)
    ),
    "more than full time": lambda r: any(
        a.extent_ppm + b.extent_ppm > FULL_TIME_PPM for a, b in overlapping(r)
    ),
    "full time in parts": lambda r: any(
        a.extent_ppm + b.extent_ppm == FULL_TIME_PPM for a, b in overlapping(r)
    ),
    "equal rows": lambda r: len({*r.rows}) < len(r.rows),
    "rows that adjoin": lambda r: any(
        a.person == b.person and a.end + DAY == b.start
        for a, b in itertools.permutations(r.rows, 2)
    ),
    "entered on day 0": lambda r: any(c.entered == c.index for c in r.cohort),
    "entered on the first day of the extract": lambda r: any(
        c.entered == r.observed_from for c in r.cohort
    ),
    "entered before the extract": lambda r: any(
        c.entered and c.entered < r.observed_from for c in r.cohort
    ),
    "two index dates of one person with other entries": lambda r: any(
        a.person == b.person and a.entered != b.entered
        for a, b in itertools.permutations(r.cohort, 2)
    ),
    "a row over the entry": rows_over_the_entry,
    "a row before the entry that a gap of 5 days would join to one after it": lambda r: any(
        a.person == b.person == c.person
        and c.entered
        and a.end < c.entered <= b.start <= a.end + 6 * DAY
        for a, b in itertools.permutations(r.rows, 2)
        for c in r.cohort
    ),
    "censored on day 0": lambda r: any(c.censored == c.index for c in r.cohort),
    "censored on the last day of the extract": lambda r: any(
        c.censored == r.observed_to for c in r.cohort
    ),
    "censored after the extract": lambda r: any(
        c.censored and c.censored > r.observed_to for c in r.cohort
    ),
    "a reason without a date": lambda r: any(c.reason and not c.censored for c in r.cohort),
    "a date without a reason": lambda r: any(c.censored and not c.reason for c in r.cohort),
    "a reason that is no way out": lambda r: any(
        c.reason and c.reason not in EXITS for c in r.cohort
    ),
    "an index date on the first day of the extract": lambda r: any(
        c.index == r.observed_from for c in r.cohort
    ),
    "an index date on the last day of the extract": lambda r: any(
        c.index == r.observed_to for c in r.cohort
    ),
    "an index date on 29 February": lambda r: any(
        (c.index.month, c.index.day) == (2, 29) for c in r.cohort
    ),
}


@pytest.mark.parametrize("what", HARD_TO_GET_RIGHT)
def test_registers_hold_what_is_hard_to_get_right(what):
    assert any(HARD_TO_GET_RIGHT[what](study.register) for study in generated())


@pytest.mark.parametrize("reason", EXITS)
def test_people_leave_for_every_reason(reason):
    cohort = [index for study in generated() for index in study.register.cohort]
    assert any(index.reason == reason and index.censored for index in cohort)


def test_every_kind_of_result_comes_up_many_times():
    """On the reference engine only: the others give the same, see `test_engines_agree.py`."""
    happened = Counter()
    for study in generated():
        for each in study.resolved:
            happened.update(what_happened(each, study.results))
    assert {what: happened[what] for what in MUST_HAPPEN if happened[what] < MANY} == {}
