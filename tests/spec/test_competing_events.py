"""What ends the clock before the return, or inside the run that would confirm it."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

NONE = """
outcome: none
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
PENSION_FIRST = NONE.replace("none", "pension_first") + "competing: [disability_pension, death]\n"
DEATH_FIRST = NONE.replace("none", "death_first") + "competing: [death, disability_pension]\n"
EXITS = NONE.replace("none", "exits") + "competing: [emigration, old_age_pension]\n"
NO_JOB = NONE.replace("none", "no_job") + "competing: [unemployment_benefit]\n"
DAY_0 = """
outcome: day_0
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days, day_0_may_count: true}
competing: [disability_pension, death]
"""

IDEA = Idea(
    "Competing events",
    "A competing event that comes before the return, or inside the run that would confirm it, "
    "takes its place on its own day. Unless a case says otherwise, absence ends on 31 January, so "
    "that the run of 28 days begins on 1 February, day 31, and ends with 28 February, day 58.",
    (
        Case(
            "Death before the return or inside the run is never a return",
            "Death is an event on its own day, the last one observed: also on day 0, on the day "
            "of the return, and on the last day of the run. A day later the return is confirmed.",
            (PENSION_FIRST,),
            """
            person         start       end         extent
            on_day_0       2020-01-01  2020-01-31  100
            while_absent   2020-01-01  2020-01-31  100
            last_sick_day  2020-01-01  2020-01-31  100
            return_day     2020-01-01  2020-01-31  100
            in_the_run     2020-01-01  2020-01-31  100
            end_of_run     2020-01-01  2020-01-31  100
            after_the_run  2020-01-01  2020-01-31  100
            """,
            """
            person         pension_first_days  pension_first_status
            on_day_0       0                   death
            while_absent   19                  death
            last_sick_day  30                  death
            return_day     31                  death
            in_the_run     40                  death
            end_of_run     58                  death
            after_the_run  31                  event
            """,
            index="""
            person         index       censored    reason
            on_day_0       2020-01-01  2020-01-01  death
            while_absent   2020-01-01  2020-01-20  death
            last_sick_day  2020-01-01  2020-01-31  death
            return_day     2020-01-01  2020-02-01  death
            in_the_run     2020-01-01  2020-02-10  death
            end_of_run     2020-01-01  2020-02-28  death
            after_the_run  2020-01-01  2020-02-29  death
            """,
        ),
        Case(
            "Death after the follow-up censors at its end",
            "Also when a return in the follow-up was not yet confirmed: the run from 21 December "
            "would have lasted to 17 January, and death came on 5 January.",
            (PENSION_FIRST,),
            """
            person      start       end         extent
            last_day    2020-01-01  2021-12-31  100
            day_after   2020-01-01  2021-12-31  100
            in_the_run  2020-01-01  2020-12-20  100
            """,
            """
            person      pension_first_days  pension_first_status
            last_day    365                 death
            day_after   366                 censored
            in_the_run  366                 censored
            """,
            index="""
            person      index       censored    reason
            last_day    2020-01-01  2020-12-31  death
            day_after   2020-01-01  2021-01-01  death
            in_the_run  2020-01-01  2021-01-05  death
            """,
        ),
        Case(
            "A pension that begins before the return or inside the run is never a return",
            "To any extent, and also on the day of the return itself and on the last day of the "
            "run. A day later the return is confirmed.",
            (PENSION_FIRST,),
            """
            person         start       end         extent  benefit
            while_absent   2020-01-01  2020-01-31  50      sickness_benefit
            while_absent   2020-01-15  2024-12-31  50      disability_pension
            return_day     2020-01-01  2020-01-31  100     sickness_benefit
            return_day     2020-02-01  2024-12-31  100     disability_pension
            in_the_run     2020-01-01  2020-01-31  100     sickness_benefit
            in_the_run     2020-02-15  2024-12-31  25      disability_pension
            end_of_run     2020-01-01  2020-01-31  100     sickness_benefit
            end_of_run     2020-02-28  2024-12-31  25      disability_pension
            after_the_run  2020-01-01  2020-01-31  100     sickness_benefit
            after_the_run  2020-02-29  2024-12-31  100     disability_pension
            """,
            """
            person         pension_first_days  pension_first_status
            while_absent   14                  disability_pension
            return_day     31                  disability_pension
            in_the_run     45                  disability_pension
            end_of_run     58                  disability_pension
            after_the_run  31                  event
            """,
        ),
        Case(
            "Only a pension that begins after day 0 competes",
            "On pension that day and not the day before: one that was there already, begins on day "
            "0 or rises from half to full is no event, and one that begins again is.",
            (PENSION_FIRST,),
            """
            person        start       end         extent  benefit
            had_it        2020-01-01  2020-01-31  50      sickness_benefit
            had_it        2019-06-01  2024-12-31  50      disability_pension
            on_day_0      2020-01-01  2020-01-31  50      sickness_benefit
            on_day_0      2020-01-01  2024-12-31  50      disability_pension
            on_day_1      2020-01-01  2020-01-31  50      sickness_benefit
            on_day_1      2020-01-02  2024-12-31  50      disability_pension
            rises         2020-01-01  2020-01-31  50      sickness_benefit
            rises         2019-06-01  2020-02-14  50      disability_pension
            rises         2020-02-15  2024-12-31  100     disability_pension
            begins_again  2020-01-01  2020-01-31  50      sickness_benefit
            begins_again  2019-06-01  2020-02-09  50      disability_pension
            begins_again  2020-02-11  2024-12-31  50      disability_pension
            """,
            """
            person        pension_first_days  pension_first_status
            had_it        31                  event
            on_day_0      31                  event
            on_day_1      1                   disability_pension
            rises         31                  event
            begins_again  41                  disability_pension
            """,
        ),
        Case(
            "Of two competing events the first counts, and on one day the one named first",
            "`pension_first` and `death_first` name the same events in another order.",
            (PENSION_FIRST, DEATH_FIRST),
            """
            person        start       end         extent  benefit
            same_day      2020-01-01  2020-01-31  100     sickness_benefit
            same_day      2020-02-10  2024-12-31  100     disability_pension
            pension_soon  2020-01-01  2020-01-31  100     sickness_benefit
            pension_soon  2020-02-09  2024-12-31  100     disability_pension
            """,
            """
            person        pension_first_days  pension_first_status  death_first_days  death_first_status
            same_day      40                  disability_pension    40                death
            pension_soon  39                  disability_pension    39                disability_pension
            """,
            index="""
            person        index       censored    reason
            same_day      2020-01-01  2020-02-10  death
            pension_soon  2020-01-01  2020-02-10  death
            """,
        ),
        Case(
            "An event that the definition does not name only ends observation, or nothing at all",
            "Death that is not named censors at the day on which the unconfirmed return began; a "
            "pension that is not named leaves the return as it is.",
            (NONE, PENSION_FIRST),
            """
            person   start       end         extent  benefit
            dies     2020-01-01  2020-01-31  100     sickness_benefit
            retires  2020-01-01  2020-01-31  100     sickness_benefit
            retires  2020-02-10  2024-12-31  100     disability_pension
            """,
            """
            person   none_days  none_status  pension_first_days  pension_first_status
            dies     31         censored     40                  death
            retires  31         event        40                  disability_pension
            """,
            index="""
            person   index       censored    reason
            dies     2020-01-01  2020-02-10  death
            retires  2020-01-01  -           -
            """,
        ),
        Case(
            "Emigration and old-age pension compete when they are named",
            "The cohort says in `censor_reason` why observation ended. Without the reason, or for "
            "a definition that does not name it, the person is censored.",
            (EXITS, NONE),
            """
            person   start       end         extent
            leaves   2020-01-01  2020-01-31  100
            retires  2020-01-01  2020-01-31  100
            unknown  2020-01-01  2020-01-31  100
            """,
            """
            person   exits_days  exits_status     none_days  none_status
            leaves   19          emigration       20         censored
            retires  40          old_age_pension  31         censored
            unknown  31          censored         31         censored
            """,
            index="""
            person   index       censored    reason
            leaves   2020-01-01  2020-01-20  emigration
            retires  2020-01-01  2020-02-10  old_age_pension
            unknown  2020-01-01  2020-02-10  -
            """,
        ),
        Case(
            "Any benefit that is not absence may compete",
            "Unemployment benefit begins on the day after sickness benefit: for this definition "
            "that is not a return to work, and begun after the run it changes nothing.",
            (NO_JOB, NONE),
            """
            person   start       end         extent  benefit
            at_once  2020-01-01  2020-01-31  100     sickness_benefit
            at_once  2020-02-01  2020-06-30  100     unemployment_benefit
            later    2020-01-01  2020-01-31  100     sickness_benefit
            later    2020-02-29  2020-06-30  100     unemployment_benefit
            """,
            """
            person   no_job_days  no_job_status         none_days  none_status
            at_once  31           unemployment_benefit  31         event
            later    31           event                 31         event
            """,
        ),
        Case(
            "A person who is not at risk has no competing event either",
            "At work on day 0 there is nothing to return from. Where day 0 may count, the events "
            "compete with the return on day 0.",
            (PENSION_FIRST, DAY_0),
            """
            person   start       end         extent  benefit
            retires  2020-01-10  2024-12-31  100     disability_pension
            """,
            """
            person   pension_first_days  pension_first_status  day_0_days  day_0_status
            retires  -                   -                     9           disability_pension
            dies     -                   -                     19          death
            """,
            index="""
            person   index       censored    reason
            retires  2020-01-01  -           -
            dies     2020-01-01  2020-01-20  death
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_competing_events_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
