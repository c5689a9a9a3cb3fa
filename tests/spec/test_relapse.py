"""The days from the return to the first spell after it."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

RETURN = """
outcome: return
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
competing: [disability_pension, death]
"""
RELAPSE = """
outcome: relapse
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  relapse: {after: return}
competing: [disability_pension, death]
"""
PART_TIME = """
outcome: part_time
absence: {benefits: sickness_related, when: full, join_gap: 0 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 1 day}
"""
TO_ANY = """
outcome: to_any
absence: {benefits: sickness_related, when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  relapse: {after: part_time}
"""
TO_REHAB = """
outcome: to_rehab
absence: {benefits: rehabilitation_benefit, when: any, join_gap: 0 days}
follow_up: 12 months
measure:
  relapse: {after: part_time}
"""

IDEA = Idea(
    "Relapse",
    "At risk are those with a return to work, by the definition that `after` names. The event is "
    "the first day of the first spell after that return, and time counts from the return. Unless a "
    "case says otherwise, the return is on 1 February 2020, day 31, and its 12 months are the 366 "
    "days to 31 January 2021.",
    (
        Case(
            "Time counts from the return",
            "The return is on 1 March, and the next spell begins on 1 April, 31 days later.",
            (RETURN, RELAPSE),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  return_days  return_status  relapse_days  relapse_status
            a       60           event          31            event
            """,
        ),
        Case(
            "Only those who returned are at risk",
            "Who never returned, died first, had not yet confirmed the return, or was not absent "
            "on day 0 has nothing to relapse from: the result is missing.",
            (RETURN, RELAPSE),
            """
            person       start       end         extent
            never        2020-01-01  2022-12-31  100
            died         2020-01-01  2020-01-31  100
            unconfirmed  2020-01-01  2020-01-31  100
            at_work      2020-06-01  2020-06-30  100
            """,
            """
            person       return_days  return_status  relapse_days  relapse_status
            never        366          censored       -             -
            died         40           death          -             -
            unconfirmed  31           censored       -             -
            at_work      -            -              -             -
            """,
            index="""
            person       index       censored    reason
            never        2020-01-01  -           -
            died         2020-01-01  2020-02-10  death
            unconfirmed  2020-01-01  2020-02-10  -
            at_work      2020-01-01  -           -
            """,
        ),
        Case(
            "The window of the relapse is counted from the return",
            "It ends with 31 January 2021: a spell that begins then is an event on day 365, and "
            "one that begins a day later is outside. One sick day is a spell.",
            (RETURN, RELAPSE),
            """
            person     start       end         extent
            last_day   2020-01-01  2020-01-31  100
            last_day   2021-01-31  2021-01-31  25
            day_after  2020-01-01  2020-01-31  100
            day_after  2021-02-01  2021-02-28  100
            never      2020-01-01  2020-01-31  100
            late       2020-01-01  2020-12-30  100
            late       2021-11-01  2021-11-10  100
            """,
            """
            person     return_days  return_status  relapse_days  relapse_status
            last_day   31           event          365           event
            day_after  31           event          366           censored
            never      31           event          366           censored
            late       365          event          305           event
            """,
        ),
        Case(
            "12 months are counted from the day of the return, here a leap day",
            "From 29 February 2020 they are 365 days and end with 27 February 2021.",
            (RETURN, RELAPSE),
            """
            person     start       end         extent
            last_day   2020-01-01  2020-02-28  100
            last_day   2021-02-27  2021-02-27  100
            day_after  2020-01-01  2020-02-28  100
            day_after  2021-02-28  2021-02-28  100
            """,
            """
            person     return_days  return_status  relapse_days  relapse_status
            last_day   59           event          364           event
            day_after  59           event          365           censored
            """,
        ),
        Case(
            "Observation that ends first censors at the number of observed days",
            "29 days of February and 31 of March are 60 days from the return. A spell that begins "
            "on the last observed day is an event on day 59.",
            (RETURN, RELAPSE),
            """
            person    start       end         extent
            last_day  2020-01-01  2020-01-31  100
            last_day  2020-03-31  2020-04-30  100
            not_seen  2020-01-01  2020-01-31  100
            not_seen  2020-04-01  2020-04-30  100
            """,
            """
            person    return_days  return_status  relapse_days  relapse_status
            last_day  31           event          59            event
            not_seen  31           event          60            censored
            """,
            index="""
            person    index       censored
            last_day  2020-01-01  2020-03-31
            not_seen  2020-01-01  2020-03-31
            """,
        ),
        Case(
            "Death competes with the relapse, and on the same day the relapse comes first",
            "The spell begins on 31 March. Death on that day does not undo the relapse; death the "
            "day before comes first. Death after the 12 months censors at their end.",
            (RETURN, RELAPSE),
            """
            person       start       end         extent
            same_day     2020-01-01  2020-01-31  100
            same_day     2020-03-31  2020-04-30  100
            day_before   2020-01-01  2020-01-31  100
            day_before   2020-03-31  2020-04-30  100
            window_ends  2020-01-01  2020-01-31  100
            day_after    2020-01-01  2020-01-31  100
            """,
            """
            person       return_days  return_status  relapse_days  relapse_status
            same_day     31           event          59            event
            day_before   31           event          58            death
            window_ends  31           event          365           death
            day_after    31           event          366           censored
            """,
            index="""
            person       index       censored    reason
            same_day     2020-01-01  2020-03-31  death
            day_before   2020-01-01  2020-03-30  death
            window_ends  2020-01-01  2021-01-31  death
            day_after    2020-01-01  2021-02-01  death
            """,
        ),
        Case(
            "A pension competes when it begins after the return",
            "One on 1 May comes before the relapse on 1 June. One that was there before day 0 is "
            "no event; on the day of the relapse, and after it, the relapse comes first.",
            (RETURN, RELAPSE),
            """
            person    start       end         extent  benefit
            before    2020-01-01  2020-01-31  100     sickness_benefit
            before    2020-05-01  2024-12-31  25      disability_pension
            before    2020-06-01  2020-06-30  75      sickness_benefit
            had_it    2020-01-01  2020-01-31  50      sickness_benefit
            had_it    2019-06-01  2024-12-31  50      disability_pension
            had_it    2020-06-01  2020-06-30  50      sickness_benefit
            same_day  2020-01-01  2020-01-31  100     sickness_benefit
            same_day  2020-06-01  2024-12-31  25      disability_pension
            same_day  2020-06-01  2020-06-30  75      sickness_benefit
            later     2020-01-01  2020-01-31  100     sickness_benefit
            later     2020-06-02  2024-12-31  25      disability_pension
            later     2020-06-01  2020-06-30  75      sickness_benefit
            """,
            """
            person    return_days  return_status  relapse_days  relapse_status
            before    31           event          90            disability_pension
            had_it    31           event          121           event
            same_day  31           event          121           event
            later     31           event          121           event
            """,
        ),
        Case(
            "A spell that goes on at the return is not a spell after it",
            "Full absence ends on 31 January, and part time goes on to 29 February. Seen as "
            "absence to any extent that is the spell from December; the next begins on 1 April.",
            (PART_TIME, TO_ANY),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  part_time_days  part_time_status  to_any_days  to_any_status
            a       31              event             60           event
            """,
        ),
        Case(
            "A spell that begins on the day of the return is not one after it",
            "Rehabilitation begins part time on the day that full absence ends: the relapse into "
            "it that counts is the next one, on 1 March.",
            (PART_TIME, TO_REHAB),
            """
            person  start       end         extent  benefit
            a       2020-01-01  2020-01-31  100     sickness_benefit
            a       2020-02-01  2020-02-10  50      rehabilitation_benefit
            a       2020-03-01  2020-03-10  50      rehabilitation_benefit
            """,
            """
            person  part_time_days  part_time_status  to_rehab_days  to_rehab_status
            a       31              event             29             event
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_a_relapse_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
