"""Every engine gives what the reference engine gives, on studies that nobody thought of."""

import logging
from collections import Counter

import pytest
from hypothesis import given
from polars.testing import assert_frame_equal

from rtw_outcomes.engines.registry import ENGINES, find_engine, run_plan
from rtw_outcomes.planning.optimizer import optimize
from tests.generative.strategies import in_rounds, studies
from tests.generative.what_happened import what_happened

REFERENCE = "reference"
EXAMPLES = 50
# A case is one index date under one definition. A run has about 10,000 of them; the least is asked
# for so that a change of the strategies cannot quietly leave the engines with little to agree on.
LEAST_CASES = 1_000


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != REFERENCE])
def test_every_column_of_every_plan_equals_that_of_the_reference_engine(engine):
    happened = Counter()

    @in_rounds(EXAMPLES)
    @given(studies(persons=(12, 30), outcomes=(5, 9)))
    def agrees(study):
        tables = study.register.tables()
        expected = run_plan(REFERENCE, study.plan, optimize(study.plan), tables)
        computed = run_plan(engine, study.plan, optimize(study.plan), tables)
        assert_frame_equal(computed, expected, check_exact=True)
        happened["cases"] += len(study.resolved) * computed.height
        for each in study.resolved:
            happened.update(what_happened(each, expected))

    agrees()
    logging.getLogger(__name__).info("%s: %s", engine, dict(sorted(happened.items())))
    assert happened["cases"] >= LEAST_CASES


@in_rounds(EXAMPLES)
@given(studies())
def test_sharing_work_changes_no_result(study):
    """On the reference engine, which runs the steps as planned and those that take their place."""
    shared = find_engine(REFERENCE)(optimize(study.plan), study.register.tables())
    assert_frame_equal(shared, study.results)
