"""The states of days: the first that holds, how long each lasts, and the moves between them."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

STATES = """
    states:
      - {state: pension, benefits: disability_pension, when: full}
      - {state: full_absence, benefits: [sickness_related, disability_pension], when: full}
      - {state: part_absence, benefits: [sickness_related, disability_pension], when: any}
    otherwise: work
"""
NORWAY = """
outcome: norway
follow_up: 120 days
measure:
  state_days:
    states:
      - {state: pension, benefits: [disability_pension, time_limited_disability_benefit], when: any}
      - {state: allowance, benefits: work_assessment_allowance, when: any}
      - {state: vocational, benefits: vocational_rehabilitation_benefit, when: any}
      - {state: medical, benefits: medical_rehabilitation_benefit, when: any}
    otherwise: work
"""
DAYS = f"""
outcome: days
follow_up: 30 days
measure:
  state_days:{STATES}"""
MOVES = f"""
outcome: moves
follow_up: 30 days
measure:
  transitions:{STATES}"""
TO_WORK = f"""
outcome: to_work
follow_up: 30 days
measure:
  transitions:{STATES}    to_state: work
"""
WORSE = f"""
outcome: worse
follow_up: 30 days
measure:
  transitions:{STATES}    from_state: part_absence
    to_state: full_absence
"""
LATER = f"""
outcome: later
follow_up: {{from: 10 days, to: 20 days}}
measure:
  transitions:{STATES}"""
ON_DAY = f"""
outcome: state
measure:
  state_on_day:{STATES}    at: 1 month
"""
ON_DAYS = f"""
outcome: state
measure:
  state_on_day:{STATES}    at: [4 weeks, 1 month, 1 year]
"""
EVERY_MONTH = f"""
outcome: by_month
follow_up: 3 months
measure:
  state_on_day:{STATES}    each: 1 month
"""
EVERY_30_DAYS = f"""
outcome: by_30_days
follow_up: 90 days
measure:
  state_on_day:{STATES}    each: 30 days
"""

IDEA = Idea(
    "States and transitions",
    "Each day is in one state, the first of a list that holds, or else the one that is left. `state_days` "
    "counts the days in each, `transitions` the days on which the state is another one than the day "
    "before, and `state_on_day` names the state of one day or of several.",
    (
        Case(
            "Each observed day is in one state",
            "Person a is absent in full for 10 days and in part for 5; the other 15 are days of work. The "
            "days add up to those that are observed, which for c, who died on 12 January, are 12. The "
            "pension of b holds before the absence beside it.",
            (DAYS,),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-10  100     sickness_benefit
            a       2020-01-11  2020-01-15  50      sickness_benefit
            b       2020-01-05  2020-02-28  100     disability_pension
            b       2020-01-01  2020-01-09  100     sickness_benefit
            c       2020-01-03  2020-03-31  100     sickness_benefit
            """,
            """
            person  days_pension  days_full_absence  days_part_absence  days_work  days_observed_days
            a       0             10                 5                  15         30
            b       26            4                  0                  0          30
            c       0             10                 0                  2          12
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  -           -
            c       2020-01-01  2020-01-12  death
            """,
        ),
        Case(
            "There are as many states as a study tells apart",
            "Of a day with two of these benefits the state is the one that stands first.",
            (NORWAY,),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-31  100     medical_rehabilitation_benefit
            a       2020-01-22  2020-02-10  50      vocational_rehabilitation_benefit
            a       2020-02-11  2020-02-20  100     work_assessment_allowance
            a       2020-02-16  2020-12-31  50      time_limited_disability_benefit
            """,
            """
            person  norway_pension  norway_allowance  norway_vocational  norway_medical  norway_work
            a       74              5                 20                 21              0
            """,
        ),
        Case(
            "Extents of a day are added before a state is looked for",
            "Two halves are full absence for as long as both are paid.",
            (DAYS,),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-10  50      sickness_benefit
            a       2020-01-06  2020-01-20  50      disability_pension
            """,
            """
            person  days_full_absence  days_part_absence  days_work
            a       5                  15                 10
            """,
        ),
        Case(
            "A transition is a day in another state than the day before",
            "a: full absence to part on day 10, part to work on day 15. b: work to part on day 5, to full "
            "on day 6, to work on day 8: three, one of them to work and one for the worse. Two rows of "
            "one extent that adjoin are no transition. c is in one state throughout.",
            (MOVES, TO_WORK, WORSE),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-10  100
            a       2020-01-11  2020-01-12  50
            a       2020-01-13  2020-01-15  50
            b       2020-01-06  2020-01-06  50
            b       2020-01-07  2020-01-08  100
            c       2019-12-01  2020-02-28  100
            """,
            """
            person  moves  to_work  worse  moves_observed_days
            a       2      1        0      30
            b       3      1        1      30
            c       0      0        0      30
            """,
        ),
        Case(
            "Both days of a transition lie in the window and are observed",
            "An absence that begins on the index date is no transition, for the day before lies outside, "
            "and the same holds for the first day of a later window. Where the extract begins, or where "
            "observation ends, nothing is known to have changed: b's absence runs to the last day seen.",
            (MOVES, LATER),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-10  100
            b       2020-01-06  2020-01-18  100
            c       2020-01-12  2020-01-13  100
            """,
            """
            person  moves  later
            a       1      0
            b       1      0
            c       2      2
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  2020-01-18  emigration
            c       2020-01-01  -           -
            """,
        ),
        Case(
            "The state of one day, by name",
            "1 month after 1 January is 1 February. c is not observed on it.",
            (ON_DAY,),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-31  100     sickness_benefit
            b       2020-01-01  2020-02-01  75      sickness_benefit
            c       2020-01-01  2020-06-01  100     sickness_benefit
            d       2020-02-01  2020-02-01  100     disability_pension
            """,
            """
            person  state
            a       work
            b       part_absence
            c       -
            d       pension
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  -           -
            c       2020-01-01  2020-01-31  death
            d       2020-01-01  -           -
            """,
        ),
        Case(
            "The state of several days, each in a column of its own",
            "A column is called as the day is written. 4 weeks after 31 January is 28 February, and 1 month "
            "after it is 29 February: months end on their last day. c is observed on the first day only.",
            (ON_DAYS,),
            """
            person  start       end         extent
            a       2020-01-01  2020-02-28  100
            b       2020-02-29  2021-01-31  75
            c       2020-01-01  2020-06-01  100
            """,
            """
            person  state_4_weeks  state_1_month  state_1_year
            a       full_absence   work           work
            b       work           part_absence   part_absence
            c       full_absence   -              -
            """,
            index="""
            person  index       censored    reason
            a       2020-01-31  -           -
            b       2020-01-31  -           -
            c       2020-01-31  2020-02-28  death
            """,
        ),
        Case(
            "The state of every month, or of every 30 days",
            "`each: 1 month` looks at the days 1, 2 and 3 months after the index date, here 15 February, "
            "15 March and 15 April; the last is the day on which the follow-up ends. `each: 30 days` looks "
            "at 14 February, 15 March and 14 April.",
            (EVERY_MONTH, EVERY_30_DAYS),
            """
            person  start       end         extent
            a       2020-02-15  2020-03-15  100
            b       2020-04-15  2020-04-15  50
            """,
            """
            person  by_month_01   by_month_02   by_month_03   by_30_days_01  by_30_days_02  by_30_days_03
            a       full_absence  full_absence  work          work           full_absence   work
            b       work          work          part_absence  work           work           work
            """,
            index="2020-01-15",
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_states(case, engine):
    assert case.found_rows(engine) == case.expected_rows()
