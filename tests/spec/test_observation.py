"""What is known when observation begins late or ends early."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

LASTS_28 = """
outcome: lasts_28
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
competing: [disability_pension, death]
"""
MAY_BE_DAY_0 = """
outcome: may_be_day_0
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days, day_0_may_count: true}
"""
GROSS = """
outcome: gross
absence:
  benefits: sickness_related
follow_up: 12 months
measure:
  sick_days: {count: gross}
"""
BEFORE = """
outcome: before
absence:
  benefits: sickness_related
follow_up: {from: 31 days before, to: 0 days}
measure:
  sick_days: {count: gross}
"""
CHAIN = """
outcome: chain
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
measure:
  chain_day: {at: 0 days, link_gap: 89 days}
"""
MORE = """
outcome: more
absence: {benefits: sickness_related, when: {more_than_on: 30 days before}, join_gap: 5 days}
follow_up: 12 months
measure:
  return_to_work: {sustained: 28 days}
"""
NEW = """
outcome: new
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started}
"""

IDEA = Idea(
    "Observation",
    "A person is observed from the entry date or from the beginning of the extract, whichever comes "
    "last, to the censor date or to the end of the extract, whichever comes first; both days "
    "included. What lies outside says nothing: neither that the person was absent nor "
    "that they were at work.",
    (
        Case(
            "A return that cannot be confirmed is censored at its first day",
            "Absence ends on 31 January, and the run of 28 days with 28 February, day 58. When "
            "observation ends on that day the run is confirmed, a day earlier it is not.",
            (LASTS_28,),
            """
            person         start       end         extent
            while_absent   2020-01-01  2020-01-31  100
            last_sick_day  2020-01-01  2020-01-31  100
            in_the_run     2020-01-01  2020-01-31  100
            day_too_early  2020-01-01  2020-01-31  100
            end_of_run     2020-01-01  2020-01-31  100
            """,
            """
            person         lasts_28_days  lasts_28_status
            while_absent   20             censored
            last_sick_day  31             censored
            in_the_run     31             censored
            day_too_early  31             censored
            end_of_run     31             event
            """,
            index="""
            person         index       censored
            while_absent   2020-01-01  2020-01-20
            last_sick_day  2020-01-01  2020-01-31
            in_the_run     2020-01-01  2020-02-15
            day_too_early  2020-01-01  2020-02-27
            end_of_run     2020-01-01  2020-02-28
            """,
        ),
        Case(
            "The end of the extract ends everybody's observation",
            "The run of three months from 11 April cannot be confirmed by an extract that ends on "
            "31 May; the 28 days from 1 March can.",
            ("sustainable_full_rtw_3m", LASTS_28),
            """
            person  start       end         extent
            a       2019-12-20  2020-01-31  100
            a       2020-02-01  2020-02-29  50
            a       2020-04-01  2020-04-10  100
            """,
            """
            person  sustainable_full_rtw_3m_days  sustainable_full_rtw_3m_status  lasts_28_days  lasts_28_status
            a       101                           censored                        60             event
            """,
            observed=("2015-01-01", "2020-05-31"),
        ),
        Case(
            "A person on day 0 may be observed for that day only",
            "One day of absence was seen. Where day 0 may count as the return, it is censored at "
            "0 days: the run began and was not confirmed.",
            (LASTS_28, MAY_BE_DAY_0, GROSS),
            """
            person   start       end         extent
            absent   2020-01-01  2020-01-31  100
            """,
            """
            person   lasts_28_days  lasts_28_status  may_be_day_0_days  may_be_day_0_status  gross  gross_observed_days
            absent   1              censored         1                  censored             1      1
            at_work  -              -                0                  censored             0      1
            """,
            index="""
            person   index       censored
            absent   2020-01-01  2020-01-01
            at_work  2020-01-01  2020-01-01
            """,
        ),
        Case(
            "Days are bridged only when the absence after them is seen",
            "Absence to 19 January, and again from 23 January. Observation to 22 January does not "
            "see the second: the free days are not bridged, and the return on 20 January is "
            "censored. A day more shows that it was none; what is censored then is 24 January.",
            (LASTS_28, NEW),
            """
            person     start       end         extent
            not_seen   2020-01-10  2020-01-19  100
            not_seen   2020-01-23  2020-01-31  100
            just_seen  2020-01-10  2020-01-19  100
            just_seen  2020-01-23  2020-01-31  100
            """,
            """
            person     lasts_28_days  lasts_28_status  new
            not_seen   10             censored         1
            just_seen  14             censored         1
            """,
            index="""
            person     index       censored
            not_seen   2020-01-10  2020-01-22
            just_seen  2020-01-10  2020-01-23
            """,
        ),
        Case(
            "Rows after the end of observation are not used",
            "A row that reaches past the end is used for its part inside. A pension that begins "
            "after the end is not known, so the unconfirmed return is censored.",
            (GROSS, LASTS_28),
            """
            person   start       end         extent  benefit
            dies     2020-01-01  2020-03-31  100     sickness_benefit
            pension  2020-01-01  2020-01-31  100     sickness_benefit
            pension  2020-02-16  2024-12-31  100     disability_pension
            """,
            """
            person   gross  gross_observed_days  lasts_28_days  lasts_28_status
            dies     41     41                   40             death
            pension  31     46                   31             censored
            """,
            index="""
            person   index       censored    reason
            dies     2020-01-01  2020-02-10  death
            pension  2020-01-01  2020-02-15  -
            """,
        ),
        Case(
            "A death after the extract says nothing",
            "Everybody is observed to 20 January, the end of the extract. Death on that day is an "
            "event; a later one is outside, and the person is censored after 20 observed days.",
            (LASTS_28,),
            """
            person    start       end         extent
            last_day  2020-01-01  2020-03-31  100
            later     2020-01-01  2020-03-31  100
            """,
            """
            person    lasts_28_days  lasts_28_status
            last_day  19             death
            later     20             censored
            """,
            index="""
            person    index       censored    reason
            last_day  2020-01-01  2020-01-20  death
            later     2020-01-01  2020-02-10  death
            """,
            observed=("2015-01-01", "2020-01-20"),
        ),
        Case(
            "Rows are cut to the extract, at both ends",
            "The extract covers December 2019 to May 2020. A row that reaches over a limit is used "
            "for its part inside: 10 days in January, and 31 in May.",
            (GROSS, NEW),
            """
            person      start       end         extent
            over_start  2019-11-15  2020-01-10  100
            over_end    2020-05-01  2020-07-31  100
            """,
            """
            person      gross  gross_observed_days  new  new_incomplete
            over_start  10     152                  0    1
            over_end    31     152                  1    1
            """,
            observed=("2019-12-01", "2020-05-31"),
        ),
        Case(
            "A spell that was there when the extract began looks new on its first day",
            "Only observed days make spells. When the extract begins on day 0 the spell from "
            "November begins there; with one day more before day 0 it is seen to be old. Choose "
            "index dates that lie well inside the extract.",
            (NEW, LASTS_28),
            """
            person  start       end         extent
            at_it   2019-11-15  2020-01-10  100
            later   2019-11-15  2020-01-10  100
            """,
            """
            person  index       new  lasts_28_days  lasts_28_status
            at_it   2020-01-01  1    10             event
            later   2020-01-02  0    9              event
            """,
            index="""
            person  index
            at_it   2020-01-01
            later   2020-01-02
            """,
            observed=("2020-01-01", "2029-12-31"),
        ),
        Case(
            "Days before the entry are not observed",
            "In the 31 days before the index date somebody is absent for the first ten, 1 to 10 "
            "December. An entry on 6 December leaves 5 of them in 26 observed days. An entry on day 0 "
            "leaves no day: there is no value, and no value of 0. An entry before the extract, which "
            "begins on 3 December, is as good as none.",
            (BEFORE,),
            """
            person          start       end         extent
            no_entry        2019-12-01  2019-12-10  100
            in_the_absence  2019-12-01  2019-12-10  100
            on_day_0        2019-12-01  2019-12-10  100
            before_extract  2019-12-01  2019-12-10  100
            """,
            """
            person          before  before_observed_days
            no_entry        8       29
            in_the_absence  5       26
            on_day_0        -       0
            before_extract  8       29
            """,
            index="""
            person          index       entered
            no_entry        2020-01-01  -
            in_the_absence  2020-01-01  2019-12-06
            on_day_0        2020-01-01  2020-01-01
            before_extract  2020-01-01  2010-01-01
            """,
            observed=("2019-12-03", "2029-12-31"),
        ),
        Case(
            "A spell that was there at the entry starts on the day of the entry",
            "The spell runs from 1 December to 10 January. With an entry on 22 December its first "
            "day of the chain is that day, and day 0 is the 11th. With an entry on day 0 the spell "
            "looks new.",
            (NEW, CHAIN, LASTS_28),
            """
            person    start       end         extent
            no_entry  2019-12-01  2020-01-10  100
            later     2019-12-01  2020-01-10  100
            on_day_0  2019-12-01  2020-01-10  100
            """,
            """
            person    new  chain  lasts_28_days  lasts_28_status
            no_entry  0    32     10             event
            later     0    11     10             event
            on_day_0  1    1      10             event
            """,
            index="""
            person    index       entered
            no_entry  2020-01-01  -
            later     2020-01-01  2019-12-22
            on_day_0  2020-01-01  2020-01-01
            """,
        ),
        Case(
            "Absence before the entry joins nothing",
            "Absence to 30 December, and again from 3 January. The free days are bridged when 30 "
            "December is observed, so that the person is absent on day 0. An entry on 31 December "
            "does not see the first absence, and nobody is at risk.",
            (LASTS_28, CHAIN),
            """
            person    start       end         extent
            seen      2019-12-01  2019-12-30  100
            seen      2020-01-03  2020-01-10  100
            not_seen  2019-12-01  2019-12-30  100
            not_seen  2020-01-03  2020-01-10  100
            """,
            """
            person    lasts_28_days  lasts_28_status  chain
            seen      10             event            3
            not_seen  -              -                0
            """,
            index="""
            person    index       entered
            seen      2020-01-01  2019-12-30
            not_seen  2020-01-01  2019-12-31
            """,
        ),
        Case(
            "Nothing is known of an extent before the entry",
            "Absence is a larger extent than on 2 December, 30 days before the index date. An entry "
            "a day later leaves that extent unknown, and the person is not at risk.",
            (MORE,),
            """
            person      start       end         extent
            on_the_day  2019-12-20  2020-01-31  100
            day_later   2019-12-20  2020-01-31  100
            """,
            """
            person      more_days  more_status
            on_the_day  31         event
            day_later   -          -
            """,
            index="""
            person      index       entered
            on_the_day  2020-01-01  2019-12-02
            day_later   2020-01-01  2019-12-03
            """,
        ),
        Case(
            "Each index date has its own entry",
            "A person who left and came back has two index dates. Rows before the entry of the second "
            "one are used for the first.",
            (BEFORE, GROSS),
            """
            person  start       end         extent
            back    2018-12-22  2019-01-05  100
            back    2019-12-22  2020-01-05  100
            """,
            """
            person  index       before  before_observed_days  gross  gross_observed_days
            back    2019-01-01  10      31                    5      31
            back    2020-01-01  2       2                     5      366
            """,
            index="""
            person  index       entered     censored    reason
            back    2019-01-01  -           2019-01-31  emigration
            back    2020-01-01  2019-12-30  -           -
            """,
        ),
        Case(
            "The run tells who could not be confirmed through follow-up and the run after it",
            "12 months and 28 days from 1 January 2020 end with 28 January 2021. The flag does not "
            "say that the result is censored: it says what the data could not have confirmed. It "
            "is not in the results; the account of the run adds it up.",
            (LASTS_28,),
            """
            person         start       end         extent
            to_the_end     2020-01-01  2020-01-31  100
            day_too_early  2020-01-01  2020-01-31  100
            """,
            """
            person         lasts_28_days  lasts_28_status  lasts_28_unconfirmable
            to_the_end     31             event            0
            day_too_early  31             event            1
            not_at_risk    -              -                -
            """,
            index="""
            person         index       censored
            to_the_end     2020-01-01  2021-01-28
            day_too_early  2020-01-01  2021-01-27
            not_at_risk    2020-01-01  2021-01-27
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_what_is_observed_counts_as_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
