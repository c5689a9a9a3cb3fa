"""The query of each stock outcome in each dialect, as a file to read and to compare with.

A change of meaning shows here as a change of text. RTW_GOLDEN=write writes the files anew; the
difference is then read before it is kept.
"""

import pytest
import sqlglot

from rtw_outcomes.definitions.catalogue import CORE, list_ids
from rtw_outcomes.engines.registry import DIALECTS
from rtw_outcomes.jobs.explain import explain

CASES = [(outcome, dialect) for outcome in list_ids(CORE) for dialect in DIALECTS]


@pytest.mark.parametrize(("outcome", "dialect"), CASES)
def test_the_query_is_the_one_on_file(outcome, dialect, root, rewrite):
    golden = root / "tests/project/golden" / f"{outcome}.{dialect}.sql"
    query = explain(outcome, dialect) + "\n"
    if rewrite:
        golden.write_text(query, encoding="utf-8", newline="\n")
    assert query == golden.read_text("utf-8")


@pytest.mark.parametrize(("outcome", "dialect"), CASES)
def test_the_query_can_be_read_in_its_dialect(outcome, dialect, root):
    text = (root / "tests/project/golden" / f"{outcome}.{dialect}.sql").read_text("utf-8")
    (query,) = sqlglot.parse(text, dialect=dialect)
    assert isinstance(query, sqlglot.exp.Query)


def test_no_query_is_left_of_an_outcome_that_is_gone(root):
    files = {path.name for path in (root / "tests/project/golden").iterdir()}
    assert files == {f"{outcome}.{dialect}.sql" for outcome, dialect in CASES}
