"""Sources that other readers read, in a whole run: a query in a database, and a workbook as the cohort."""

from datetime import date

import polars as pl
import pytest

from rtw_outcomes import RtwError, run_study

QUERY = (
    "select * from (values (1::bigint, date '2020-01-01', date '2020-01-31', 50::numeric, "
    "'sickness_benefit')) as t (person_id, start_date, end_date, extent, benefit)"
)
STUDY = """\
study: small
register: canonical
observed: {{from: 2019-01-01, to: 2021-12-31}}
spells: [{{query: "{query}", connection: env:RTW_TEST_DATABASE}}]
cohort: {cohort}
outcomes: [net_sick_days_12m]
"""


def write(folder, cohort="cohort.csv"):
    frame = pl.DataFrame({"person_id": [1], "index_date": [date(2020, 1, 1)]})
    frame.write_csv(folder / "cohort.csv")
    (folder / "study.yaml").write_text(STUDY.format(query=QUERY, cohort=cohort))
    return folder / "study.yaml"


def test_a_query_is_a_source(server, tmp_path, monkeypatch):
    monkeypatch.setenv("RTW_TEST_DATABASE", server)
    run = run_study(write(tmp_path), tmp_path / "results")
    assert run.outcomes["net_sick_days_12m"].to_list() == [15.5]
    manifest = (tmp_path / "results" / "manifest.json").read_text()
    assert server not in manifest


def test_a_connection_that_is_not_said_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("RTW_TEST_DATABASE", raising=False)
    with pytest.raises(RtwError, match="RTW_TEST_DATABASE is not set"):
        run_study(write(tmp_path), tmp_path / "results")
