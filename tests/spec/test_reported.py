"""A value that the cohort brings, cut or not, and the change of two of them."""

import pytest

from rtw_outcomes.engines.registry import BUILT_IN
from tests.spec.case import Case, Idea

WORK_ABILITY = """
outcome: work_ability
measure:
  reported: {column: wai, range: {from: 7, to: 49}}
"""
GOOD = """
outcome: good
measure:
  reported: {column: wai, range: {from: 7, to: 49}, cut: {at_least: 37}}
"""
BEFORE = """
outcome: before
measure:
  reported: {column: pain, range: {from: 0, to: 10.5}}
"""
AFTER = """
outcome: after_6m
measure:
  reported: {column: pain_6m, range: {from: 0, to: 10.5}}
"""
CHANGE = """
outcome: change
measure:
  change: {first: before, second: after_6m}
"""
MORE = """
outcome: more
measure:
  change: {first: before, second: after_6m, cut: {above: 0}}
"""
DAYS = """
outcome: days
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  sick_days: {count: net, cut: {above: 14}}
"""
EITHER = """
outcome: either
measure:
  any_of: {outcomes: [good, days]}
"""
SCORE = """
outcome: score
measure:
  reported: {column: pain_change, range: {from: -2.5, to: 2.5}}
"""
NOT_WORSE = """
outcome: not_worse
measure:
  reported: {column: pain_change, range: {from: -2.5, to: 2.5}, cut: {at_least: -0.5}}
"""
NO_ROWS = "person start end extent"

IDEA = Idea(
    "Reported values",
    "A value that the cohort brings, such as a score of work ability or of pain, which no register has. "
    "The definition names the column of the cohort and the range of the instrument. A cell that is no "
    "number of that range stops the run; an empty cell is a missing value. No day is looked at: a value "
    "has no absence, no follow-up and no observed days.",
    (
        Case(
            "A value is what the cohort holds, and a cut makes it yes or no",
            "Both limits of the range are among its values. `c` has no value and so no answer. `d` was "
            "observed for one day only, which makes no difference, and absence makes none for `a`.",
            (WORK_ABILITY, GOOD),
            """
            person  start       end         extent
            a       2020-01-01  2020-12-31  100
            """,
            """
            person  index       work_ability  good
            a       2020-01-01  49            1
            b       2020-01-01  36.9          0
            c       2020-01-01  -             -
            d       2020-01-01  37            1
            e       2020-01-01  7             0
            e       2021-01-01  40            1
            """,
            index="""
            person  index       censored    wai
            a       2020-01-01  -           49
            b       2020-01-01  -           36.9
            c       2020-01-01  -           -
            d       2020-01-01  2020-01-01  37
            e       2020-01-01  -           7
            e       2021-01-01  -           40
            """,
        ),
        Case(
            "A range and a cut may lie below 0",
            "A score may be a change already: -2.5 to 2.5, of which -0.5 and more is not worse.",
            (SCORE, NOT_WORSE),
            NO_ROWS,
            """
            person  index       score  not_worse
            a       2020-01-01  -2.5   0
            b       2020-01-01  -0.5   1
            c       2020-01-01  0      1
            d       2020-01-01  2.5    1
            """,
            index="""
            person  index       pain_change
            a       2020-01-01  -2.5
            b       2020-01-01  -0.5
            c       2020-01-01  0
            d       2020-01-01  2.5
            """,
        ),
        Case(
            "Two values of one range make a change",
            "The change is the second value less the first, and is missing where one of them is. An equal "
            "value is not above 0.",
            (BEFORE, AFTER, CHANGE, MORE),
            NO_ROWS,
            """
            person  index       before  after_6m  change  more
            a       2020-01-01  8       2.5       -5.5    0
            b       2020-01-01  2       10.5      8.5     1
            c       2020-01-01  4       4         0       0
            d       2020-01-01  -       4         -       -
            e       2020-01-01  4       -         -       -
            """,
            index="""
            person  index       pain  pain_6m
            a       2020-01-01  8     2.5
            b       2020-01-01  2     10.5
            c       2020-01-01  4     4
            d       2020-01-01  -     4
            e       2020-01-01  4     -
            """,
        ),
        Case(
            "An answer of the cohort is put together with one of the register",
            "For `c` and `d` the value is missing: 31 net days are enough for yes, and without them nothing "
            "is known.",
            (GOOD, DAYS, EITHER),
            """
            person  start       end         extent
            b       2020-01-01  2020-01-31  100
            c       2020-01-01  2020-01-31  100
            """,
            """
            person  index       good  days  either
            a       2020-01-01  1     0     1
            b       2020-01-01  0     1     1
            c       2020-01-01  -     1     1
            d       2020-01-01  -     0     -
            e       2020-01-01  0     0     0
            """,
            index="""
            person  index       wai
            a       2020-01-01  37
            b       2020-01-01  36
            c       2020-01-01  -
            d       2020-01-01  -
            e       2020-01-01  7
            """,
        ),
    ),
)


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("case", IDEA.cases, ids=str)
def test_reported_values_are_what_the_case_expects(case: Case, engine: str) -> None:
    assert case.found_rows(engine) == case.expected_rows()
