"""Outcomes that are made of others: all, any or none of them, a change, and a rate."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

OVER_14 = """
outcome: over_14
absence: {benefits: sickness_related}
follow_up: 6 months
measure:
  sick_days: {count: net, cut: {above: 14}}
"""
RETURNED = """
outcome: returned
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 6 months
measure:
  return_to_work: {sustained: 28 days}
competing: [death]
"""
RELAPSED = """
outcome: relapsed
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 6 months
measure:
  relapse: {after: returned}
"""
NO_RELAPSE = """
outcome: no_relapse
measure:
  none_of: {outcomes: [relapsed]}
"""
LASTING = """
outcome: lasting
measure:
  all_of: {outcomes: [returned, no_relapse]}
"""
EITHER = """
outcome: either
measure:
  any_of: {outcomes: [returned, over_14]}
"""
AT_WORK = """
outcome: at_work
absence: {benefits: sickness_related}
measure:
  work_state: {at: 6 months, precedence: [dead, not_observed], one_of: [full_work, part_work]}
"""
BEFORE = """
outcome: before
absence: {benefits: sickness_related}
follow_up: {from: 12 months before, to: 0 days}
measure:
  sick_days: {count: net}
"""
AFTER = """
outcome: after_index
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  sick_days: {count: net}
"""
CHANGE = """
outcome: change
measure:
  change: {first: before, second: after_index}
"""
MORE = """
outcome: more
measure:
  change: {first: before, second: after_index, cut: {above: 0}}
"""
AT_MOST_20_FEWER = """
outcome: at_most_20_fewer
measure:
  change: {first: before, second: after_index, cut: {at_least: -20}}
"""
SPELLS = """
outcome: started
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure:
  spells: {count: started}
"""
PER_PERSON = """
outcome: per_person
measure:
  rate:
    of: after_index
    over: persons
    leave_out: {benefits: disability_pension, when: full}
"""
PER_YEAR = """
outcome: per_year
measure:
  rate: {of: started, over: observed_years, scale: 1000}
"""
PER_SPELL = """
outcome: per_spell
measure:
  rate: {of: after_index, over: started}
"""
AT_RISK = """
outcome: at_risk
measure:
  rate: {of: returned, over: observed_years}
"""

IDEA = Idea(
    "Outcomes made of others",
    "`all_of`, `any_of` and `none_of` put together what is yes or no: a number with a `cut`, a state with "
    "`one_of`, or a time to an event, which is yes when the event happened. `change` is one number less "
    "another, or whether that reaches a limit. `rate` gives each index date its share in two sums; the summary divides the sums.",
    (
        Case(
            "Back, and no relapse after it",
            "a returns on 11 January and stays. b returns on that day, and has a spell in March. c never "
            "returns, so nothing could come after it: that is no, whatever the missing answer to the "
            "relapse. d was not absent on day 0 and has no answer.",
            (RETURNED, RELAPSED, NO_RELAPSE, LASTING),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-10  100
            b       2020-01-01  2020-01-10  100
            b       2020-03-10  2020-03-20  100
            c       2020-01-01  2021-12-31  100
            """,
            """
            person  returned_status  relapsed_status  no_relapse  lasting
            a       event            censored         1           1
            b       event            event            0           0
            c       censored         -                -           0
            d       -                -                -           -
            """,
        ),
        Case(
            "A time to an event is yes, no, or not known",
            "Death before the return is no. Who is not observed to the end of the follow-up may have "
            "returned after it, so that is missing; but one yes is enough for `any_of`: c has more than 14 "
            "net days in what is observed.",
            (RETURNED, OVER_14, EITHER),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-08  100
            b       2020-01-01  2020-01-08  100
            c       2020-01-01  2020-03-31  100
            d       2020-01-01  2020-01-12  50
            """,
            """
            person  returned_status  over_14  either
            a       death            0        0
            b       censored         0        -
            c       censored         1        1
            d       event            0        1
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  2020-01-08  death
            b       2020-01-01  2020-01-20  emigration
            c       2020-01-01  2020-03-31  emigration
            d       2020-01-01  -           -
            """,
        ),
        Case(
            "A state as yes or no",
            "At work in full or in part is yes; dead is no; not observed is missing.",
            (AT_WORK,),
            """
            person  start       end         extent
            a       2020-06-01  2020-07-31  50
            b       2020-06-01  2020-07-31  100
            """,
            """
            person  at_work
            a       1
            b       0
            c       0
            d       -
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  -           -
            c       2020-01-01  2020-03-31  death
            d       2020-01-01  2020-03-31  emigration
            """,
        ),
        Case(
            "A change against the time before",
            "30 net days in the year before and 10 in the year after: 20 fewer. The observed days are those "
            "of both windows, for c only 31 of the 366 after.",
            (BEFORE, AFTER, CHANGE),
            """
            person  start       end         extent
            a       2019-06-01  2019-06-30  100
            a       2020-02-01  2020-02-20  50
            b       2020-01-01  2020-01-31  100
            c       2019-01-01  2019-12-31  100
            """,
            """
            person  before  after_index  change  change_observed_days
            a       30      10           -20     731
            b       0       31           31      731
            c       365     0            -365    396
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  -           -
            c       2020-01-01  2020-01-31  emigration
            """,
        ),
        Case(
            "With a `cut` a change is yes or no, and the limit may lie below 0",
            "20 days fewer are at least -20. Of d no day before the index date is observed: there is no "
            "change, and no answer.",
            (BEFORE, AFTER, MORE, AT_MOST_20_FEWER),
            """
            person  start       end         extent
            a       2019-06-01  2019-06-30  100
            a       2020-02-01  2020-02-20  50
            b       2020-01-01  2020-01-31  100
            c       2019-06-01  2019-06-30  100
            c       2020-02-01  2020-02-19  50
            d       2018-06-01  2018-06-30  100
            """,
            """
            person  before  after_index  more  at_most_20_fewer  more_observed_days
            a       30      10           0     1                 731
            b       0       31           1     1                 731
            c       30      9.5          0     0                 731
            d       -       30           -     -                 365
            """,
            index="""
            person  index
            a       2020-01-01
            b       2020-01-01
            c       2020-01-01
            d       2018-06-01
            """,
            observed=("2018-06-01", "2029-12-31"),
        ),
        Case(
            "A rate has a share of each index date in two sums",
            "b was on a full disability pension on the index date and is left out of both sums. A year of "
            "observation has 365.25 days: 366 days are a little more, and the 183 of c half of that. Who has "
            "no spell adds 0 to the spells.",
            (AFTER, SPELLS, PER_PERSON, PER_YEAR, PER_SPELL),
            """
            person  start       end         extent  benefit
            a       2020-02-01  2020-02-20  50      sickness_benefit
            a       2020-04-01  2020-04-02  100     sickness_benefit
            b       2019-01-01  2021-12-31  100     disability_pension
            """,
            """
            person  after_index  per_person  per_person_over  started  per_year_over       per_spell_over
            a       12           12          1                2        1.002053388090349   2
            b       0            -           -                0        1.002053388090349   0
            c       0            0           1                0        0.5010266940451745  0
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  -           -
            c       2020-01-01  2020-07-01  emigration
            """,
        ),
        Case(
            "The years at risk of a time to an event end with it",
            "a returns on day 8 and b, whom nobody sees after 20 January, has not by then. The rate of return "
            "is one in 28 days.",
            (RETURNED, AT_RISK),
            """
            person  start       end         extent
            a       2020-01-01  2020-01-08  100
            b       2020-01-01  2020-01-31  100
            """,
            """
            person  returned_days  returned_status  at_risk  at_risk_over
            a       8              event            1        0.02190280629705681
            b       20             censored         0        0.05475701574264202
            """,
            index="""
            person  index       censored    reason
            a       2020-01-01  -           -
            b       2020-01-01  2020-01-20  emigration
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_made_of_others(case, engine):
    assert case.found_rows(engine) == case.expected_rows()
