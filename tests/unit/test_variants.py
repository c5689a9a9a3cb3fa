"""One parameter at a time: which variants there are, and what is told of them."""

import polars as pl

from rtw_outcomes.definitions.catalogue import read_stock_definition, resolve_outcome
from rtw_outcomes.definitions.variants import change_one_at_a_time
from rtw_outcomes.disclosure.protect import protect
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.comparison import lay_out_steps
from rtw_outcomes.statistics.members import split_groups
from rtw_outcomes.statistics.two_definitions import compare_variants


def stock(name):
    return resolve_outcome(read_stock_definition(name))


def variants_of(first, second):
    return change_one_at_a_time(stock(first), stock(second))


def test_each_parameter_that_differs_is_changed_alone():
    variants = variants_of("full_rtw_28d", "sustainable_rtw_3m")
    changed = {
        each.parameter: (str(o.absence.when), str(o.kind.sustained))
        for each in variants
        for o in [each.resolved.outcome]
    }
    assert changed == {
        "extent from which a day is absent": ("full", "28 days"),
        "how long the return must last": ("any", "3 months"),
    }


def test_a_parameter_that_the_second_leaves_out_is_taken_away():
    variants = variants_of("ibbis_recurrent_absence_8w", "days_to_first_relapse")
    without = [each for each in variants if each.parameter == "shortest spell that counts"]
    assert [each.resolved.outcome.kind.at_least for each in without] == [None]


def test_the_return_that_a_measure_counts_from_is_one_of_them():
    variants = variants_of("fk_relapse_12m", "fk_relapse_full_12m")
    returns = [each for each in variants if each.parameter == "the return"]
    assert [each.resolved.named[0].outcome.outcome for each in returns] == ["fk_return_part_12m"]


def test_a_variant_that_breaks_a_rule_is_left_out():
    """No unit of weeks without a window in weeks."""
    parameters = [each.parameter for each in variants_of("net_sick_days_12m", "prosa_net_days_18m")]
    assert parameters == ["end of the window"]
    assert variants_of("net_sick_days_12m", "full_rtw_28d") == ()


def test_variants_that_change_the_result_of_few_are_hidden():
    both = (stock("full_rtw_28d"), stock("sustainable_rtw_3m"))
    variants = change_one_at_a_time(*both)
    planned = plan_outcomes((*both, *(each.resolved for each in variants))).outcomes
    statuses = [
        [1] * 20 + [0] * 20,
        [1] * 10 + [0] * 30,
        [1] * 17 + [0] * 23,
        [1] * 20 + [0] * 20,
    ]
    columns = {
        f"{each.outcome}_status": status for each, status in zip(planned, statuses, strict=True)
    }
    table = pl.DataFrame({"person_id": range(40)} | columns)
    (members,) = split_groups(table, ())
    told, _ = protect(
        list(compare_variants(both, variants, planned, members)), (), RuleSet.number(5)
    )
    steps = lay_out_steps(told)
    assert [list(each.numbers.values()) for each in steps] == [
        [100, 100, 100, 100],
        [50, None, 50, 25],
    ]
    assert list(compare_variants(both, variants[:1], planned[:3], members)) == []
