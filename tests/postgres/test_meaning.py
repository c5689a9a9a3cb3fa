"""The cases of the reference documentation on PostgreSQL; `make postgres` runs them."""

import os

import pytest

from tests.spec.pages.meaning import IDEAS, find_idea

CASES = [case for name in IDEAS for case in find_idea(name).cases]


@pytest.mark.skipif("RTW_SOAK_EXAMPLES" not in os.environ, reason="`make postgres` runs it")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gives_what_it_expects(case, server):
    assert case.found_rows("postgres", server) == case.expected_rows()
