"""The day of the rehabilitation chain that a day is."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

ON_DAY_0 = """
outcome: chain
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
measure:
  chain_day: {at: 0 days, link_gap: 89 days}
"""
LATER = """
outcome: later
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
measure:
  chain_day: {at: 6 months, link_gap: 89 days}
"""
OF_THE_SPELL = """
outcome: spell
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
measure:
  chain_day: {at: 0 days, link_gap: 5 days}
"""
FULL = """
outcome: full
absence: {benefits: sickness_related, when: full, join_gap: 5 days}
measure:
  chain_day: {at: 0 days, link_gap: 89 days}
"""

IDEA = Idea(
    "The day of the rehabilitation chain",
    "`chain_day` is the number of days, up to and including one day, of the spell that covers it and of "
    "the spells before it, each of them linked to the next over at most `link_gap` free days. In the "
    "Swedish rehabilitation chain spells are added when less than 90 days lie between them. On a day "
    "in no spell it is 0, and on a day that is not observed it is missing.",
    (
        Case(
            "Within one spell, the chain day is the day of the spell",
            "The first day is day 1. What comes later changes nothing. On the bridged day of "
            "`bridged`, 1 January, the spell of December is on its 32nd day.",
            (ON_DAY_0, OF_THE_SPELL),
            """
            person     start       end         extent
            first_day  2020-01-01  2020-03-31  100
            tenth_day  2019-12-23  2020-01-01  100
            tenth_day  2020-02-01  2020-02-29  100
            bridged    2019-12-01  2019-12-30  50
            bridged    2020-01-03  2020-01-31  50
            ended      2019-12-01  2019-12-31  100
            to_come    2020-01-02  2020-01-31  100
            """,
            """
            person     chain  spell
            first_day  1      1
            tenth_day  10     10
            bridged    32     32
            ended      0      0
            to_come    0      0
            """,
        ),
        Case(
            "89 free days link two spells, and 90 do not",
            "From 4 October to 31 December there are 89 days, from 3 October on 90.",
            (ON_DAY_0, OF_THE_SPELL),
            """
            person    start       end         extent
            linked    2019-09-24  2019-10-03  100
            linked    2020-01-01  2020-01-31  100
            too_late  2019-09-23  2019-10-02  100
            too_late  2020-01-01  2020-01-31  100
            """,
            """
            person    chain  spell
            linked    11     1
            too_late  1      1
            """,
        ),
        Case(
            "A chain goes back from spell to spell, and the days between them are not counted",
            "31 days in August, 10 in November of which 3 are bridged, and the third day of the last "
            "spell. The spell of January lies before a longer gap.",
            (ON_DAY_0, OF_THE_SPELL),
            """
            person  start       end         extent
            a       2019-01-01  2019-01-10  100
            a       2019-08-01  2019-08-31  100
            a       2019-11-01  2019-11-04  100
            a       2019-11-08  2019-11-10  100
            a       2019-12-30  2020-01-31  100
            """,
            """
            person  chain  spell
            a       44     3
            """,
        ),
        Case(
            "A chain may go back for years",
            "The two years before the index date, in several rows, and its first day.",
            (ON_DAY_0, LATER),
            """
            person  start       end         extent
            a       2018-01-01  2018-06-30  100
            a       2018-07-01  2019-12-31  50
            a       2020-01-01  2020-01-01  25
            a       2020-03-01  2020-03-01  25
            a       2020-05-01  2020-07-31  25
            """,
            """
            person  chain  later
            a       731    794
            """,
        ),
        Case(
            "The threshold says which days are in a spell",
            "Half-time absence is none where only full absence is; the gap is from 2 December on.",
            (ON_DAY_0, FULL),
            """
            person  start       end         extent
            a       2019-12-01  2019-12-01  100
            a       2019-12-02  2019-12-31  50
            a       2020-01-01  2020-01-31  100
            """,
            """
            person  chain  full
            a       32     2
            """,
        ),
        Case(
            "A day that is not observed has no chain day",
            "Six months after 1 January is 1 July, here the last day of observation or the first one "
            "after it.",
            (LATER,),
            """
            person    start       end         extent
            seen      2020-06-01  2020-07-31  100
            not_seen  2020-06-01  2020-07-31  100
            """,
            """
            person    later
            seen      31
            not_seen  -
            """,
            index="""
            person    index       censored
            seen      2020-01-01  2020-07-01
            not_seen  2020-01-01  2020-06-30
            """,
        ),
        Case(
            "What lies before the extract is not counted",
            "The chain began in October; the first day of the extract is its first one here.",
            (ON_DAY_0,),
            """
            person  start       end         extent
            a       2019-10-01  2019-10-31  100
            a       2019-11-15  2020-01-31  100
            """,
            """
            person  chain
            a       32
            """,
            observed=("2019-12-01", "2022-12-31"),
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_a_chain_day_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
