"""The first day that begins a run of days without absence."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

LASTS_28 = """
outcome: lasts_28
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
MAY_BE_DAY_0 = """
outcome: may_be_day_0
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days, day_0_may_count: true}
"""
FIRST = """
outcome: first
absence: {benefits: sickness_related, when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
MORE_WORK = """
outcome: more_work
absence: {benefits: sickness_related, when: as_on_day_0, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 month}
"""
LASTS_6 = """
outcome: lasts_6
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 6 days}
"""

IDEA = Idea(
    "Return to work",
    "The return is the first day, from day 0 on, that begins a run of days without absence of the "
    "length that `sustained` asks for. It is dated at the first day of the run and counts when "
    "that day lies in the follow-up. The result is a number of days and a status.",
    (
        Case(
            "`as_on_day_0` looks for the first lasting increase of work",
            "A day is absent when its extent is that of day 0 or larger. `less` works more from 1 "
            "February on, for more than a month. `back` does so for 20 days only, and again from 1 "
            "April. For `half` half time is where it begins, and only a quarter is more work. `two` "
            "has 50 and 25 percent on day 0, and loses one of them. `pension` was not absent on day "
            "0.",
            (MORE_WORK,),
            """
            person   start       end         extent  benefit
            less     2019-12-01  2020-01-31  100     sickness_benefit
            less     2020-02-01  2020-12-31  75      sickness_benefit
            back     2019-12-01  2020-01-31  100     sickness_benefit
            back     2020-02-01  2020-02-20  50      sickness_benefit
            back     2020-02-21  2020-03-31  100     sickness_benefit
            half     2019-12-01  2020-01-31  50      sickness_benefit
            half     2020-02-01  2020-02-29  75      sickness_benefit
            half     2020-03-01  2020-12-31  25      sickness_benefit
            two      2019-12-01  2020-12-31  50      sickness_benefit
            two      2019-12-01  2020-01-15  25      rehabilitation_benefit
            pension  2020-02-01  2020-12-31  100     sickness_benefit
            """,
            """
            person   more_work_days  more_work_status
            less     31              event
            back     91              event
            half     60              event
            two      15              event
            pension  -               -
            """,
        ),
        Case(
            "The return is the first day of the first run that is long enough",
            "Absence ends on 29 February. The 31 free days of March are a first return and a return "
            "of 28 days, but not one of three months. The part-time work in February is a return "
            "only where full absence alone counts, and then it does not last three months either.",
            (FIRST, LASTS_28, "sustainable_rtw_3m", "sustainable_full_rtw_3m"),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  first_days  first_status  lasts_28_days  lasts_28_status  sustainable_rtw_3m_days  sustainable_rtw_3m_status  sustainable_full_rtw_3m_days  sustainable_full_rtw_3m_status
            a       60          event         60             event            101                      event                      101                           event
            """,
            observed=("2015-01-01", "2021-12-31"),
        ),
        Case(
            "27 free days are too few and 28 are enough",
            "Absence ends on 10 January; the next one begins after 27, 28 or 29 free days. When "
            "27 do not do, the return is on the day after the second absence.",
            (LASTS_28, FIRST),
            """
            person         start       end         extent
            twenty_seven   2020-01-01  2020-01-10  100
            twenty_seven   2020-02-07  2020-02-20  100
            twenty_eight   2020-01-01  2020-01-10  100
            twenty_eight   2020-02-08  2020-02-20  100
            twenty_nine    2020-01-01  2020-01-10  100
            twenty_nine    2020-02-09  2020-02-20  100
            """,
            """
            person         lasts_28_days  lasts_28_status  first_days  first_status
            twenty_seven   51             event            10          event
            twenty_eight   10             event            10          event
            twenty_nine    10             event            10          event
            """,
        ),
        Case(
            "Absence on day 0 alone is enough to return from",
            "The return is on day 1. Absence that ended the day before, or begins the day after, "
            "leaves nothing to return from on day 0: the result is missing.",
            (LASTS_28,),
            """
            person      start       end         extent
            only_day_0  2020-01-01  2020-01-01  25
            day_before  2019-12-01  2019-12-31  100
            day_after   2020-01-02  2020-01-31  100
            """,
            """
            person      lasts_28_days  lasts_28_status
            only_day_0  1              event
            day_before  -              -
            day_after   -              -
            never       -              -
            """,
        ),
        Case(
            "A person whose day 0 is a bridged day is absent on it",
            "30 December and 5 January have 5 free days between them, day 0 among them. With 6 "
            "they are not one spell, and with a gap of 0 days nothing is bridged.",
            (LASTS_28, FIRST),
            """
            person  start       end         extent
            five    2019-12-20  2019-12-30  100
            five    2020-01-05  2020-01-10  100
            six     2019-12-20  2019-12-30  100
            six     2020-01-06  2020-01-10  100
            """,
            """
            person  lasts_28_days  lasts_28_status  first_days  first_status
            five    10             event            -           -
            six     -              -                -           -
            """,
        ),
        Case(
            "A return needs more free days than a gap may have",
            "After 10 January 5 free days are bridged, so the person is absent on them; 6 are a "
            "return of 6 days.",
            (LASTS_6, FIRST),
            """
            person  start       end         extent
            five    2020-01-01  2020-01-10  100
            five    2020-01-16  2020-01-20  100
            six     2020-01-01  2020-01-10  100
            six     2020-01-17  2020-01-20  100
            """,
            """
            person  lasts_6_days  lasts_6_status  first_days  first_status
            five    20            event           10          event
            six     10            event           10          event
            """,
        ),
        Case(
            "Day 0 may count as the return when the definition says so",
            "Those who are not absent on day 0 are then at risk: with 28 free days ahead they have "
            "returned on day 0, with fewer they return after the next absence.",
            (LASTS_28, MAY_BE_DAY_0),
            """
            person    start       end         extent
            soon      2020-01-20  2020-01-31  100
            day_27    2020-01-28  2020-01-31  100
            day_28    2020-01-29  2020-01-31  100
            absent    2020-01-01  2020-01-10  100
            """,
            """
            person    lasts_28_days  lasts_28_status  may_be_day_0_days  may_be_day_0_status
            never     -              -                0                  event
            soon      -              -                31                 event
            day_27    -              -                31                 event
            day_28    -              -                0                  event
            absent    10             event            10                 event
            """,
        ),
        Case(
            "The return counts when it lies in the follow-up",
            "Follow-up ends on 31 December, day 365. A return on that day counts, and is confirmed "
            "by days after it; one on the day after is censored at the 366 days of the follow-up.",
            (LASTS_28,),
            """
            person     start       end         extent
            last_day   2020-01-01  2020-12-30  100
            day_after  2020-01-01  2020-12-31  100
            never      2020-01-01  2022-12-31  100
            """,
            """
            person     lasts_28_days  lasts_28_status
            last_day   365            event
            day_after  366            censored
            never      366            censored
            """,
        ),
        Case(
            "Days after the follow-up confirm the return or break it",
            "From 6 December, day 340, a run of 28 days ends with 2 January. Absence on 31 "
            "December, on 1 or on 2 January breaks it; on 3 January it does not.",
            (LASTS_28,),
            """
            person     start       end         extent
            december   2020-01-01  2020-12-05  100
            december   2020-12-31  2020-12-31  100
            day_after  2020-01-01  2020-12-05  100
            day_after  2021-01-01  2021-01-01  100
            january_2  2020-01-01  2020-12-05  100
            january_2  2021-01-02  2021-01-02  100
            january_3  2020-01-01  2020-12-05  100
            january_3  2021-01-03  2021-01-03  100
            """,
            """
            person     lasts_28_days  lasts_28_status
            december   366            censored
            day_after  366            censored
            january_2  366            censored
            january_3  340            event
            """,
        ),
        Case(
            "Each index date of a person is a row of its own",
            "The same spells seen from three index dates: from 1 January the return is on 1 March, "
            "on 10 March the person is at work, and from 5 April the return is on 11 April.",
            (LASTS_28, "gross_sick_days_12m"),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  index       lasts_28_days  lasts_28_status  gross_sick_days_12m
            a       2020-01-01  60             event            70
            a       2020-03-10  -              -                10
            a       2020-04-05  6              event            6
            """,
            index="""
            person  index
            a       2020-01-01
            a       2020-03-10
            a       2020-04-05
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_a_return_to_work_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
