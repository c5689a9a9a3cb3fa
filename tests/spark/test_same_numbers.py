"""What the specification and random studies ask of every engine, asked of Spark; it takes minutes."""

from importlib import import_module

import pytest
from hypothesis import given
from polars.testing import assert_frame_equal

from tests.generative.strategies import in_rounds, studies
from tests.spec.pages.meaning import IDEAS

pytestmark = [pytest.mark.minutes, pytest.mark.usefixtures("session")]

CASES = [case for name in IDEAS for case in import_module(f"tests.spec.test_{name}").IDEA.cases]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_of_the_specification_gives_what_it_expects(case):
    assert case.found_rows("spark") == case.expected_rows()


@in_rounds(10)
@given(study=studies(persons=(12, 30), outcomes=(5, 9)))
def test_random_studies_give_what_the_reference_engine_gives(study):
    results = study.run("spark", study.register.tables())
    assert_frame_equal(results, study.results, check_exact=True)
