"""How absent days make spells."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

# The number of new spells shows what was joined.
JOINED = """
outcome: joined
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started}
"""
APART = """
outcome: apart
absence: {benefits: sickness_related, when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  spells: {count: started}
"""
FULL = """
outcome: full
absence: {benefits: sickness_related, when: full, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started}
"""

IDEA = Idea(
    "Spells",
    "A spell is a longest run of absent days, after joining runs that are at most `join_gap` free "
    "days apart. Each case shows it by the number of new spells.",
    (
        Case(
            "A gap of 5 free days joins, and one of 6 splits",
            "The first absence ends on 19 January; the second begins after 4, 5 and 6 free days.",
            (JOINED,),
            """
            person  start       end         extent
            four    2020-01-10  2020-01-19  100
            four    2020-01-24  2020-01-31  100
            five    2020-01-10  2020-01-19  100
            five    2020-01-25  2020-01-31  100
            six     2020-01-10  2020-01-19  100
            six     2020-01-26  2020-01-31  100
            """,
            """
            person  joined
            four    1
            five    1
            six     2
            """,
        ),
        Case(
            "A gap of 0 days joins only what adjoins",
            "No free day lies between two rows that follow each other or overlap, whatever their "
            "extents and benefits; one free day makes a new spell.",
            (APART, JOINED),
            """
            person    start       end         extent  benefit
            adjoins   2020-01-10  2020-01-19  100     sickness_benefit
            adjoins   2020-01-20  2020-01-31  50      rehabilitation_benefit
            overlaps  2020-01-10  2020-01-19  100     sickness_benefit
            overlaps  2020-01-15  2020-01-31  50      rehabilitation_benefit
            one_day   2020-01-10  2020-01-19  100     sickness_benefit
            one_day   2020-01-21  2020-01-31  100     sickness_benefit
            """,
            """
            person    apart  joined
            adjoins   1      1
            overlaps  1      1
            one_day   2      1
            """,
        ),
        Case(
            "Each gap counts for itself",
            "Four runs with 5 free days between each are one spell, however many free days there "
            "are in all; the 6 free days in the other chain split it in two.",
            (JOINED, APART),
            """
            person  start       end         extent
            chain   2020-01-10  2020-01-12  100
            chain   2020-01-18  2020-01-20  100
            chain   2020-01-26  2020-01-28  100
            chain   2020-02-03  2020-02-05  100
            broken  2020-01-10  2020-01-12  100
            broken  2020-01-18  2020-01-20  100
            broken  2020-01-27  2020-01-28  100
            broken  2020-02-03  2020-02-05  100
            """,
            """
            person  joined  apart
            chain   1       4
            broken  2       4
            """,
        ),
        Case(
            "A day inside a long row is no gap",
            "The short row ends long before the long one that holds it; the days from then on are "
            "absent all the same.",
            (APART,),
            """
            person  start       end         extent  benefit
            holds   2020-01-10  2020-03-31  50      sickness_benefit
            holds   2020-01-15  2020-01-16  50      rehabilitation_benefit
            holds   2020-02-20  2020-02-21  50      rehabilitation_benefit
            """,
            """
            person  apart
            holds   1
            """,
        ),
        Case(
            "Part-time days between full absence are free days for `full`",
            "5 half days between two full absences are bridged, 6 are not. For `any` they are "
            "absence themselves.",
            (FULL, JOINED),
            """
            person  start       end         extent
            five    2020-01-10  2020-01-19  100
            five    2020-01-20  2020-01-24  50
            five    2020-01-25  2020-01-31  100
            six     2020-01-10  2020-01-19  100
            six     2020-01-20  2020-01-25  50
            six     2020-01-26  2020-01-31  100
            """,
            """
            person  full  joined
            five    1     1
            six     2     1
            """,
        ),
        Case(
            "Bridged days count neither as gross nor as net days",
            "10 + 7 days were paid. The 5 free days between them belong to the spell, but nothing "
            "was paid for them.",
            (JOINED, "gross_sick_days_12m", "net_sick_days_12m"),
            """
            person  start       end         extent
            a       2020-01-10  2020-01-19  100
            a       2020-01-25  2020-01-31  100
            """,
            """
            person  joined  gross_sick_days_12m  net_sick_days_12m
            a       1       17                   17
            """,
        ),
        Case(
            "Gaps are joined across the index date",
            "30 December and 5 January have 5 free days between them, so the absence in January "
            "goes on with a spell that began before the follow-up; after 6 it is a new one.",
            (JOINED,),
            """
            person  start       end         extent
            five    2019-12-20  2019-12-30  100
            five    2020-01-05  2020-01-10  100
            six     2019-12-20  2019-12-30  100
            six     2020-01-06  2020-01-10  100
            """,
            """
            person  joined
            five    0
            six     1
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_spells_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
