"""Every engine gives what the reference engine gives, on studies that nobody thought of."""

import logging
from collections import Counter

from hypothesis import given, note
from polars.testing import assert_frame_equal

from rtw_outcomes.engines.registry import BUILT_IN, REFERENCE, find_engine
from tests.generative.strategies import in_rounds, studies
from tests.generative.what_happened import what_happened

EXAMPLES = 50
# A case is one index date under one definition. A run has about 10,000 of them; the least is asked
# for so that a change of the strategies cannot quietly leave the engines with little to agree on.
LEAST_CASES = 1_000


def test_every_column_of_every_plan_equals_that_of_the_reference_engine():
    """All engines work on one study: to draw it costs more than to compute it.

    Each runs the optimized plan. The reference engine runs the plan as it was, too, so that an
    optimization that changes a result is told from an engine that computes a wrong one.
    """
    happened = Counter()

    @in_rounds(EXAMPLES)
    @given(studies(persons=(12, 30), outcomes=(5, 9)))
    def agrees(study):
        for engine in BUILT_IN:
            note(f"the optimized plan on {engine}")
            computed = find_engine(engine)(study.optimized, study.register.tables())
            assert_frame_equal(computed, study.results, check_exact=True)
        happened["cases"] += len(study.resolved) * study.results.height
        for each in study.resolved:
            happened.update(what_happened(each, study.results))

    assert REFERENCE in BUILT_IN
    agrees()
    logging.getLogger(__name__).info("%s", dict(sorted(happened.items())))
    assert happened["cases"] >= LEAST_CASES
