"""The optimizer: steps that outcomes of one run have in common are one step, and rows are read only where needed."""

from collections import Counter

import pytest

from rtw_outcomes.definitions.catalogue import CORE, find_outcome, list_ids
from rtw_outcomes.planning.optimizer import list_users, optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from tests.generative.definitions import named, resolve


def variant(number, when="full", join_gap="5 days", sustained="28 days", follow_up="12 months"):
    parts = {
        "absence": {"benefits": "sickness_related", "when": when, "join_gap": join_gap},
        "follow_up": follow_up,
        "measure": {"return_to_work": {"sustained": sustained}},
        "competing": ["disability_pension", "death"],
    }
    return named(f"outcome_{number}", parts)


BARE = {"competing": []}


def count_steps(*definitions):
    plan = optimize(plan_outcomes(resolve(definitions)))
    return Counter(type(step).__name__ for step in plan.steps())


def test_any_number_of_outcomes_reads_the_register_once():
    plan = optimize(plan_outcomes(tuple(map(find_outcome, list_ids(CORE)))))
    assert Counter(type(step).__name__ for step in plan.steps())["RegisterRows"] == 1


def test_variants_that_differ_in_the_sustained_run_or_the_follow_up_share_their_spells():
    steps = count_steps(
        variant(1),
        variant(2, sustained="90 days"),
        variant(3, follow_up="24 months"),
    )
    assert (steps["Spells"], steps["FreeRun"], steps["Return"]) == (1 + 1, 2, 3)


def test_variants_that_differ_in_the_gap_share_their_absence():
    steps = count_steps(variant(1), variant(2, join_gap="0 days"))
    assert (steps["Absent"], steps["Extents"]) == (1, 1)


def test_variants_that_differ_in_the_threshold_share_the_extents():
    steps = count_steps(variant(1), variant(2, when={"at_least": 50}), variant(3, when="any"))
    assert (steps["Absent"], steps["Extents"], steps["Paid"]) == (2, 1, 2)


def test_a_relapse_into_the_same_absence_is_found_with_the_return():
    plan = optimize(plan_outcomes((find_outcome("days_to_first_relapse"),)))
    kinds = Counter(type(step).__name__ for step in plan.steps())
    assert kinds["NextAbsence"] == 1
    assert kinds["Onset"] == 2  # of the pension: after day 0, and after the return


def test_a_relapse_of_a_certain_length_is_not_found_with_the_return():
    again = variant(2) | {"measure": {"relapse": {"after": "outcome_1", "at_least": "2 days"}}}
    every = variant(3) | {"measure": {"relapse": {"after": "outcome_1", "at_least": "1 day"}}}
    plan = optimize(plan_outcomes(resolve([variant(1), again, every])))
    events = [step.event for step in plan.steps() if type(step).__name__ == "FirstEvent"]
    assert [type(event).__name__ for event in events] == ["Onset", "NextAbsence"]


def test_rows_are_read_only_around_the_days_that_are_looked_at():
    plan = optimize(plan_outcomes((find_outcome("gross_sick_days_12m"),)))
    (rows,) = (step for step in plan.steps() if type(step).__name__ == "RegisterRows")
    assert (rows.first_day, rows.last_day) == (0, 12 * 31)


def test_rows_are_read_as_far_back_as_the_first_days_of_a_spell_may_lie():
    cost = {
        "absence": {"benefits": "sickness_related", "join_gap": "5 days"},
        "follow_up": {"from": "10 days", "to": "40 days"},
        "measure": {"cost": {"per_net_day": 1, "friction": "90 days"}},
    }
    plan = optimize(plan_outcomes(resolve([named("outcome_1", cost)])))
    (rows,) = (step for step in plan.steps() if type(step).__name__ == "RegisterRows")
    assert (rows.first_day, rows.last_day) == (10 - 90 - 5, 40)


@pytest.mark.parametrize(("before", "first_day"), [("30 days", -30), ("2 months", -62)])
def test_rows_are_read_of_the_day_before_that_later_ones_are_compared_with(before, first_day):
    more = variant(1, when={"more_than_on": f"{before} before"})
    plan = optimize(plan_outcomes(resolve([more])))
    (rows,) = (step for step in plan.steps() if type(step).__name__ == "RegisterRows")
    assert rows.first_day == first_day


def test_rows_are_read_as_far_after_the_window_as_tells_the_length_of_a_spell():
    def last_day(limits):
        measure = {"spells": {"count": "started"} | limits}
        (rows,) = (
            step
            for step in optimize(
                plan_outcomes(resolve([variant(1) | {"measure": measure} | BARE]))
            ).steps()
            if type(step).__name__ == "RegisterRows"
        )
        return rows.last_day

    every = last_day({})
    assert last_day({"at_least": "15 days"}) == every - 1 + 15
    assert last_day({"at_least": "15 days", "shorter_than": "30 days"}) == every - 1 + 30


def test_a_chain_may_begin_at_any_time():
    chain = {"chain_day": {"at": "10 days", "link_gap": "89 days"}}
    definition = variant(1) | {"measure": chain} | BARE
    del definition["follow_up"]
    others = plan_outcomes((find_outcome("gross_sick_days_12m"), *resolve([definition])))
    (rows,) = (step for step in optimize(others).steps() if type(step).__name__ == "RegisterRows")
    assert (rows.first_day, rows.last_day) == (None, 12 * 31)


def test_each_step_names_the_outcomes_that_use_it():
    plan = optimize(plan_outcomes(resolve([variant(1), variant(2, sustained="90 days")])))
    users = {plan.names()[step]: outcomes for step, outcomes in list_users(plan).items()}
    assert users["spells_1"] == ["outcome_1", "outcome_2"]
    assert users["free_run_2"] == ["outcome_2"]
