"""The number of spells that start in the follow-up, end in it, or are ongoing on a day of it."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

NEW = """
outcome: new
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started}
"""
LONG = """
outcome: long
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, at_least: 14 days}
"""
TWO_WEEKS = """
outcome: two_weeks
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, at_least: 2 weeks}
"""
FROM_15_TO_29_DAYS = """
outcome: from_15_to_29
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, at_least: 15 days, shorter_than: 30 days}
"""
SHORT = """
outcome: short
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started, shorter_than: 15 days}
"""
ENDED_SHORT = """
outcome: ended_short
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: ended, shorter_than: 30 days}
"""
SECOND_HALF = """
outcome: second_half
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: {from: 6 months, to: 12 months}
measure:
  spells: {count: started}
"""

YEAR = """
outcome: {count}
absence: {{benefits: sickness_related, when: any, join_gap: 0 days}}
follow_up: 12 months
measure:
  spells: {{count: {count}}}
"""
ONGOING, STARTED, ENDED = (YEAR.format(count=count) for count in ("ongoing", "started", "ended"))

IDEA = Idea(
    "Counting spells",
    "`started` spells have their first day in the follow-up: they are new. `ended` spells have their "
    "last day in it, and `ongoing` ones any day. The number of observed days stands beside the "
    "number of spells.",
    (
        Case(
            "Ongoing, started and ended spells of a calendar year",
            "The five cases by which Statistics Sweden explains its yearly counts (LISA, appendix 5): "
            "five spells inside the year; four, and one that began before it; two, and one that goes "
            "on after it; three with one before and one after; and one that spans the year. The year "
            "is the follow-up of an index date on 1 January.",
            (ONGOING, STARTED, ENDED),
            """
            person  start       end         extent
            five    2020-01-01  2020-01-31  100
            five    2020-03-01  2020-03-31  100
            five    2020-05-01  2020-05-31  100
            five    2020-07-01  2020-07-31  100
            five    2020-12-01  2020-12-31  100
            in      2019-12-01  2020-01-31  100
            in      2020-03-01  2020-03-31  100
            in      2020-05-01  2020-05-31  100
            in      2020-07-01  2020-07-31  100
            in      2020-09-01  2020-09-30  100
            out     2020-03-01  2020-03-31  100
            out     2020-05-01  2020-05-31  100
            out     2020-12-01  2021-01-31  100
            both    2019-12-01  2020-01-31  100
            both    2020-03-01  2020-03-31  100
            both    2020-05-01  2020-05-31  100
            both    2020-07-01  2020-07-31  100
            both    2020-12-01  2021-01-31  100
            long    2019-12-01  2021-01-31  100
            """,
            """
            person  ongoing  started  ended
            five    5        5        5
            in      5        4        5
            out     3        3        2
            both    5        4        4
            long    1        0        0
            """,
        ),
        Case(
            "A spell has ended when the day after it is observed",
            "Both have their last day on 10 March; the one who is observed no longer may still be "
            "absent.",
            (ENDED, ONGOING),
            """
            person   start       end         extent
            seen     2020-03-01  2020-03-10  100
            not_yet  2020-03-01  2020-03-10  100
            """,
            """
            person   ended  ongoing
            seen     1      1
            not_yet  0      1
            """,
            index="""
            person   index       censored
            seen     2020-01-01  2020-03-11
            not_yet  2020-01-01  2020-03-10
            """,
        ),
        Case(
            "A spell that began before the follow-up is not new",
            "It is the same spell, however far it reaches. One that begins on day 0 itself is new.",
            (NEW,),
            """
            person    start       end         extent
            before    2019-12-31  2020-03-31  100
            on_day_0  2020-01-01  2020-03-31  100
            three     2020-02-01  2020-02-10  100
            three     2020-05-01  2020-05-10  50
            three     2020-09-01  2020-09-01  25
            """,
            """
            person    new  new_observed_days
            before    0    366
            on_day_0  1    366
            three     3    366
            none      0    366
            """,
        ),
        Case(
            "A spell counts by its first day, not by its days in the follow-up",
            "Follow-up ends on 31 December: a spell that begins on this day counts, one that "
            "begins the day after does not.",
            (NEW,),
            """
            person     start       end         extent
            last_day   2020-12-31  2021-02-28  100
            day_after  2021-01-01  2021-02-28  100
            """,
            """
            person     new
            last_day   1
            day_after  0
            """,
        ),
        Case(
            "A follow-up may start later",
            "From 6 to 12 months is 1 July to 31 December.",
            (SECOND_HALF, NEW),
            """
            person         start       end         extent
            day_before     2020-06-30  2020-07-31  100
            first_day      2020-07-01  2020-07-31  100
            last_day       2020-12-31  2021-01-31  100
            after_the_end  2021-01-01  2021-01-31  100
            """,
            """
            person         second_half  second_half_observed_days  new
            day_before     0            184                        1
            first_day      1            184                        1
            last_day       1            184                        1
            after_the_end  0            184                        0
            """,
        ),
        Case(
            "`at_least` asks for calendar days, first to last, bridged days included",
            "13 days are too few and 14 are enough. 4 days, a gap of 5 and 5 days more are 14 "
            "days of one spell; 4, a gap of 6 and 5 are two short spells. Two weeks are 14 days.",
            (NEW, LONG, TWO_WEEKS),
            """
            person    start       end         extent
            thirteen  2020-03-01  2020-03-13  100
            fourteen  2020-03-01  2020-03-14  100
            bridged   2020-03-01  2020-03-04  100
            bridged   2020-03-10  2020-03-14  100
            split     2020-03-01  2020-03-04  100
            split     2020-03-11  2020-03-15  100
            """,
            """
            person    new  long  two_weeks
            thirteen  1    0     0
            fourteen  1    1     1
            bridged   1    1     1
            split     2    0     0
            """,
        ),
        Case(
            "The whole spell is measured, also what lies after the follow-up",
            "7 days of the spell are in the follow-up and 10 after it.",
            (LONG,),
            """
            person  start       end         extent
            a       2020-12-25  2021-01-10  100
            """,
            """
            person  long
            a       1
            """,
        ),
        Case(
            "`shorter_than` asks for fewer calendar days; with `at_least` it makes a class of lengths",
            "14 days are below 15, and 15 to 29 are the class. 14 days, a gap of 5 and 10 days more are "
            "29 days of one spell; with 11 days more they are 30.",
            (FROM_15_TO_29_DAYS, SHORT),
            """
            person       start       end         extent
            fourteen     2020-03-01  2020-03-14  100
            fifteen      2020-03-01  2020-03-15  100
            twenty_nine  2020-03-01  2020-03-29  100
            thirty       2020-03-01  2020-03-30  100
            to_29        2020-03-01  2020-03-14  100
            to_29        2020-03-20  2020-03-29  100
            to_30        2020-03-01  2020-03-14  100
            to_30        2020-03-20  2020-03-30  100
            """,
            """
            person       from_15_to_29  short
            fourteen     0              1
            fifteen      1              0
            twenty_nine  1              0
            thirty       0              0
            to_29        1              0
            to_30        0              0
            """,
        ),
        Case(
            "A spell is followed outside the follow-up until it is known not to be shorter",
            "`after` and `after_29` begin on 25 December and go on for 30 and for 29 days, the last ones "
            "at another extent; `before` and `before_29` end on 1 January after as many.",
            (FROM_15_TO_29_DAYS, ENDED_SHORT),
            """
            person     start       end         extent
            after      2020-12-25  2021-01-01  100
            after      2021-01-02  2021-01-23  50
            after_29   2020-12-25  2021-01-01  100
            after_29   2021-01-02  2021-01-22  50
            before     2019-12-03  2019-12-20  100
            before     2019-12-21  2020-01-01  50
            before_29  2019-12-04  2019-12-20  100
            before_29  2019-12-21  2020-01-01  50
            """,
            """
            person     from_15_to_29  ended_short
            after      0              0
            after_29   1              0
            before     0              0
            before_29  0              1
            """,
        ),
        Case(
            "A spell that observation cuts is as short as it was seen",
            "Observed for 29 days of 61 it is in the class, although it was longer; for 30 days it is "
            "not. The number of observed days tells that more may have come.",
            (FROM_15_TO_29_DAYS,),
            """
            person    start       end         extent
            seen_29   2020-03-01  2020-04-30  100
            seen_30   2020-03-01  2020-04-30  100
            """,
            """
            person    from_15_to_29  from_15_to_29_observed_days
            seen_29   1              89
            seen_30   0              90
            """,
            index="""
            person    index       censored
            seen_29   2020-01-01  2020-03-29
            seen_30   2020-01-01  2020-03-30
            """,
        ),
        Case(
            "Of a spell that observation cuts, only the observed days are known",
            "Observation ends on 10 May after 10 days of the spell, or on 14 May after 14. The "
            "number of observed days tells that more may have come.",
            (NEW, LONG),
            """
            person  start       end         extent
            ten     2020-05-01  2020-05-31  100
            enough  2020-05-01  2020-05-31  100
            """,
            """
            person  new  long  long_observed_days  long_incomplete
            ten     1    0     131                 1
            enough  1    1     135                 1
            """,
            index="""
            person  index       censored
            ten     2020-01-01  2020-05-10
            enough  2020-01-01  2020-05-14
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_new_spells_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
