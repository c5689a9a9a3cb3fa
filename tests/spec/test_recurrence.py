"""The number of new spells after the return."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

RETURN = """
outcome: return
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
AGAIN = """
outcome: again
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  recurrence: {after: return}
"""
LONG = """
outcome: long
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  recurrence: {after: return, at_least: 14 days}
"""
FROM_15_TO_29_DAYS = """
outcome: from_15_to_29
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  recurrence: {after: return, at_least: 15 days, shorter_than: 30 days}
"""
PART_TIME = """
outcome: part_time
absence: {benefits: sickness_related, when: full, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
IN_REHAB = """
outcome: in_rehab
absence: {benefits: rehabilitation_benefit, when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  recurrence: {after: part_time}
"""

IDEA = Idea(
    "Recurrence",
    "The number of spells that begin after the return, by the definition that `after` names, "
    "within a window that is counted from the return. Unless a case says otherwise, the return is "
    "on 1 February 2020, day 31, and its 12 months are the 366 days to 31 January 2021.",
    (
        Case(
            "Of a class of lengths, only its spells are counted",
            "10 days in April are too few and 61 from September on too many.",
            (RETURN, AGAIN, FROM_15_TO_29_DAYS),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-31  100
            a       2020-04-01  2020-04-10  100
            a       2020-06-01  2020-06-20  100
            a       2020-09-01  2020-10-31  100
            """,
            """
            person  return_days  again  from_15_to_29
            a       31           3      1
            """,
        ),
        Case(
            "Spells are counted after joining",
            "5 free days join the first two absences in April, 6 split off the third. Who has no "
            "absence after the return has 0 spells.",
            (RETURN, AGAIN),
            """
            person  start       end         extent
            some    2020-01-01  2020-01-31  100
            some    2020-04-01  2020-04-10  100
            some    2020-04-16  2020-04-20  100
            some    2020-04-27  2020-04-30  100
            none    2020-01-01  2020-01-31  100
            """,
            """
            person  return_days  return_status  again  again_observed_days
            some    31           event          2      366
            none    31           event          0      366
            """,
        ),
        Case(
            "A spell counts when it begins in the window",
            "The window ends with 31 January 2021. The absence in February that broke the first "
            "run of free days lies before the return, and does not count.",
            (RETURN, AGAIN),
            """
            person     start       end         extent
            last_day   2020-01-01  2020-01-31  100
            last_day   2021-01-31  2021-02-28  100
            day_after  2020-01-01  2020-01-31  100
            day_after  2021-02-01  2021-02-28  100
            before     2020-01-01  2020-01-31  100
            before     2020-02-10  2020-02-15  100
            """,
            """
            person     return_days  return_status  again  again_observed_days
            last_day   31           event          1      366
            day_after  31           event          0      366
            before     46           event          0      366
            """,
        ),
        Case(
            "Without a return nothing is counted",
            "The number is missing, not 0, and so is the number of observed days.",
            (RETURN, AGAIN),
            """
            person       start       end         extent
            never        2020-01-01  2022-12-31  100
            unconfirmed  2020-01-01  2020-01-31  100
            at_work      2020-06-01  2020-06-30  100
            """,
            """
            person       return_days  return_status  again  again_observed_days
            never        366          censored       -      -
            unconfirmed  31           censored       -      -
            at_work      -            -              -      -
            """,
            index="""
            person       index       censored
            never        2020-01-01  -
            unconfirmed  2020-01-01  2020-02-10
            at_work      2020-01-01  -
            """,
        ),
        Case(
            "`at_least` asks for calendar days, first to last, bridged days included",
            "Spells of 13 and of 14 days; and 4 days, a gap of 5 and 5 days more, which are 14. A "
            "spell that begins in the window counts with all its days.",
            (RETURN, AGAIN, LONG),
            """
            person   start       end         extent
            two      2020-01-01  2020-01-31  100
            two      2020-04-01  2020-04-13  100
            two      2020-06-01  2020-06-14  100
            bridged  2020-01-01  2020-01-31  100
            bridged  2020-04-01  2020-04-04  100
            bridged  2020-04-10  2020-04-14  100
            at_end   2020-01-01  2020-01-31  100
            at_end   2021-01-25  2021-02-20  100
            """,
            """
            person   return_days  return_status  again  long
            two      31           event          2      1
            bridged  31           event          1      1
            at_end   31           event          1      1
            """,
        ),
        Case(
            "The number of observed days stands beside the number of spells",
            "From 1 February to 30 June are 151 days. The spell that begins on 20 June is seen for "
            "11 days, and the one in July not at all.",
            (RETURN, AGAIN, LONG),
            """
            person  start       end         extent
            leaves  2020-01-01  2020-01-31  100
            leaves  2020-06-20  2020-07-20  100
            leaves  2020-09-01  2020-09-30  100
            """,
            """
            person  return_days  return_status  again  long  again_observed_days  again_incomplete
            leaves  31           event          1      0     151                  1
            """,
            index="""
            person  index       censored
            leaves  2020-01-01  2020-06-30
            """,
        ),
        Case(
            "A spell that begins on the day of the return is not one after it",
            "Rehabilitation begins part time on the day that full absence ends; only the spell in "
            "March comes after the return.",
            (PART_TIME, IN_REHAB),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-31  100     sickness_benefit
            a       2020-02-01  2020-02-10  50      rehabilitation_benefit
            a       2020-03-01  2020-03-10  50      rehabilitation_benefit
            """,
            """
            person  part_time_days  part_time_status  in_rehab
            a       31              event             1
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_recurrence_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
