"""From which extent, and by which benefits, a person is absent on a day."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

# The return for one day after a gap of 0 shows the absence as it is: the first day without it.
ANY = """
outcome: any
absence: {benefits: sickness_related, when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
FULL = """
outcome: full
absence: {benefits: sickness_related, when: full, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
HALF = """
outcome: half
absence: {benefits: sickness_related, when: {at_least: 50}, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
EIGHTH = """
outcome: eighth
absence: {benefits: sickness_related, when: {at_least: 12.5}, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
NO_WORK = """
outcome: no_work
absence: {benefits: [sickness_related, unemployment_benefit], when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""

IDEA = Idea(
    "Absence",
    "A person is absent on a day when the extents of the listed benefits, added up, reach the "
    "threshold. Each case shows it by the first day without absence; a person who is not absent "
    "on day 0 is not at risk, and the result is missing.",
    (
        Case(
            "With `any` only full work is work, with `full` part-time work is work",
            "Full absence lasts to 31 January, half absence to 29 February, which is day 59. Half "
            "time is at least 50 percent.",
            (ANY, HALF, FULL),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  any_days  any_status  half_days  half_status  full_days  full_status
            a       60        event       60         event        31         event
            """,
        ),
        Case(
            "A threshold is reached by the extent that it names",
            "One step down each month, from 100 to 75, 50 and 25 percent: 50 is at least 50, 25 is "
            "not.",
            (ANY, HALF, FULL),
            """
            person  start       end         extent
            steps   2020-01-01  2020-01-31  100
            steps   2020-02-01  2020-02-29  75
            steps   2020-03-01  2020-03-31  50
            steps   2020-04-01  2020-04-30  25
            """,
            """
            person  any_days  any_status  half_days  half_status  full_days  full_status
            steps   121       event       91         event        31         event
            """,
        ),
        Case(
            "The extents of all listed benefits count together",
            "A quarter of each of two benefits is half time, and two halves are full time; what "
            "passes 100 percent is full time. `half` and `full` are missing for those who do not "
            "reach them on day 0.",
            (ANY, HALF, FULL),
            """
            person        start       end         extent  benefit
            quarter       2020-01-01  2020-01-31  25      sickness_benefit
            two_quarters  2020-01-01  2020-01-31  25      sickness_benefit
            two_quarters  2020-01-01  2020-01-31  25      rehabilitation_benefit
            two_halves    2020-01-01  2020-01-31  50      sickness_benefit
            two_halves    2020-01-01  2020-01-31  50      rehabilitation_benefit
            above_full    2020-01-01  2020-01-31  75      sickness_benefit
            above_full    2020-01-01  2020-01-31  50      work_injury_benefit
            """,
            """
            person        any_days  any_status  half_days  half_status  full_days  full_status
            quarter       31        event       -          -            -          -
            two_quarters  31        event       31         event        -          -
            two_halves    31        event       31         event        31         event
            above_full    31        event       31         event        31         event
            """,
        ),
        Case(
            "Absence ends when the sum falls below the threshold",
            "The second benefit stops after 15 January. What is left of the first is absence to "
            "any extent, but no longer half time or full time.",
            (ANY, HALF, FULL),
            """
            person        start       end         extent  benefit
            two_quarters  2020-01-01  2020-01-31  25      sickness_benefit
            two_quarters  2020-01-01  2020-01-15  25      rehabilitation_benefit
            two_halves    2020-01-01  2020-01-31  50      sickness_benefit
            two_halves    2020-01-01  2020-01-15  50      rehabilitation_benefit
            """,
            """
            person        any_days  any_status  half_days  half_status  full_days  full_status
            two_quarters  31        event       15         event        -          -
            two_halves    31        event       31         event        15         event
            """,
        ),
        Case(
            "A threshold may be any percentage",
            "12.5 percent is reached by 12.5 and not by 12.",
            (ANY, EIGHTH),
            """
            person  start       end         extent
            at_it   2020-01-01  2020-01-31  12.5
            below   2020-01-01  2020-01-31  12
            """,
            """
            person  any_days  any_status  eighth_days  eighth_status
            at_it   31        event       31           event
            below   31        event       -            -
            """,
        ),
        Case(
            "What counts as not at work is a list",
            "The end of sickness benefit is not the end of absence when unemployment benefit is on "
            "the list and follows at once. A pension that is not on the list adds nothing.",
            (ANY, NO_WORK, FULL),
            """
            person   start       end         extent  benefit
            jobless  2020-01-01  2020-01-31  100     sickness_benefit
            jobless  2020-02-01  2020-02-29  100     unemployment_benefit
            pension  2020-01-01  2020-01-31  50      sickness_benefit
            pension  2020-01-01  2020-12-31  50      disability_pension
            """,
            """
            person   any_days  any_status  no_work_days  no_work_status  full_days  full_status
            jobless  31        event       60            event           31         event
            pension  31        event       31            event           -          -
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_absence_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
