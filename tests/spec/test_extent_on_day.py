"""The extent on one day, in percent of full time."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

HALF_YEAR = """
outcome: level
absence: {benefits: sickness_related}
measure:
  extent_on_day: {at: 6 months}
"""
HALF = """
outcome: half
absence: {benefits: sickness_related}
measure:
  extent_on_day: {at: 6 months, cut: {at_least: 50}}
"""
DAY_0 = """
outcome: at_start
absence: {benefits: sickness_related}
measure:
  extent_on_day: {at: 0 days}
"""

IDEA = Idea(
    "Extent on a day",
    "`extent_on_day` is the sum of the extents that are paid on a day, in percent of full time and "
    "at most 100. Without any it is 0; on a day that is not observed it is missing.",
    (
        Case(
            "Extents are added, to at most 100",
            "Six months after 1 January is 1 July. `before` ends on the day before it.",
            (HALF_YEAR, DAY_0),
            """
            person  start       end         extent  benefit
            before  2020-01-01  2020-06-30  100     sickness_benefit
            on      2020-07-01  2020-07-01  33.3    sickness_benefit
            both    2020-06-01  2020-07-31  25      sickness_benefit
            both    2020-06-01  2020-07-31  50      rehabilitation_benefit
            over    2020-06-01  2020-07-31  75      sickness_benefit
            over    2020-06-01  2020-07-31  50      rehabilitation_benefit
            other   2020-06-01  2020-07-31  50      disability_pension
            """,
            """
            person  level  at_start
            before  0      100
            on      33.3   0
            both    75     0
            over    100    0
            other   0      0
            """,
        ),
        Case(
            "A day that is not observed has no extent",
            "The last day of observation is observed. A cut of what is missing is missing.",
            (HALF_YEAR, HALF),
            """
            person  start       end         extent
            on      2020-01-01  2020-12-31  50
            after   2020-01-01  2020-12-31  50
            """,
            """
            person  level  half
            on      50     1
            after   -      -
            """,
            index="""
            person  index       censored
            on      2020-01-01  2020-07-01
            after   2020-01-01  2020-06-30
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_extents_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
