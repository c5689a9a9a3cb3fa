"""Days without absence among the observed days of a window."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

FULL_WORK = """
outcome: full_work
absence: {benefits: sickness_related, when: any}
follow_up: 30 days
measure:
  work_days: {count: gross}
"""
SOME_WORK = """
outcome: some_work
absence: {benefits: sickness_related, when: full}
follow_up: 30 days
measure:
  work_days: {count: gross}
"""
NET_WORK = """
outcome: net_work
absence: {benefits: sickness_related}
follow_up: 30 days
measure:
  work_days: {count: net}
"""
PERCENT = """
outcome: percent
absence: {benefits: sickness_related, when: any}
follow_up: 30 days
measure:
  work_days: {count: gross, as: percent}
"""
NET_PERCENT = """
outcome: net_percent
absence: {benefits: sickness_related}
follow_up: 30 days
measure:
  work_days: {count: net, as: percent}
"""
SECOND_MONTH = """
outcome: second_month
absence: {benefits: sickness_related, when: any}
follow_up: {from: 30 days, to: 60 days}
measure:
  work_days: {count: gross, as: percent}
"""

WEEKS = """
outcome: weeks
absence: {benefits: sickness_related, when: any}
follow_up: 4 weeks
measure:
  work_days: {count: gross, unit: weeks}
"""
WEEK_PERCENT = """
outcome: week_percent
absence: {benefits: sickness_related, when: full}
follow_up: 4 weeks
measure:
  work_days: {count: gross, unit: weeks, as: percent}
"""
HALF = """
outcome: half_of_them
absence: {benefits: sickness_related, when: any}
follow_up: 4 weeks
measure:
  work_days: {count: gross, unit: weeks, as: percent, cut: {at_least: 50}}
"""
SICK_WEEKS = """
outcome: sick_weeks
absence: {benefits: sickness_related}
follow_up: {from: 1 week, to: 4 weeks}
measure:
  sick_days: {count: gross, unit: weeks}
"""

IDEA = Idea(
    "Work days",
    "A work day is an observed day that is not absent, or, for `count: net`, the share of full time "
    "for which no benefit is paid on it. The register does not see work, so these are days without "
    "benefit. `as: percent` divides by the number of observed days, which stands beside.",
    (
        Case(
            "What is not absence is work, by the definition's threshold",
            "10 days at 50 percent and 5 at 100 in 30 days. Full work leaves 15 days; any work "
            "leaves 25, because a day at 50 percent is a day of some work; net leaves "
            "30 - 5 - 5 = 20.",
            (FULL_WORK, SOME_WORK, NET_WORK),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-10  50
            a       2020-01-11  2020-01-15  100
            """,
            """
            person  full_work  some_work  net_work  full_work_observed_days
            a       15         25         20        30
            none    30         30         30        30
            """,
        ),
        Case(
            "Two benefits on one day make one day, and at most full time",
            "On the days with 50 and 75 percent the person is absent at full time.",
            (FULL_WORK, SOME_WORK, NET_WORK),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-10  50      sickness_benefit
            a       2020-01-06  2020-01-15  75      rehabilitation_benefit
            """,
            """
            person  full_work  some_work  net_work
            a       15         25         18.75
            """,
        ),
        Case(
            "Gaps are not bridged: a free day is a day of work",
            "Work days count days; only spells are joined.",
            (FULL_WORK,),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-05  100
            a       2020-01-07  2020-01-11  100
            """,
            """
            person  full_work
            a       20
            """,
        ),
        Case(
            "Only observed days are work, and percentages are of these",
            "15 January is the last day of `cut`, whose first 10 days are absent: 5 of 15 observed "
            "days are work, and no day of the second month is observed, so there is no percentage. `later` "
            "is observed for 15 days of it.",
            (FULL_WORK, PERCENT, NET_PERCENT, SECOND_MONTH),
            """
            person  start       end         extent
            cut     2020-01-01  2020-01-10  50
            later   2020-01-01  2020-01-15  50
            """,
            """
            person  full_work  percent             net_percent        second_month  percent_incomplete
            cut     5          33.333333333333336  66.66666666666667  -             1
            later   15         50                  75                 100           0
            """,
            index="""
            person  index       censored
            cut     2020-01-01  2020-01-15
            later   2020-01-01  2020-02-14
            """,
        ),
        Case(
            "In weeks, one day of absence makes a week of absence",
            "The weeks begin on 1, 8, 15 and 22 January. `one` is absent on the last day of the first "
            "week. `edge` is absent for two days, one in each of two weeks; `twice` is absent twice in "
            "one week. `apart` is absent on the last day of the first week and on the first day of the "
            "third: the seven days between are a week of work. At half time no day is absent for `full` absence, and the week is one of work. "
            "The sick weeks are counted from the second week on. A cut asks whether half of the weeks or "
            "more are weeks of work.",
            (WEEKS, WEEK_PERCENT, HALF, SICK_WEEKS),
            """
            person  start       end         extent
            one     2020-01-07  2020-01-07  100
            edge    2020-01-14  2020-01-15  100
            twice   2020-01-08  2020-01-08  100
            twice   2020-01-14  2020-01-14  100
            apart   2020-01-07  2020-01-07  100
            apart   2020-01-15  2020-01-15  100
            half    2020-01-01  2020-01-28  50
            """,
            """
            person  weeks  week_percent  half_of_them  sick_weeks
            one     3      75            1             0
            edge    2      50            1             2
            twice   3      75            1             1
            apart   2      50            1             1
            half    0      100           0             3
            none    4      100           1             0
            """,
        ),
        Case(
            "A week with an observed day is an observed week",
            "Observation ends on Thursday 16 January, in the third week: three weeks are observed, and "
            "the first of them is one of absence.",
            (WEEKS, WEEK_PERCENT),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-02  100
            """,
            """
            person  weeks  week_percent       weeks_observed_days
            a       2      66.66666666666667  16
            """,
            index="""
            person  index       censored
            a       2020-01-01  2020-01-16
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_work_days_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
