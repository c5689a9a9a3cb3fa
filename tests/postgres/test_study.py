"""A study says where to compute: in the database of its sources, or in one that a variable names."""

from datetime import date

import polars as pl
import pytest

from rtw_outcomes import RtwError, compute, run_study

QUERY = (
    "select * from (values (1::bigint, date '2020-01-01', date '2020-01-31', 50::numeric, "
    "'sickness_benefit')) as t (person_id, start_date, end_date, extent, benefit)"
)
STUDY = """\
study: small
register: canonical
observed: {{from: 2019-01-01, to: 2021-12-31}}
spells: {spells}
cohort: cohort.csv
outcomes: [net_sick_days_12m]
engine: postgres
"""
FROM_DATABASE = f'[{{query: "{QUERY}", connection: env:RTW_TEST_DATABASE}}]'
AWAY = "postgresql://user:SECRET@localhost:1/away"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a study with these spells."""
    monkeypatch.delenv("RTW_POSTGRES", raising=False)

    def write_study(spells):
        frame = pl.DataFrame({"person_id": [1], "index_date": [date(2020, 1, 1)]})
        frame.write_csv(tmp_path / "cohort.csv")
        (tmp_path / "study.yaml").write_text(STUDY.format(spells=spells))
        row = "1,2020-01-01,2020-01-31,50,sickness_benefit"
        (tmp_path / "spells.csv").write_text(
            f"person_id,start_date,end_date,extent,benefit\n{row}\n"
        )
        return tmp_path / "study.yaml"

    return write_study


def test_it_computes_in_the_database_of_its_sources(server, write, tmp_path, monkeypatch):
    monkeypatch.setenv("RTW_TEST_DATABASE", server)
    monkeypatch.setenv("RTW_POSTGRES", AWAY)
    run = run_study(write(FROM_DATABASE), tmp_path / "results")
    assert (run.engine, run.outcomes["net_sick_days_12m"].to_list()) == ("postgres", [15.5])
    assert server not in (tmp_path / "results/manifest.json").read_text("utf-8")


def test_sources_from_files_are_computed_where_a_variable_says(
    server, write, tmp_path, monkeypatch
):
    monkeypatch.setenv("RTW_POSTGRES", server)
    run = run_study(write("spells.csv"), tmp_path / "results")
    assert run.outcomes["net_sick_days_12m"].to_list() == [15.5]


def test_without_a_database_the_message_says_what_to_set(write, tmp_path):
    with pytest.raises(RtwError, match=r"no source comes from one\. Set .* RTW_POSTGRES"):
        run_study(write("spells.csv"), tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_several_databases_leave_the_choice_to_the_variable(server, write, tmp_path, monkeypatch):
    monkeypatch.setenv("RTW_TEST_DATABASE", server)
    monkeypatch.setenv("RTW_TEST_OTHER", f"{server}&application_name=other")
    other = FROM_DATABASE.replace("RTW_TEST_DATABASE", "RTW_TEST_OTHER").replace("01-31", "01-30")
    study = write(f"{FROM_DATABASE[:-1]}, {other[1:]}")
    with pytest.raises(RtwError, match="the sources come from several"):
        run_study(study, tmp_path / "results")
    monkeypatch.setenv("RTW_POSTGRES", server)
    assert run_study(study, tmp_path / "results").outcomes.height == 1


def test_a_database_that_is_away_leaves_the_old_results(server, write, tmp_path, monkeypatch):
    study = write("spells.csv")
    monkeypatch.setenv("RTW_POSTGRES", server)
    run_study(study, tmp_path / "results")
    before = (tmp_path / "results/manifest.json").read_bytes()
    monkeypatch.setenv("RTW_POSTGRES", AWAY)
    with pytest.raises(RtwError, match="no connection") as raised:
        run_study(study, tmp_path / "results")
    assert "SECRET" not in str(raised.value)
    assert (tmp_path / "results/manifest.json").read_bytes() == before


def test_frames_are_computed_in_a_database(server, monkeypatch):
    spells = pl.DataFrame(
        {
            "person_id": ["a"],
            "start_date": [date(2020, 1, 1)],
            "end_date": [date(2020, 1, 31)],
            "extent": [50],
            "benefit": ["sickness_benefit"],
        }
    )
    cohort = pl.DataFrame({"person_id": ["a"], "index_date": [date(2020, 1, 1)]})
    period = (date(2019, 1, 1), date(2021, 12, 31))
    monkeypatch.delenv("RTW_POSTGRES", raising=False)
    with pytest.raises(RtwError, match="RTW_POSTGRES"):
        compute("net_sick_days_12m", spells, cohort, observed=period, engine="postgres")
    monkeypatch.setenv("RTW_POSTGRES", server)
    run = compute("net_sick_days_12m", spells, cohort, observed=period, engine="postgres")
    assert run.outcomes["net_sick_days_12m"].to_list() == [15.5]
