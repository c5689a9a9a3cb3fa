"""Windows that begin before the index date."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

YEAR_BEFORE = """
outcome: before
absence: {benefits: sickness_related}
follow_up: {from: 12 months before, to: 0 days}
measure:
  sick_days: {count: net}
"""
AROUND = """
outcome: around
absence: {benefits: sickness_related}
follow_up: {from: 30 days before, to: 30 days}
measure:
  sick_days: {count: gross}
"""
YEAR_BEFORE_CUT = """
outcome: many
absence: {benefits: sickness_related}
follow_up: {from: 12 months before, to: 0 days}
measure:
  sick_days: {count: gross, cut: {above: 5}}
"""
QUARTERS = """
outcome: quarter
absence: {benefits: sickness_related}
follow_up: {from: 6 months before, to: 3 months}
measure:
  sick_days: {count: gross, per: 3 months}
"""
MONTH_ENDS = """
outcome: month
absence: {benefits: sickness_related}
follow_up: {from: 3 months before, to: 1 month before}
measure:
  sick_days: {count: gross, per: 1 month}
"""
HALF_YEAR_BEFORE = """
outcome: earlier_half
absence: {benefits: sickness_related}
follow_up: {from: 12 months before, to: 6 months before}
measure:
  sick_days: {count: gross}
"""
NEW_BEFORE = """
outcome: earlier
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: {from: 12 months before, to: 0 days}
measure:
  spells: {count: started}
"""

BEFORE = "follow_up: {from: 12 months before, to: 0 days}\n"
BENEFITS = "absence: {benefits: sickness_related}\n"
STATES = "states: [{state: sick, benefits: sickness_related, when: any}], otherwise: work"
LATER = "follow_up: {from: 26 weeks, to: 30 weeks}\n"
WORK = f"""
outcome: work
{BENEFITS}{BEFORE}
measure:
  work_days: {{count: net, as: percent}}
"""
COST = f"""
outcome: cost
{BENEFITS}{BEFORE}
measure:
  cost: {{per_net_day: 100}}
"""
STATE_DAYS = f"""
outcome: days
{BEFORE}
measure:
  state_days: {{{STATES}}}
"""
MOVES = f"""
outcome: moves
{BEFORE}
measure:
  transitions: {{{STATES}}}
"""
WEEKS = f"""
outcome: weeks
{BENEFITS}{LATER}
measure:
  sick_days: {{count: gross, unit: weeks}}
"""
BY_MONTH = """
outcome: month
absence: {benefits: sickness_related}
follow_up: 3 months
measure:
  sick_days: {count: net, per: 1 month}
"""

IDEA = Idea(
    "Windows before the index date",
    "The days of a measure may begin before the index date: `24 months before` lies as far back as "
    "`24 months` lies ahead, and is clamped to the end of its month in the same way.",
    (
        Case(
            "The year before day 0 ends on the day before it",
            "The window is 1 January to 31 December 2019: 10 days at 50 percent on its first days, "
            "and 5 at 100 percent up to its last day.",
            (YEAR_BEFORE, AROUND),
            """
            person  start       end         extent
            a       2018-12-20  2019-01-10  50
            a       2019-12-27  2020-01-03  100
            """,
            """
            person  before  before_observed_days  around  around_observed_days
            a       10      365                   8       60
            """,
        ),
        Case(
            "Days before the extract are not observed",
            "The extract begins on 1 December 2019, so the year before has 31 observed days.",
            (YEAR_BEFORE,),
            """
            person  start       end         extent
            a       2019-06-01  2019-12-10  100
            """,
            """
            person  before  before_observed_days  before_incomplete
            a       10      31                    1
            """,
            observed=("2019-12-01", "2020-12-31"),
        ),
        Case(
            "A window without an observed day has no value",
            "The number of its sick days is missing, beside 0 observed days, and so is whether it is above 5.",
            (YEAR_BEFORE, YEAR_BEFORE_CUT),
            """
            person  start       end         extent
            a       2019-06-01  2019-12-10  100
            b       2019-06-01  2019-12-10  100
            """,
            """
            person  before  before_observed_days  many  many_observed_days
            a       -       0                     -     0
            b       10      31                    1     31
            """,
            index="""
            person  index
            a       2019-12-01
            b       2020-01-01
            """,
            observed=("2019-12-01", "2020-12-31"),
        ),
        Case(
            "A window without an observed day has no value, whatever is measured",
            "Spells, percent of work days, cost, days in states, transitions and weeks are missing "
            "where a window is not observed. Who is seen and has no absence has a number.",
            (NEW_BEFORE, WORK, COST, STATE_DAYS, MOVES, WEEKS),
            """
            person  start       end         extent
            a       2019-12-03  2019-12-06  100
            """,
            """
            person  earlier  work  cost  days_sick  days_work  days_observed_days  moves  weeks  weeks_observed_days
            a       -        -     -     -          -          0                   -      -      0
            b       0        100   0     0          31         31                  0      0      28
            """,
            index="""
            person  index       censored
            a       2019-12-01  2019-12-10
            b       2020-01-01  -
            """,
            observed=("2019-12-01", "2020-12-31"),
        ),
        Case(
            "A period without an observed day has no value",
            "The person dies on 10 January. Nothing is known of days that nobody lived to see, so the "
            "second month and the third are missing.",
            (BY_MONTH,),
            """
            person  start       end         extent
            a       2019-12-01  2020-06-30  50
            """,
            """
            person  month_01  month_02  month_03  month_02_observed_days  month_02_incomplete
            a       5         -         -         0                       1
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  2020-01-10  death
            """,
        ),
        Case(
            "The first part begins with the window",
            "Of July to September, October to December, and January to March.",
            (QUARTERS,),
            """
            person  start       end         extent
            a       2019-09-30  2019-10-02  100
            a       2019-12-31  2020-01-01  100
            """,
            """
            person  quarter_01  quarter_02  quarter_03  quarter_01_observed_days
            a       1           3           1           92
            """,
        ),
        Case(
            "A month before is clamped to the end of a shorter month",
            "Three months before 31 May 2020 is 29 February, two months before is 31 March, and one "
            "month before is 30 April: the first part is 29 February to 30 March, the second 31 "
            "March to 29 April.",
            (MONTH_ENDS,),
            """
            person  start       end         extent
            a       2020-02-01  2020-05-31  100
            """,
            """
            person  month_01  month_02
            a       31        30
            """,
            index="2020-05-31",
        ),
        Case(
            "Months before are never taken for 30 days each",
            "Six months before 15 March 2020 is 15 September 2019, which is 182 days before: the last day of "
            "the window is 14 September.",
            (HALF_YEAR_BEFORE,),
            """
            person  start       end         extent
            a       2019-09-01  2019-12-31  100
            """,
            """
            person  earlier_half  earlier_half_observed_days
            a       14            184
            """,
            index="2020-03-15",
        ),
        Case(
            "New spells may be counted before day 0 too",
            "A spell that was running when the window began is not new, and neither is one that "
            "begins on day 0.",
            (NEW_BEFORE,),
            """
            person  start       end         extent
            a       2018-12-20  2019-01-10  50
            a       2019-03-01  2019-03-10  100
            a       2019-12-31  2020-01-03  100
            b       2020-01-01  2020-01-03  100
            """,
            """
            person  earlier
            a       2
            b       0
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_windows_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
