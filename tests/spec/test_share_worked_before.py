"""Back to the share worked before, of persons who did not work full time then."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

ANY = """
outcome: any
absence: {benefits: [sickness_related, disability_pension], when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
AS_BEFORE = """
outcome: as_before
absence:
  benefits: [sickness_related, disability_pension]
  when: {more_than_on: 30 days before}
  join_gap: 0 days
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
AS_MONTH_BEFORE = """
outcome: as_month_before
absence: {benefits: sickness_related, when: {more_than_on: 1 month before}, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 month}
"""
MORE_AGAIN = """
outcome: more_again
absence:
  benefits: [sickness_related, disability_pension]
  when: {more_than_on: 30 days before}
  join_gap: 0 days
follow_up: 12 months
measure:
  relapse: {after: as_before}
"""
TIMES = """
outcome: times
absence:
  benefits: [sickness_related, disability_pension]
  when: {more_than_on: 30 days before}
  join_gap: 0 days
follow_up: 12 months
measure:
  recurrence: {after: as_before}
"""

IDEA = Idea(
    "The share worked before",
    "With `more_than_on` a day is absent when its extent is larger than it was on a day before the index "
    "date. So a person with a half-time pension is back when only the pension is left, which the "
    "benefits must then list.",
    (
        Case(
            "A return leaves the extent of the day before that is compared with",
            "30 days before day 0 is 2 December. `half` has a pension at 50 percent then, and is back when "
            "only that is left, which `any` never sees. `grew` had 25 percent of sickness benefit. `at_work` "
            "had nothing, and any extent is absence.",
            (ANY, AS_BEFORE),
            """
            person   start       end         extent  benefit
            half     2018-01-01  2025-12-31  50      disability_pension
            half     2019-12-20  2020-02-29  50      sickness_benefit
            grew     2019-11-01  2020-12-31  25      sickness_benefit
            grew     2019-12-20  2020-01-31  50      rehabilitation_benefit
            at_work  2019-12-20  2020-01-31  25      sickness_benefit
            """,
            """
            person   any_days  any_status  as_before_days  as_before_status
            half     366       censored    60              event
            grew     366       censored    31              event
            at_work  31        event       31              event
            """,
        ),
        Case(
            "At risk is who works less on day 0 than before",
            "`same` and `less` have no larger extent on day 0, and nobody can have a larger one than `full`. "
            "The day itself counts, and not one beside it: `on` was on full extent on 2 December, and "
            "`until` up to 1 December.",
            (AS_BEFORE,),
            """
            person  start       end         extent  benefit
            same    2019-11-01  2020-06-30  50      sickness_benefit
            less    2019-11-01  2019-12-15  50      sickness_benefit
            less    2019-12-16  2020-06-30  25      sickness_benefit
            full    2018-01-01  2025-12-31  100     disability_pension
            full    2019-12-20  2020-01-31  100     sickness_benefit
            on      2019-11-20  2019-12-02  100     sickness_benefit
            on      2019-12-20  2020-01-31  100     sickness_benefit
            until   2019-11-20  2019-12-01  100     sickness_benefit
            until   2019-12-20  2020-01-31  100     sickness_benefit
            """,
            """
            person  as_before_days  as_before_status
            same    -               -
            less    -               -
            full    -               -
            on      -               -
            until   31              event
            """,
        ),
        Case(
            "A part per million more is more",
            "The extents of all listed benefits are added up, to at most full time, on both days.",
            (AS_BEFORE,),
            """
            person  start       end         extent   benefit
            a       2018-01-01  2025-12-31  50       disability_pension
            a       2019-12-20  2020-01-31  0.0001   sickness_benefit
            b       2018-01-01  2025-12-31  75       disability_pension
            b       2018-01-01  2020-01-31  25       sickness_benefit
            b       2019-12-20  2020-01-31  50       rehabilitation_benefit
            """,
            """
            person  as_before_days  as_before_status
            a       31              event
            b       -               -
            """,
        ),
        Case(
            "Months before are clamped to the month's end",
            "1 month before 31 March is 29 February. `a` has the same extent then, `b` has none until the "
            "day after.",
            (AS_MONTH_BEFORE,),
            """
            person  start       end         extent
            a       2020-02-29  2020-02-29  50
            a       2020-03-20  2020-04-30  50
            b       2020-03-01  2020-04-30  50
            """,
            """
            person  as_month_before_days  as_month_before_status
            a       -                     -
            b       31                    event
            """,
            index="2020-03-31",
        ),
        Case(
            "Of a day that is not observed nothing is known",
            "The extract begins on 3 December, which is 30 days before the later index date and 29 days "
            "before the earlier one. Who is not known to have worked more has no result, here and in what "
            "is counted from the return.",
            (AS_BEFORE, MORE_AGAIN, TIMES),
            """
            person   start       end         extent
            earlier  2019-12-20  2020-01-31  100
            later    2019-12-20  2020-01-31  100
            """,
            """
            person   as_before_days  as_before_status  more_again_days  more_again_status  times
            earlier  -               -                 -                -                  -
            later    30              event             366              censored           0
            """,
            index="""
            person   index
            earlier  2020-01-01
            later    2020-01-02
            """,
            observed=("2019-12-03", "2029-12-31"),
        ),
        Case(
            "A relapse is more absence than before, again",
            "The pension goes on at 50 percent all the time, and `half` is back on 1 March. 25 percent of "
            "sickness benefit beside it from 1 May on is more than before.",
            (AS_BEFORE, MORE_AGAIN, TIMES),
            """
            person  start       end         extent  benefit
            half    2018-01-01  2025-12-31  50      disability_pension
            half    2019-12-20  2020-02-29  50      sickness_benefit
            half    2020-05-01  2020-05-10  25      sickness_benefit
            """,
            """
            person  as_before_days  as_before_status  more_again_days  more_again_status  times
            half    60              event             61               event              1
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_the_share_worked_before_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
