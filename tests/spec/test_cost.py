"""Net days times an amount, all of them or the first ones of each spell."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

COST = """
outcome: cost
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  cost: {per_net_day: 1250.5}
"""
OWN_AMOUNT = """
outcome: own_amount
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  cost: {per_net_day: {column: daily_cost}}
"""
EVERY_DAY = """
outcome: every_day
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  cost: {per_net_day: 100}
"""
FIRST_DAYS = """
outcome: first_days
absence: {benefits: sickness_related, join_gap: 5 days}
follow_up: 12 months
measure:
  cost: {per_net_day: 100, friction: 10 days}
"""
LATER = """
outcome: later
absence: {benefits: sickness_related, join_gap: 5 days}
follow_up: {from: 30 days, to: 60 days}
measure:
  cost: {per_net_day: 100, friction: 10 days}
"""
BEFORE = """
outcome: before
absence: {benefits: sickness_related, join_gap: 5 days}
follow_up: {from: 1 month before, to: 0 days}
measure:
  cost: {per_net_day: 100, friction: 10 days}
"""
OWN_FIRST_DAYS = """
outcome: own_first_days
absence: {benefits: sickness_related, join_gap: 5 days}
follow_up: 12 months
measure:
  cost: {per_net_day: {column: daily_cost}, friction: 10 days}
"""

IDEA = Idea(
    "Cost",
    "A cost is net days times an amount, which the definition says or the cohort holds. All net days "
    "count, as the human-capital method has it; or, with `friction`, only those among the first days of "
    "each spell, as the friction-cost method has it: by then somebody else does the work.",
    (
        Case(
            "A cost is net days times an amount",
            "10 days at 50 percent and 2 at 100 are 7 net days, at 1250.50 each. The amount is in any "
            "currency.",
            (COST,),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-10  50
            a       2020-02-01  2020-02-02  100
            """,
            """
            person  cost    cost_observed_days
            a       8753.5  366
            none    0       366
            """,
        ),
        Case(
            "The amount may differ from row to row of the cohort",
            "All but `at_work` have 5 net days, and `twice` has an amount for each of its two index dates, "
            "with 2.5 days left on the second. Without an amount there is no cost, also where there is no absence; the days were "
            "observed all the same. An amount of 0 is one.",
            (OWN_AMOUNT,),
            """
            person   start       end         extent
            a        2020-01-01  2020-01-10  50
            b        2020-01-01  2020-01-10  50
            nothing  2020-01-01  2020-01-10  50
            unknown  2020-01-01  2020-01-10  50
            twice    2020-01-01  2020-01-10  50
            """,
            """
            person    index       own_amount  own_amount_observed_days  own_amount_incomplete
            a         2020-01-01  5000        366                       0
            b         2020-01-01  10002.5     366                       0
            nothing   2020-01-01  0           366                       0
            unknown   2020-01-01  -           366                       0
            at_work   2020-01-01  -           366                       0
            twice     2020-01-01  500         366                       0
            twice     2020-01-06  500         366                       0
            """,
            index="""
            person   index       daily_cost
            a        2020-01-01  1000
            b        2020-01-01  2000.5
            nothing  2020-01-01  0
            unknown  2020-01-01  -
            at_work  2020-01-01  -
            twice    2020-01-01  100
            twice    2020-01-06  200
            """,
        ),
        Case(
            "With `friction` only the first days of each spell count",
            "The first 10 days. `short` has 8 days in all. `steps` works half time after 5 days, and "
            "`sum` half time before them: 5 and 2.5 net days, in one order or the other. `two` has two "
            "spells of 4 days and of 20, of which 10 count.",
            (EVERY_DAY, FIRST_DAYS),
            """
            person  start       end         extent  benefit
            short   2020-01-01  2020-01-08  100     sickness_benefit
            long    2020-01-01  2020-02-15  100     sickness_benefit
            half    2020-01-01  2020-02-15  50      sickness_benefit
            steps   2020-01-01  2020-01-05  100     sickness_benefit
            steps   2020-01-06  2020-01-20  50      sickness_benefit
            sum     2020-01-01  2020-01-20  50      sickness_benefit
            sum     2020-01-06  2020-01-20  50      rehabilitation_benefit
            two     2020-01-01  2020-01-04  100     sickness_benefit
            two     2020-01-11  2020-01-30  100     sickness_benefit
            """,
            """
            person  every_day  first_days  first_days_observed_days
            short   800        800         366
            long    4600       1000        366
            half    2300       500         366
            steps   1250       750         366
            sum     1750       750         366
            two     2400       1400        366
            none    0          0           366
            """,
        ),
        Case(
            "Bridged days are among the first days and cost nothing",
            "5 free days are bridged: the first 10 days are 1 to 10 January, and the person is absent on 5 "
            "of them. 6 free days make two spells.",
            (FIRST_DAYS,),
            """
            person   start       end         extent
            bridged  2020-01-01  2020-01-04  100
            bridged  2020-01-10  2020-01-20  100
            apart    2020-01-01  2020-01-04  100
            apart    2020-01-11  2020-01-20  100
            """,
            """
            person   first_days
            bridged  500
            apart    1400
            """,
        ),
        Case(
            "The first days are counted from where the spell began, also before the index date",
            "`days_4` began 4 days before day 0, and 6 of its days are left; `days_10` has none, and no "
            "more has one that began years before. `rows` is one spell in many rows, `chain` one over "
            "many gaps of 5 days. A gap of 6 days before 30 December makes that the first day of "
            "`apart`, and a gap of 5 makes it 20 December for `bridged`.",
            (FIRST_DAYS,),
            """
            person   start       end         extent
            days_4   2019-12-28  2020-01-31  100
            days_10  2019-12-22  2020-01-31  100
            years    2016-05-01  2020-01-31  100
            rows     2019-06-01  2019-11-30  100
            rows     2019-12-01  2019-12-24  100
            rows     2019-12-25  2019-12-31  50
            rows     2020-01-01  2020-01-31  100
            chain    2019-11-25  2019-11-25  100
            chain    2019-12-01  2019-12-01  100
            chain    2019-12-07  2019-12-07  100
            chain    2019-12-13  2019-12-13  100
            chain    2019-12-19  2019-12-19  100
            chain    2019-12-25  2019-12-25  100
            chain    2019-12-31  2020-01-31  100
            bridged  2019-12-20  2019-12-24  100
            bridged  2019-12-30  2020-01-31  100
            apart    2019-12-20  2019-12-23  100
            apart    2019-12-30  2020-01-31  100
            """,
            """
            person   first_days
            days_4   600
            days_10  0
            years    0
            rows     0
            chain    0
            bridged  0
            apart    800
            """,
        ),
        Case(
            "What lies in the window is what counts",
            "The window of `later` begins on 31 January, that of `before` on 1 December and ends with the "
            "day before day 0. The first 10 days of `a` end on 3 February: 4 of them lie in `later`. Of "
            "`b` they are 29 November to 8 December, of which 8 lie in `before`.",
            (LATER, BEFORE),
            """
            person  start       end         extent
            a       2020-01-25  2020-02-29  100
            b       2019-11-29  2020-02-29  100
            """,
            """
            person  later  later_observed_days  before  before_observed_days
            a       400    30                   0       31
            b       0      30                   800     31
            """,
        ),
        Case(
            "What was before the extract is not known to have been a spell",
            "The extract begins on 30 December: that is the first observed day of the spell, and 8 of its "
            "first 10 days are left on day 0. Observation of `cut` ends after 3 days.",
            (FIRST_DAYS, OWN_FIRST_DAYS),
            """
            person  start       end         extent
            a       2019-12-01  2020-01-31  100
            cut     2020-01-01  2020-01-31  100
            """,
            """
            person  first_days  first_days_observed_days  own_first_days  own_first_days_incomplete
            a       800         366                       1600            0
            cut     300         3                         -               1
            """,
            index="""
            person  index       censored    daily_cost
            a       2020-01-01  -           200
            cut     2020-01-01  2020-01-03  -
            """,
            observed=("2019-12-30", "2029-12-31"),
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_costs_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
