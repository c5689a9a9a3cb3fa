"""The state of a person on one day."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

STATE = """
outcome: state
absence: {benefits: sickness_related}
measure:
  work_state:
    at: 12 months
    precedence: [dead, not_observed, disability_pension]
"""
PENSION_FIRST = """
outcome: pension_first
absence: {benefits: sickness_related}
measure:
  work_state:
    at: 12 months
    precedence: [disability_pension, dead, not_observed]
"""
EMIGRATED = """
outcome: with_emigration
absence: {benefits: sickness_related}
measure:
  work_state:
    at: 12 months
    precedence: [dead, emigrated, not_observed, disability_pension]
"""
FEW = """
outcome: few
absence: {benefits: sickness_related}
measure:
  work_state:
    at: 12 months
    precedence: [not_observed]
"""
EVERY_MONTH = """
outcome: by_month
absence: {benefits: sickness_related}
follow_up: 2 months
measure:
  work_state:
    each: 1 month
    precedence: [dead, not_observed]
"""
ABSENT_ON_BOTH = """
outcome: absent
absence: {benefits: sickness_related}
measure:
  work_state:
    at: [1 month, 60 days]
    precedence: [dead, not_observed]
    one_of: [part_work, full_absence]
"""
MONTHS_3 = """
outcome: months_3
absence: {benefits: sickness_related}
measure:
  work_state:
    at: 3 months
    precedence: [not_observed]
"""
DAYS_90 = """
outcome: days_90
absence: {benefits: sickness_related}
measure:
  work_state:
    at: 90 days
    precedence: [not_observed]
"""

IDEA = Idea(
    "Work state",
    "The state on one day is the first of `precedence` that holds; if none does, the sum of the "
    "extents of the listed benefits and of disability pension says full work, part work or full "
    "absence. Unless a case says otherwise, the day is 1 January 2021.",
    (
        Case(
            "The sum of the extents says how much a person works",
            "Nothing is full work, full time is full absence, and all between is part work. Two "
            "halves are full time.",
            (STATE,),
            """
            person      start       end         extent  benefit
            quarter     2021-01-01  2021-01-31  25      sickness_benefit
            nearly      2021-01-01  2021-01-31  99.5    sickness_benefit
            full        2021-01-01  2021-01-31  100     sickness_benefit
            two_halves  2021-01-01  2021-01-31  50      sickness_benefit
            two_halves  2020-12-01  2021-01-01  50      rehabilitation_benefit
            above       2021-01-01  2021-01-31  75      sickness_benefit
            above       2021-01-01  2021-01-31  75      rehabilitation_benefit
            jobless     2021-01-01  2021-01-31  100     unemployment_benefit
            """,
            """
            person      state
            nothing     full_work
            quarter     part_work
            nearly      part_work
            full        full_absence
            two_halves  full_absence
            above       full_absence
            jobless     full_work
            """,
        ),
        Case(
            "Only the day itself counts",
            "Absence to the day before, from the day after, or on the day alone; no gap is bridged.",
            (STATE,),
            """
            person      start       end         extent
            day_before  2020-01-01  2020-12-31  100
            day_after   2021-01-02  2021-12-31  100
            around      2020-01-01  2020-12-31  100
            around      2021-01-02  2021-12-31  100
            that_day    2021-01-01  2021-01-01  100
            """,
            """
            person      state
            day_before  full_work
            day_after   full_work
            around      full_work
            that_day    full_absence
            """,
        ),
        Case(
            "A full disability pension is a state, a partial one adds to the sum",
            "Half pension and half sickness benefit are full absence; full pension comes before "
            "any sickness benefit. `few` does not name the pension, so full pension is absence.",
            (STATE, FEW),
            """
            person     start       end         extent  benefit
            full       2020-06-01  2024-12-31  100     disability_pension
            and_sick   2020-06-01  2024-12-31  100     disability_pension
            and_sick   2021-01-01  2021-01-31  50      sickness_benefit
            half       2020-06-01  2024-12-31  50      disability_pension
            half_half  2020-06-01  2024-12-31  50      disability_pension
            half_half  2021-01-01  2021-01-31  50      sickness_benefit
            two_rows   2020-06-01  2024-12-31  50      disability_pension
            two_rows   2020-09-01  2024-12-31  50      disability_pension
            ended      2020-06-01  2020-12-31  100     disability_pension
            """,
            """
            person     state               few
            full       disability_pension  full_absence
            and_sick   disability_pension  full_absence
            half       part_work           part_work
            half_half  full_absence        full_absence
            two_rows   disability_pension  full_absence
            ended      full_work           full_work
            """,
        ),
        Case(
            "Who died on that day or before is dead, where the definition asks for it",
            "On the day of death a person is observed and may have a benefit; `dead` comes first "
            "all the same. `few` does not ask for it: there the day is a day like any other, and "
            "after it the person is not observed.",
            (STATE, FEW),
            """
            person      start       end         extent
            day_before  2020-12-01  2021-01-31  100
            that_day    2020-12-01  2021-01-31  100
            day_after   2020-12-01  2021-01-31  100
            """,
            """
            person      state         few
            day_before  dead          not_observed
            that_day    dead          full_absence
            day_after   full_absence  full_absence
            """,
            index="""
            person      index       censored    reason
            day_before  2020-01-01  2020-12-31  death
            that_day    2020-01-01  2021-01-01  death
            day_after   2020-01-01  2021-01-02  death
            """,
        ),
        Case(
            "Emigration is a state where the definition asks for it",
            "Else the person is not observed from the day after. The end of data, and reasons that "
            "are no state, are not observed either.",
            (EMIGRATED, STATE),
            """
            person      start       end         extent
            day_before  2020-12-01  2021-01-31  50
            that_day    2020-12-01  2021-01-31  50
            day_after   2020-12-01  2021-01-31  50
            retired     2020-12-01  2021-01-31  50
            unknown     2020-12-01  2021-01-31  50
            """,
            """
            person      with_emigration  state
            day_before  emigrated        not_observed
            that_day    emigrated        part_work
            day_after   part_work        part_work
            retired     not_observed     not_observed
            unknown     not_observed     not_observed
            """,
            index="""
            person      index       censored    reason
            day_before  2020-01-01  2020-12-31  emigration
            that_day    2020-01-01  2021-01-01  emigration
            day_after   2020-01-01  2021-01-02  emigration
            retired     2020-01-01  2020-12-31  old_age_pension
            unknown     2020-01-01  2020-12-31  -
            """,
        ),
        Case(
            "The order of `precedence` decides when several states hold",
            "On full pension and dead on the same day. After the day of death nothing is observed, "
            "so the pension does not hold then.",
            (STATE, PENSION_FIRST),
            """
            person      start       end         extent  benefit
            that_day    2020-06-01  2024-12-31  100     disability_pension
            day_before  2020-06-01  2024-12-31  100     disability_pension
            """,
            """
            person      state  pension_first
            that_day    dead   disability_pension
            day_before  dead   dead
            """,
            index="""
            person      index       censored    reason
            that_day    2020-01-01  2021-01-01  death
            day_before  2020-01-01  2020-12-31  death
            """,
        ),
        Case(
            "The extract must cover the day",
            "An extract that ends on 31 December knows nothing of 1 January.",
            (STATE, FEW),
            """
            person   start       end         extent
            absent   2020-01-01  2021-06-30  100
            """,
            """
            person   state         few
            absent   not_observed  not_observed
            nothing  not_observed  not_observed
            """,
            observed=("2015-01-01", "2020-12-31"),
        ),
        Case(
            "Months lead to a date, days to a day",
            "From 30 November 2019, 3 months are 29 February and 90 days are 28 February.",
            (MONTHS_3, DAYS_90),
            """
            person   start       end         extent
            leap     2020-02-29  2020-02-29  100
            day_90   2020-02-28  2020-02-28  100
            """,
            """
            person   months_3      days_90
            leap     full_absence  full_work
            day_90   full_work     full_absence
            """,
            index="2019-11-30",
        ),
        Case(
            "Several days have a column each",
            "1 month after 1 January is 1 February; 2 months and 60 days after it are 1 March. A dead person "
            "is known to be in neither state of absence.",
            (EVERY_MONTH, ABSENT_ON_BOTH),
            """
            person   start       end         extent
            stays    2020-01-01  2020-03-01  50
            returns  2020-01-01  2020-02-29  100
            dies     2020-01-01  2020-06-30  100
            """,
            """
            person   by_month_01   by_month_02  absent_1_month  absent_60_days
            stays    part_work     part_work    1               1
            returns  full_absence  full_work    1               0
            dies     full_absence  dead         1               0
            """,
            index="""
            person   index       censored    reason
            stays    2020-01-01  -           -
            returns  2020-01-01  -           -
            dies     2020-01-01  2020-02-15  death
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_a_work_state_is_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
