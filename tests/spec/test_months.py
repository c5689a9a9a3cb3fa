"""Days are days, and months are calendar months."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

MONTHS_3 = """
outcome: months_3
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 3 months}
"""
DAYS_90 = MONTHS_3.replace("months_3", "days_90").replace("3 months", "90 days")
WEEKS_4 = MONTHS_3.replace("months_3", "weeks_4").replace("3 months", "4 weeks")
DAYS_28 = MONTHS_3.replace("months_3", "days_28").replace("3 months", "28 days")
MONTHS_12 = """
outcome: months_12
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  sick_days: {count: gross}
"""
YEAR_1 = MONTHS_12.replace("months_12", "year_1").replace("12 months", "1 year")
DAYS_365 = MONTHS_12.replace("months_12", "days_365").replace("12 months", "365 days")

IDEA = Idea(
    "Days and months",
    "A length is in days or weeks, or in calendar months or years, and the one is never turned "
    "into the other. Months are added to the date, and then clamped to the end of the month.",
    (
        Case(
            "90 days and 3 months differ: 3 months from 1 March are 92 days",
            "Absence ends on 29 February, and the next one begins after 89, 90, 91 or 92 free "
            "days. A run that is too short puts the return after the second absence.",
            (DAYS_90, MONTHS_3),
            """
            person      start       end         extent
            eighty_nine 2020-01-01  2020-02-29  100
            eighty_nine 2020-05-29  2020-06-10  100
            ninety      2020-01-01  2020-02-29  100
            ninety      2020-05-30  2020-06-10  100
            ninety_one  2020-01-01  2020-02-29  100
            ninety_one  2020-05-31  2020-06-10  100
            ninety_two  2020-01-01  2020-02-29  100
            ninety_two  2020-06-01  2020-06-10  100
            """,
            """
            person       days_90_days  days_90_status  months_3_days  months_3_status
            eighty_nine  162           event           162            event
            ninety       60            event           162            event
            ninety_one   60            event           162            event
            ninety_two   60            event           60             event
            """,
        ),
        Case(
            "3 months may be less than 90 days: from 1 February 2019 they are 89",
            "Absence on 1 May is after the three months, and inside the 90 days.",
            (DAYS_90, MONTHS_3),
            """
            person       start       end         extent
            eighty_eight 2019-01-01  2019-01-31  100
            eighty_eight 2019-04-30  2019-05-10  100
            eighty_nine  2019-01-01  2019-01-31  100
            eighty_nine  2019-05-01  2019-05-10  100
            ninety       2019-01-01  2019-01-31  100
            ninety       2019-05-02  2019-05-10  100
            """,
            """
            person        days_90_days  days_90_status  months_3_days  months_3_status
            eighty_eight  130           event           130            event
            eighty_nine   130           event           31             event
            ninety        31            event           31             event
            """,
            index="2019-01-01",
        ),
        Case(
            "3 months from 30 November end with the last day of February",
            "30 February is clamped to 29 February 2020, and to 28 February 2019: absence on that "
            "day is after the run, absence on the day before is in it.",
            (MONTHS_3,),
            """
            person       start       end         extent
            leap_after   2019-11-01  2019-11-29  100
            leap_after   2020-02-29  2020-02-29  100
            leap_inside  2019-11-01  2019-11-29  100
            leap_inside  2020-02-28  2020-02-28  100
            after        2018-11-01  2018-11-29  100
            after        2019-02-28  2019-02-28  100
            inside       2018-11-01  2018-11-29  100
            inside       2019-02-27  2019-02-27  100
            """,
            """
            person       index       months_3_days  months_3_status
            leap_after   2019-11-01  29             event
            leap_inside  2019-11-01  120            event
            after        2018-11-01  29             event
            inside       2018-11-01  119            event
            """,
            index="""
            person       index
            leap_after   2019-11-01
            leap_inside  2019-11-01
            after        2018-11-01
            inside       2018-11-01
            """,
        ),
        Case(
            "3 months from 31 January end with 29 April",
            "31 April is clamped to 30 April. Absence on that day is after the run.",
            (MONTHS_3,),
            """
            person  start       end         extent
            after   2020-01-01  2020-01-30  100
            after   2020-04-30  2020-04-30  100
            inside  2020-01-01  2020-01-30  100
            inside  2020-04-29  2020-04-29  100
            """,
            """
            person  months_3_days  months_3_status
            after   30             event
            inside  120            event
            """,
        ),
        Case(
            "3 months from a leap day end with 28 May",
            "The return is on 29 February. Absence on 29 May is after the run.",
            (MONTHS_3,),
            """
            person  start       end         extent
            after   2020-01-01  2020-02-28  100
            after   2020-05-29  2020-05-29  100
            inside  2020-01-01  2020-02-28  100
            inside  2020-05-28  2020-05-28  100
            """,
            """
            person  months_3_days  months_3_status
            after   59             event
            inside  149            event
            """,
        ),
        Case(
            "The run is counted from the return, not from the index date",
            "The index date is 30 November and the return 31 December: three months later is 31 "
            "March, so absence on 30 March breaks the run and absence on 31 March does not.",
            (MONTHS_3,),
            """
            person  start       end         extent
            after   2019-11-30  2019-12-30  100
            after   2020-03-31  2020-03-31  100
            inside  2019-11-30  2019-12-30  100
            inside  2020-03-30  2020-03-30  100
            """,
            """
            person  months_3_days  months_3_status
            after   31             event
            inside  122            event
            """,
            index="2019-11-30",
        ),
        Case(
            "A follow-up of 12 months holds the leap day that falls in it",
            "From 1 January 2020 it is 366 days and ends with 31 December; 365 days end the day "
            "before. From 1 January 2019 the two are the same. A year is 12 months.",
            (MONTHS_12, YEAR_1, DAYS_365),
            """
            person  start       end         extent
            leap    2020-12-31  2020-12-31  100
            common  2019-12-31  2019-12-31  100
            """,
            """
            person  months_12  months_12_observed_days  year_1  year_1_observed_days  days_365  days_365_observed_days
            leap    1          366                      1       366                   0         365
            common  1          365                      1       365                   1         365
            """,
            index="""
            person  index
            leap    2020-01-01
            common  2019-01-01
            """,
        ),
        Case(
            "12 months from a leap day end with 27 February",
            "29 February 2021 is clamped to 28 February, the first day after the follow-up.",
            (MONTHS_12, DAYS_28),
            """
            person     start       end         extent
            last_day   2020-02-29  2021-02-26  100
            day_after  2020-02-29  2021-02-27  100
            """,
            """
            person     months_12  months_12_observed_days  days_28_days  days_28_status
            last_day   364        365                      364           event
            day_after  365        365                      365           censored
            """,
            index="2020-02-29",
        ),
        Case(
            "4 weeks are 28 days",
            "28 free days are enough for both, and 27 for neither.",
            (WEEKS_4, DAYS_28),
            """
            person        start       end         extent
            twenty_seven  2020-01-01  2020-01-10  100
            twenty_seven  2020-02-07  2020-02-20  100
            twenty_eight  2020-01-01  2020-01-10  100
            twenty_eight  2020-02-08  2020-02-20  100
            """,
            """
            person        weeks_4_days  weeks_4_status  days_28_days  days_28_status
            twenty_seven  51            event           51            event
            twenty_eight  10            event           10            event
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_lengths_of_time_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
