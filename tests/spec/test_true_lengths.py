"""The length of a spell from its true first day, which a register that pays later does not see."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

OVER_30 = """
outcome: over_30
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, at_least: 31 days, from_true_first_day: true}
"""
SEEN_OVER_30 = """
outcome: seen_over_30
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, at_least: 31 days}
"""
FROM_15_TO_29_DAYS = """
outcome: from_15_to_29
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, at_least: 15 days, shorter_than: 30 days, from_true_first_day: true}
"""
ONGOING_OVER_30 = """
outcome: ongoing_over_30
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: ongoing, at_least: 31 days, from_true_first_day: true}
"""
FIRST = """
outcome: first
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  first_spell: {at_least: 31 days, from_true_first_day: true}
"""
RETURN = """
outcome: return
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
RELAPSE = """
outcome: relapse
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  relapse: {after: return, at_least: 31 days, from_true_first_day: true}
"""
AGAIN = """
outcome: short_again
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  recurrence: {after: return, shorter_than: 30 days, from_true_first_day: true}
"""
SWEDEN = (("2005-01-01", 14),)
DENMARK = (("2012-01-02", 30),)

IDEA = Idea(
    "True lengths of spells",
    "A register that pays after an employer period does not see short spells, and of the others not "
    "the first days. With `from_true_first_day` a spell has the days that are seen, first to last, and "
    "those of the employer period that was in force on its first seen day. The periods are a fact of "
    "the register: its profile knows them, or the study says them.",
    (
        Case(
            "In Sweden, an absence of 31 days is seen from its 15th day on",
            "Both begin on 1 March, and the employer pays to 14 March. 30 days are not over 30.",
            (OVER_30, SEEN_OVER_30),
            """
            person   start       end         extent
            days_30  2020-03-15  2020-03-30  100
            days_31  2020-03-15  2020-03-31  100
            """,
            """
            person   over_30  seen_over_30
            days_30  0        0
            days_31  1        0
            """,
            employer_periods=SWEDEN,
        ),
        Case(
            "In Denmark, the same absence is seen on its 31st day only",
            "The one of 30 days is not seen at all. So the counts of the two countries compare.",
            (OVER_30, SEEN_OVER_30),
            """
            person   start       end         extent
            days_31  2020-03-31  2020-03-31  100
            """,
            """
            person   over_30  seen_over_30
            days_30  0        0
            days_31  1        0
            """,
            employer_periods=DENMARK,
        ),
        Case(
            "Where a register sees all days, the true first day is the one that is seen",
            "Nothing is added when there is no employer period.",
            (OVER_30, SEEN_OVER_30),
            """
            person   start       end         extent
            days_30  2020-03-01  2020-03-30  100
            days_31  2020-03-01  2020-03-31  100
            """,
            """
            person   over_30  seen_over_30
            days_30  0        0
            days_31  1        1
            """,
            employer_periods=(),
        ),
        Case(
            "The period in force on the first seen day is the one that is added",
            "30 days before there was any are 30. 16 days from 30 June 2003 on are 30, and 10 days from "
            "1 July on are 31. A spell that begins before a change keeps its period, whatever comes "
            "later.",
            (OVER_30,),
            """
            person      start       end         extent
            before      2003-03-02  2003-03-31  100
            last_day    2003-06-30  2003-07-15  100
            first_day   2003-07-01  2003-07-10  100
            over_both   2003-06-28  2003-07-13  100
            """,
            """
            person      over_30
            before      0
            last_day    0
            first_day   1
            over_both   0
            """,
            index="2003-01-01",
            observed=("2000-01-01", "2010-12-31"),
            employer_periods=(("2003-04-01", 14), ("2003-07-01", 21)),
        ),
        Case(
            "Classes of lengths may be of true lengths",
            "In Sweden one seen day is the 15th, and 15 seen days are 29.",
            (FROM_15_TO_29_DAYS,),
            """
            person     start       end         extent
            one        2020-03-15  2020-03-15  100
            fifteen    2020-03-15  2020-03-29  100
            sixteen    2020-03-15  2020-03-30  100
            """,
            """
            person     from_15_to_29
            one        1
            fifteen    1
            sixteen    0
            """,
            employer_periods=SWEDEN,
        ),
        Case(
            "No date is moved to the true first day",
            "An event is on the first day that is seen, and so is the start that lies in the follow-up "
            "or not. The two days in March are 16 from the true first day, those from 15 March on 31.",
            (FIRST, RETURN, RELAPSE, AGAIN),
            """
            person  start       end         extent
            new     2020-03-05  2020-03-06  100
            new     2020-03-15  2020-03-31  100
            back    2020-01-01  2020-01-31  100
            back    2020-03-05  2020-03-06  100
            back    2020-03-15  2020-03-31  100
            """,
            """
            person  first_days  return_days  relapse_days  relapse_status  short_again
            new     74          -            -             -               -
            back    -           31           43            event           1
            """,
            employer_periods=SWEDEN,
        ),
        Case(
            "A spell that the extract cuts has the period of its first observed day",
            "16 observed days and 14 are 30, and 17 and 14 are 31, although the spell began before.",
            (ONGOING_OVER_30,),
            """
            person     start       end         extent
            sixteen    2019-12-01  2020-01-16  100
            seventeen  2019-12-01  2020-01-17  100
            """,
            """
            person     ongoing_over_30
            sixteen    0
            seventeen  1
            """,
            observed=("2020-01-01", "2022-12-31"),
            employer_periods=SWEDEN,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_true_lengths_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
