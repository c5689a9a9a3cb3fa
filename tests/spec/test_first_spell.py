"""The time from day 0 to the first spell, of persons who are not absent on it."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

FIRST = """
outcome: first
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  first_spell: {}
competing: [disability_pension, death]
"""
LONG = """
outcome: long
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  first_spell: {at_least: 8 weeks}
"""
RETURN = """
outcome: back
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
LONG_RELAPSE = """
outcome: again
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  relapse: {after: back, at_least: 8 weeks}
"""

IDEA = Idea(
    "First spell",
    "`first_spell` follows persons who are at work on day 0 to their first spell. Whoever is absent "
    "on day 0 is not at risk. `at_least` lets only long spells count, here and in `relapse`.",
    (
        Case(
            "At risk is who is not absent on day 0",
            "`bridged` has a gap of 5 days around day 0, and so is absent on it. A spell that "
            "begins on day 0 is absence on day 0. `past` was absent until the day before.",
            (FIRST,),
            """
            person   start       end         extent
            free     2020-02-01  2020-02-10  25
            on_day   2020-01-01  2020-01-10  100
            bridged  2019-12-01  2019-12-29  100
            bridged  2020-01-04  2020-01-10  100
            past     2019-12-01  2019-12-31  100
            past     2020-03-01  2020-03-10  100
            """,
            """
            person   first_days  first_status
            free     31          event
            on_day   -           -
            bridged  -           -
            past     60          event
            none     366         censored
            """,
        ),
        Case(
            "What ends the clock before the spell",
            "A pension that begins and a death compete on their own day; the end of observation "
            "censors.",
            (FIRST,),
            """
            person   start       end         extent  benefit
            pension  2020-01-31  2025-12-31  50      disability_pension
            pension  2020-03-01  2020-03-10  50      sickness_benefit
            """,
            """
            person   first_days  first_status
            pension  30          disability_pension
            dead     10          death
            cut      11          censored
            """,
            index="""
            person   index       censored    reason
            pension  2020-01-01  -           -
            dead     2020-01-01  2020-01-11  death
            cut      2020-01-01  2020-01-11  -
            """,
        ),
        Case(
            "`at_least` passes over short spells",
            "The spell in February has 10 days, bridged days included; the one from April has 56, "
            "which are 8 weeks. A spell of 55 days is too short.",
            (FIRST, LONG),
            """
            person  start       end         extent
            a       2020-02-01  2020-02-03  100
            a       2020-02-07  2020-02-10  100
            a       2020-04-01  2020-05-26  100
            b       2020-04-01  2020-05-25  100
            """,
            """
            person  first_days  long_days  long_status
            a       31          91         event
            b       91          366        censored
            """,
        ),
        Case(
            "A relapse may have to be long too",
            "The return is on 1 February. The spell in March ends the free run and is no relapse of "
            "8 weeks; the one from May is.",
            (RETURN, LONG_RELAPSE),
            """
            person  start       end         extent
            a       2019-12-01  2020-01-31  100
            a       2020-03-10  2020-03-20  100
            a       2020-05-01  2020-07-31  100
            """,
            """
            person  back_days  again_days  again_status
            a       31         90          event
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_first_spells_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
