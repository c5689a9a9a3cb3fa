"""Gross and net sick days."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

NET = """
outcome: net
absence:
  benefits: sickness_related
follow_up: 12 months
measure:
  sick_days: {count: net}
"""
GROSS = NET.replace("net", "gross")
WITH_SICK_PAY = """
outcome: with_sick_pay
absence:
  benefits: [sickness_related, sick_pay]
follow_up: 12 months
measure:
  sick_days: {count: gross}
"""
LATER = """
outcome: later
absence:
  benefits: sickness_related
follow_up: {from: 3 months, to: 12 months}
measure:
  sick_days: {count: gross}
"""
WHOLE = """
outcome: whole
absence:
  benefits: sickness_related
follow_up: 360 days
measure:
  sick_days: {count: gross}
"""
BY_30_DAYS = """
outcome: part
absence:
  benefits: sickness_related
follow_up: 360 days
measure:
  sick_days: {count: gross, per: 30 days}
"""
QUARTER = """
outcome: quarter
absence:
  benefits: sickness_related
follow_up: 3 months
measure:
  sick_days: {count: net}
"""
BY_MONTH = """
outcome: month
absence:
  benefits: sickness_related
follow_up: 3 months
measure:
  sick_days: {count: net, per: 1 month}
"""

MANY_DAYS = """
outcome: many
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  sick_days: {count: net, per: 6 months, cut: {above: 14}}
"""

IDEA = Idea(
    "Sick days",
    "A gross day is a day with an extent above 0. A net day counts its extent as a share of full "
    "time. Only observed days of the follow-up are counted, and their number stands beside.",
    (
        Case(
            "A cut turns a number into yes or no",
            "More than 14 net days in a half-year: 14 days at full time are not more, 15 are, and 29 at "
            "half time are 14.5. Each half-year counts for itself.",
            (MANY_DAYS,),
            """
            person    start       end         extent
            fourteen  2020-01-01  2020-01-14  100
            fifteen   2020-01-01  2020-01-15  100
            half      2020-01-01  2020-01-29  50
            later     2020-06-20  2020-07-15  100
            """,
            """
            person    many_01  many_02  many_01_observed_days
            fourteen  0        0        182
            fifteen   1        0        182
            half      1        0        182
            later     0        1        182
            none      0        0        182
            """,
        ),
        Case(
            "A gross day counts 1, a net day counts its extent",
            "31 days at 100 percent, 29 at 50 and 10 at 100 are 70 days, or 31 + 14.5 + 10 net "
            "days. The days before the index date are not in the follow-up.",
            (GROSS, NET),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  gross  net   net_observed_days
            a       70     55.5  366
            """,
        ),
        Case(
            "Any extent will do",
            "Grades are quarters in Sweden and anything elsewhere: 8 days at 12.5 percent are 1 "
            "net day, 10 at 33 percent are 3.3, and 4 days with both are 4 times 0.455.",
            (GROSS, NET),
            """
            person    start       end         extent  benefit
            eighth    2020-01-01  2020-01-08  12.5    sickness_benefit
            third     2020-01-01  2020-01-10  33      sickness_benefit
            together  2020-01-01  2020-01-04  12.5    sickness_benefit
            together  2020-01-01  2020-01-04  33      rehabilitation_benefit
            """,
            """
            person    gross  net
            eighth    8      1
            third     10     3.3
            together  4      1.82
            """,
        ),
        Case(
            "Extents on the same day add up, to at most full time",
            "5 days at 75, 5 at 75 + 50 and 5 at 50 percent: nobody is absent for more than the "
            "whole day, and a day with two benefits is one day. Rows of one benefit add up too.",
            (GROSS, NET),
            """
            person        start       end         extent  benefit
            overlap       2020-01-01  2020-01-10  75      sickness_benefit
            overlap       2020-01-06  2020-01-15  50      rehabilitation_benefit
            two_quarters  2020-01-01  2020-01-10  25      sickness_benefit
            two_quarters  2020-01-01  2020-01-10  25      work_injury_benefit
            one_benefit   2020-01-01  2020-01-10  25      sickness_benefit
            one_benefit   2020-01-01  2020-01-10  50      sickness_benefit
            """,
            """
            person        gross  net
            overlap       15     11.25
            two_quarters  10     5
            one_benefit   10     7.5
            """,
        ),
        Case(
            "Only the benefits that the definition lists count",
            "`sickness_related` is four benefits; sick pay is none of them, because most "
            "registers do not see it, and a pension is not sickness absence.",
            (GROSS, WITH_SICK_PAY),
            """
            person   start       end         extent  benefit
            sick     2020-01-01  2020-01-10  100     sickness_benefit
            rehab    2020-01-01  2020-01-10  100     rehabilitation_benefit
            injured  2020-01-01  2020-01-10  100     work_injury_benefit
            prevent  2020-01-01  2020-01-10  100     preventive_sickness_benefit
            paid     2020-01-01  2020-01-10  100     sick_pay
            pension  2020-01-01  2020-01-10  100     disability_pension
            """,
            """
            person   gross  with_sick_pay
            sick     10     10
            rehab    10     10
            injured  10     10
            prevent  10     10
            paid     0      10
            pension  0      0
            """,
        ),
        Case(
            "The follow-up starts on day 0 and ends the day before its length is over",
            "Twelve months from 1 March 2019 end with 29 February 2020, and are 366 days.",
            (GROSS, NET),
            """
            person          start       end         extent
            before          2019-02-01  2019-02-28  100
            over_the_start  2019-02-20  2019-03-02  100
            last_day        2020-02-29  2020-03-05  50
            day_after       2020-03-01  2020-03-05  50
            """,
            """
            person          gross  net  net_observed_days
            before          0      0    366
            over_the_start  2      2    366
            last_day        1      0.5  366
            day_after       0      0    366
            """,
            index="2019-03-01",
        ),
        Case(
            "A person without rows has no sick days",
            "Nothing in the register of an observed person is the number 0; it is not missing.",
            (GROSS, NET),
            """
            person  start       end         extent
            other   2020-01-01  2020-01-02  100
            """,
            """
            person   gross  net  net_observed_days
            nothing  0      0    366
            other    2      2    366
            """,
        ),
        Case(
            "Days after the end of observation are not counted, and not guessed",
            "Observation ends on 20 January, that day included: 10 of the 21 days are seen. "
            "`incomplete` is not in the results; the account of the run adds it up.",
            (GROSS, NET),
            """
            person   start       end         extent
            leaves   2020-01-11  2020-01-31  50
            stays    2020-01-11  2020-01-31  50
            """,
            """
            person   gross  net   net_observed_days  net_incomplete
            leaves   10     5     20                 1
            stays    21     10.5  366                0
            """,
            index="""
            person   index       censored    reason
            leaves   2020-01-01  2020-01-20  emigration
            stays    2020-01-01  -           -
            """,
        ),
        Case(
            "A follow-up may start later",
            "From 3 to 12 months is 1 April to 31 December: both ends are counted from day 0.",
            (LATER,),
            """
            person     start       end         extent
            its_start  2020-03-31  2020-04-02  100
            its_end    2020-12-31  2021-01-01  100
            too_early  2020-01-01  2020-03-31  100
            """,
            """
            person     later  later_observed_days
            its_start  2      275
            its_end    1      275
            too_early  0      275
            """,
        ),
        Case(
            "Days per period add up to the whole",
            "Twelve periods of 30 days. 65 days from day 0 are 30 + 30 + 5; of the spell from "
            "20 December, days 354 to 359 lie in the follow-up of 360 days.",
            (BY_30_DAYS, WHOLE),
            """
            person  start       end         extent
            a       2020-01-01  2020-03-05  100
            a       2020-12-20  2020-12-31  100
            """,
            """
            person part_01 part_02 part_03 part_04 part_05 part_06 part_07 part_08 part_09 part_10 part_11 part_12 whole
            a      30      30      5       0       0       0       0       0       0       0       0       6       71
            """,
        ),
        Case(
            "Calendar months are counted from the index date",
            "From 31 January the months start on 31 January, 29 February, 31 March and 30 April: "
            "each is counted from the index date, not from the month before it.",
            (BY_MONTH, QUARTER),
            """
            person      start       end         extent
            throughout  2020-01-31  2020-04-30  50
            february    2020-02-28  2020-03-01  100
            """,
            """
            person      month_01  month_01_observed_days  month_02  month_02_observed_days  month_03  month_03_observed_days  quarter
            throughout  14.5      29                      15.5      31                      15        30                      45
            february    1         29                      2         31                      0         30                      3
            """,
            index="2020-01-31",
        ),
        Case(
            "Each period has its own number of observed days",
            "Observation from 1 January to 15 February: 31 days of the first month, 15 of the "
            "second and none of the third, whose number of days is missing.",
            (BY_MONTH,),
            """
            person  start       end         extent
            leaves  2020-01-22  2020-03-31  100
            """,
            """
            person  month_01  month_01_observed_days  month_02  month_02_observed_days  month_03  month_03_observed_days
            leaves  10        31                      15        15                      -         0
            """,
            index="""
            person  index       censored
            leaves  2020-01-01  2020-02-15
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_sick_days_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
