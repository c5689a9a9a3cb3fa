"""`rtw run`: what it leaves, what it prints, which rows it uses, and its command line."""

import csv
import json
import os
import subprocess
from io import BytesIO, StringIO

import polars as pl
import pytest

SPELLS = pl.DataFrame(
    {
        "person_id": ["P-SECRET-77", "P-SECRET-77", "P-SECRET-78"],
        "start_date": ["2019-11-13", "2020-02-01", "2020-04-01"],
        "end_date": ["2020-01-31", "2020-02-29", "2020-04-10"],
        "extent": [100, 50, 100],
        "benefit": ["sickness_benefit"] * 3,
        "diagnosis": ["F99SECRET", "F99SECRET", "M54"],
    }
).with_columns(pl.col("start_date", "end_date").str.to_date())
COHORT = pl.DataFrame(
    {
        "person_id": ["P-SECRET-77", "P-SECRET-78"],
        "index_date": ["2020-01-01", "2020-04-01"],
        "arm": ["treated", "control"],
    }
).with_columns(pl.col("index_date").str.to_date())
TEXT = SPELLS.write_csv()


def as_parquet(frame):
    file = BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def with_row(row):
    return f"{TEXT}{row}\n"


def test_a_run_leaves_exactly_these_files(study, rtw):
    finished = rtw("run", study.path, "--out", study.folder / "new")
    assert finished.status == 0
    assert {path.name for path in (study.folder / "new").iterdir()} == {
        "outcomes.parquet",
        "summary.csv",
        "report.html",
        "rejected.parquet",
        "manifest.json",
        "release",
    }


def test_a_run_writes_the_results_in_the_order_of_the_cohort(study):
    study.assert_runs()
    results = study.outcomes()
    assert results.columns == [
        "person_id",
        "index_date",
        "arm",
        "net_sick_days_12m",
        "net_sick_days_12m_observed_days",
        "full_rtw_28d_days",
        "full_rtw_28d_status",
        "rejected_rows",
    ]
    assert results["person_id"].to_list() == ["P-SECRET-77", "P-SECRET-78"]
    assert results["net_sick_days_12m"].to_list() == [31 + 14.5, 10.0]
    assert results["full_rtw_28d_days"].to_list() == [60, 10]
    assert results["full_rtw_28d_status"].to_list() == [1, 1]


def test_a_run_keeps_values_of_the_data_out_of_what_can_be_shown(study):
    study.assert_runs()
    for name in ("report.html", "manifest.json", "summary.csv"):
        text = (study.out / name).read_text()
        assert "SECRET" not in text
        assert "2019-11-13" not in text


def test_a_run_prints_results_on_standard_output_and_notes_on_standard_error(study):
    study.write(
        spells=with_row("P-SECRET-77,2020-05-01,2020-05-02,0,sickness_benefit,x"),
        study=study.path.read_text() + "tolerate: 100 percent\n",
    )
    finished = study.assert_runs()
    assert "net_sick_days_12m" in finished.out
    assert "note" not in finished.out
    assert "extent_above_0" in finished.err
    assert "\x1b" not in finished.said


def test_the_manifest_fingerprints_the_other_files(study):
    study.assert_runs()
    manifest = json.loads((study.out / "manifest.json").read_text())
    assert set(manifest["files"]) == {
        "outcomes.parquet",
        "summary.csv",
        "report.html",
        "rejected.parquet",
    }


def test_the_same_run_twice_gives_the_same_tables(study):
    names = ("outcomes.parquet", "summary.csv", "rejected.parquet")
    study.assert_runs()
    first = [(study.out / name).read_bytes() for name in names]
    study.assert_runs()
    assert [(study.out / name).read_bytes() for name in names] == first


def test_outcome_options_narrow_the_study(study):
    study.assert_runs("--outcome", "full_rtw_28d", "--outcome", "full_rtw_28d")
    assert [name for name in study.outcomes().columns if "sick_days" in name] == []


def test_the_engine_option_overrides_the_study(study):
    study.assert_runs("--engine", "reference")
    assert json.loads((study.out / "manifest.json").read_text())["engine"] == "reference"
    reference = study.outcomes()
    study.assert_runs("--engine", "duckdb")
    assert study.outcomes().equals(reference)


def test_relative_paths_are_seen_from_the_study_file_and_from_where_one_stands(
    study, rtw, monkeypatch
):
    (study.folder / "below").mkdir()
    monkeypatch.chdir(study.folder / "below")
    finished = rtw("run", "../study.yaml", "--out", "mine/results")
    assert finished.status == 0, finished.err
    assert (study.folder / "below" / "mine" / "results" / "manifest.json").is_file()


# What is delivered in another form means the same.


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("crlf.csv", TEXT.replace("\n", "\r\n")),
        ("bom.csv", "\ufeff" + TEXT),
        ("semicolons.csv", TEXT.replace(",", ";")),
        ("tabs.tsv", TEXT.replace(",", "\t")),
        ("tabs.txt", TEXT.replace(",", "\t")),
        ("quoted.csv", SPELLS.write_csv(quote_style="always")),
        ("lines-in-a-cell.csv", TEXT.replace("F99SECRET", '"F99\nSECRET"')),
        ("blank-lines.csv", TEXT + "\n\n"),
        ("no-last-line-break.csv", TEXT.rstrip("\n")),
        ("blanks-around.csv", TEXT.replace("P-SECRET-77", " P-SECRET-77 ")),
        ("other-order.csv", SPELLS.select(reversed(SPELLS.columns)).write_csv()),
        ("folder [2023]/spells.csv", TEXT),
        ("typed.parquet", as_parquet(SPELLS)),
        ("midnight.parquet", as_parquet(SPELLS.cast({"start_date": pl.Datetime("us")}))),
        ("nanoseconds.parquet", as_parquet(SPELLS.cast({"start_date": pl.Datetime("ns")}))),
        ("decimal.parquet", as_parquet(SPELLS.cast({"extent": pl.Decimal(5, 2)}))),
        ("small-integers.parquet", as_parquet(SPELLS.cast({"extent": pl.Int8}))),
        (
            "categories.parquet",
            as_parquet(SPELLS.cast({"benefit": pl.Categorical, "person_id": pl.Categorical})),
        ),
        (
            "more-columns.parquet",
            as_parquet(
                SPELLS.with_columns(lists=pl.concat_list("extent"), both=pl.struct("extent"))
            ),
        ),
    ],
)
def test_a_delivery_in_another_form_gives_the_same_outcomes(study, name, content):
    expected = study.outcomes()
    study.with_spells(name, content)
    study.assert_runs()
    assert study.outcomes().equals(expected)
    assert study.rejected().height == 0


def test_a_folder_of_parquet_files_is_one_table(study):
    expected = study.outcomes()
    study.put("parts/2.parquet", SPELLS[:1]).put("parts/1.parquet", SPELLS[1:])
    study.with_spells("parts/3.parquet", SPELLS[:1])
    study.put("study.yaml", study.path.read_text().replace("'parts/3.parquet'", "parts"))
    study.assert_runs()
    assert study.outcomes().equals(expected)
    assert study.rejected().select("file", "source_row", "rule").rows() == [
        ("3.parquet", 1, "duplicate_row")
    ]


def test_ids_that_are_numbers_in_one_file_and_text_in_the_other_meet(study):
    numbers = {"P-SECRET-77": 7, "P-SECRET-78": 8}
    study.write(spells=TEXT.replace("P-SECRET-77", "7").replace("P-SECRET-78", "8"))
    study.with_cohort(
        "cohort.parquet",
        COHORT.with_columns(pl.col("person_id").replace_strict(numbers, return_dtype=pl.Int8)),
    )
    study.assert_runs()
    assert study.outcomes()["net_sick_days_12m"].to_list() == [45.5, 10.0]


def test_ids_with_leading_zeros_are_other_ids_than_those_without(study):
    study.write(
        spells=TEXT.replace("P-SECRET-77", "007").replace("P-SECRET-78", "008"),
        cohort="person_id,index_date\n007,2020-01-01\n7,2020-01-01\n",
    )
    study.assert_runs()
    assert study.outcomes()["person_id"].to_list() == ["007", "7"]
    assert study.outcomes()["net_sick_days_12m"].to_list() == [45.5, 0.0]


# A row that breaks a rule goes into rejected.parquet, and the run goes on. All such rows are in one
# delivery, so that each is also seen beside the others.

BAD_DATES = (
    "2021-02-29",
    "2021-02-30",
    "2021-13-01",
    "20210101",
    "2021-1-5",
    "01/02/2021",
    "2021-05-01T10:00:00",
    "12021-05-01",
    "infinity",
    "today",
    "SECRET",
)
BAD_NUMBERS = (*("SECRET", "nan", "inf", "-inf", "1e309", "1e", "50 %", '"0,5"', "0x32", "5_0"),)
BAD_SPELLS = {
    ",2020-05-01,2020-05-02,50,sickness_benefit,x": "missing_person_id",
    "  ,2020-05-01,2020-05-02,50,sickness_benefit,x": "missing_person_id",
    "P-SECRET-77,,2020-05-02,50,sickness_benefit,x": "missing_start_date",
    "P-SECRET-77,2020-05-01,,50,sickness_benefit,x": "missing_end_date",
    "P-SECRET-77,2020-05-01,2020-05-02,,sickness_benefit,x": "missing_extent",
    "P-SECRET-77,2020-05-01,2020-05-02,.,sickness_benefit,x": "missing_extent",
    "P-SECRET-77,NA,2020-05-02,50,sickness_benefit,x": "missing_start_date",
    "P-SECRET-77,2020-05-01,2020-05-02,50,,x": "missing_benefit",
    **{
        f"P-SECRET-77,{day},2021-12-02,50,sickness_benefit,x": "time_of_day_in_start_date"
        if "T" in day and day[:2] == "20"
        else "unreadable_start_date"
        for day in BAD_DATES
    },
    **{
        f"P-SECRET-77,2020-05-01,2020-05-02,{number},sickness_benefit,x": "unreadable_extent"
        for number in BAD_NUMBERS
    },
    "P-SECRET-77,2020-05-01,2020-05-02,0,sickness_benefit,x": "extent_above_0",
    "P-SECRET-77,2020-05-01,2020-05-02,-1,sickness_benefit,x": "extent_above_0",
    "P-SECRET-77,2020-05-01,2020-05-02,101,sickness_benefit,x": "extent_at_most_100",
    "P-SECRET-77,2020-05-01,2020-05-02,100.01,sickness_benefit,x": "extent_at_most_100",
    f"P-SECRET-77,2020-05-01,2020-05-02,{'9' * 400},sickness_benefit,x": "extent_at_most_100",
    "P-SECRET-77,2020-05-02,2020-05-01,50,sickness_benefit,x": "dates_in_order",
    "P-SECRET-77,0001-01-01,0001-01-02,50,sickness_benefit,x": "ends_in_extract",
    "P-SECRET-77,2018-05-02,2018-12-31,50,sickness_benefit,x": "ends_in_extract",
    "P-SECRET-77,2022-01-01,2022-01-02,50,sickness_benefit,x": "starts_in_extract",
    "P-SECRET-77,2020-05-01,9999-12-31,50,sickness_benefit,x": "unreadable_end_date",
    "P-SECRET-77,2020-02-01,2020-02-29,50,sickness_benefit,F99SECRET": "duplicate_row",
    "P-SECRET-77 ,2020-02-01,2020-02-29,50.0,sickness_benefit,F99SECRET": "duplicate_row",
}
BAD_COHORT = {
    ",2020-01-01,x,,,": "missing_person_id",
    "P-SECRET-79,,x,,,": "missing_index_date",
    "P-SECRET-79,2020-02-30,x,,,": "unreadable_index_date",
    "P-SECRET-79,2018-12-31,x,,,": "index_not_before_extract",
    "P-SECRET-79,2022-01-01,x,,,": "index_not_after_extract",
    "P-SECRET-79,2020-01-01,x,2020-01-02,,": "entered_by_index",
    "P-SECRET-79,2020-01-01,x,,2019-12-31,SECRET": "censored_after_index",
}


def spoil(study):
    good = (
        "P-SECRET-77,2020-01-01,treated,2020-01-01,,\nP-SECRET-78,2020-04-01,control,1990-01-01,,"
    )
    rows = "\n".join([*BAD_COHORT, good])
    return study.write(
        spells=TEXT + "".join(f"{row}\n" for row in BAD_SPELLS),
        cohort=f"person_id,index_date,arm,entry_date,censor_date,censor_reason\n{rows}\n",
        study=study.path.read_text() + "tolerate: 100 percent\nformat: {open_end: faulty}\n",
    )


@pytest.fixture(scope="module")
def rejected(make_study):
    """The rejected rows of a delivery with every fault, as (table, row) -> rule."""
    study = spoil(make_study())
    study.assert_runs()
    rows = study.rejected().select("table", "source_row", "rule").iter_rows()
    return {(table, row): rule for table, row, rule in rows}


@pytest.mark.parametrize(("place", "row"), list(enumerate(BAD_SPELLS)))
def test_a_spells_row_is_rejected_under_the_rule_it_breaks(rejected, place, row):
    assert rejected["spells", TEXT.count("\n") + place] == BAD_SPELLS[row]


@pytest.mark.parametrize(("place", "row"), list(enumerate(BAD_COHORT)))
def test_a_cohort_row_is_rejected_under_the_rule_it_breaks(rejected, place, row):
    assert rejected["cohort", 1 + place] == BAD_COHORT[row]


@pytest.mark.parametrize("engine", ["duckdb", "polars", "reference"])
def test_rejected_rows_change_no_result_and_are_all_told(study, engine):
    expected = study.outcomes().drop("rejected_rows")
    finished = spoil(study).assert_runs("--engine", engine)
    assert study.outcomes().drop("rejected_rows").equals(expected)
    assert study.outcomes()["rejected_rows"].to_list()[1:] == [0]
    assert study.rejected().height == len(BAD_SPELLS) + len(BAD_COHORT)
    for rule in {*BAD_SPELLS.values(), *BAD_COHORT.values()}:
        assert rule in finished.err


def test_the_account_adds_up_in_every_table(study):
    spoil(study).assert_runs()
    rows = json.loads((study.out / "manifest.json").read_text())["rows"]
    for table, bad in (("spells", BAD_SPELLS), ("cohort", BAD_COHORT)):
        assert rows[table]["rejected"] == len(bad)
        assert rows[table]["rows"] == rows[table]["used"] + rows[table]["rejected"]


@pytest.mark.parametrize("engine", ["duckdb", "polars", "reference"])
@pytest.mark.parametrize("dates", ["2020-05-01,9999-12-31", "0001-01-01,2020-05-01"])
def test_open_ended_rows_can_be_run_on_every_engine(study, engine, dates):
    study.write(spells=with_row(f"P-SECRET-79,{dates},50,sickness_benefit,x"))
    study.assert_runs("--engine", engine)


@pytest.mark.parametrize("engine", ["duckdb", "polars", "reference"])
def test_the_year_0_is_treated_alike_on_every_engine(study, engine):
    study.write(
        spells=with_row("P-SECRET-79,0000-01-01,2020-05-01,50,sickness_benefit,x"),
        study=study.path.read_text() + "tolerate: 100 percent\n",
    )
    study.assert_runs("--engine", engine)


def test_an_extract_that_never_ends_is_refused_for_nobody_observed_it(study):
    study.write(study=study.path.read_text().replace("2021-12-31", "9999-12-31"))
    study.assert_refused(3, "study.yaml:3", "observed", "2200")


# Columns of the cohort are carried whatever they are called.

ODD_NAMES = (
    "two words",
    "a'b",
    "å ä ö",
    "select",
    "row_id",
    "rule",
    "source_row",
    "source_file",
    "file",
    "d_arm",
    "filename",
    "file_row_number",
    "start_date",
    "work_state_12m",
    "full_rtw_28d",
    "%s",
    "$1",
    "?",
    "a;b",
    "-- x",
    "*",
    "^.*$",
    "{x}",
    "[red]x[/red]",
    "a\\b",
    "x" * 300,
)


@pytest.fixture(scope="module")
def carried(make_study):
    """The outcomes of a cohort with many odd columns; each holds its own place."""
    study = make_study()
    header = ",".join(f'"{name}"' for name in ODD_NAMES)
    cells = ",".join(f"v{place}" for place in range(len(ODD_NAMES)))
    study.write(cohort=f"person_id,index_date,{header}\nP-SECRET-77,2020-01-01,{cells}\n")
    study.assert_runs()
    return study.outcomes()


@pytest.mark.parametrize(("place", "name"), list(enumerate(ODD_NAMES)))
def test_a_column_with_an_odd_name_is_carried(carried, place, name):
    assert carried.get_column(name).to_list() == [f"v{place}"]


@pytest.mark.parametrize("name", ["two words", "å ä ö", "source_row", "*", "^.*$", "[red]x[/red]"])
def test_a_column_with_an_odd_name_can_make_groups(study, name):
    study.write(
        cohort=f'person_id,index_date,"{name}"\nP-SECRET-77,2020-01-01,u\nP-SECRET-78,2020-04-01,v\n',
        study=study.path.read_text() + f"by: [{json.dumps(name, ensure_ascii=False)}]\n",
    )
    study.show_all().assert_runs()
    rows = list(csv.reader(StringIO((study.out / "summary.csv").read_text())))
    assert rows[0] == ["outcome", name, "statistic", "value", "n"]
    assert {row[1] for row in rows[1:]} == {"u", "v"}


@pytest.mark.parametrize("name", ["source_row", "source_file", "rule", "filename"])
def test_an_id_column_with_an_odd_name_is_read_as_it_is(study, name):
    study.write(
        spells=TEXT.replace("person_id", name),
        study=study.path.read_text() + f"columns: {{spells: {{person_id: {name}}}}}\n",
    )
    expected = study.outcomes()
    study.assert_runs()
    assert study.outcomes().equals(expected)


@pytest.mark.parametrize("name", ["filename", "file_row_number", "source_row"])
def test_a_parquet_file_may_have_a_column_with_an_odd_name(study, name):
    study.with_spells("spells.parquet", SPELLS.with_columns(pl.lit("SECRET").alias(name)))
    expected = study.outcomes()
    study.assert_runs()
    assert study.outcomes().equals(expected)


def test_groups_without_a_name_are_shown_apart(study):
    study.write(
        cohort="person_id,index_date,arm\nP-SECRET-77,2020-01-01,\nP-SECRET-78,2020-04-01,v\n",
        study=study.path.read_text() + "by: arm\n",
    )
    study.show_all().assert_runs()
    rows = list(csv.reader(StringIO((study.out / "summary.csv").read_text())))
    assert {row[1] for row in rows[1:]} == {"", "v"}


def test_a_run_in_which_every_group_is_small_says_so(study):
    finished = study.write(study=study.path.read_text() + "by: arm\n").assert_runs()
    assert "Every group has fewer persons than may be shown." in finished.out
    assert (study.out / "summary.csv").read_text() == "outcome,arm,statistic,value,n\n"
    page = (study.out / "report.html").read_text()
    assert "treated" not in page
    assert "control" not in page


# The command line.


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "study.yaml"],
        ["run", "study.yaml", "--out"],
        ["run", "study.yaml", "--out", "x", "extra"],
        ["run", "study.yaml", "--out", "x", "--engine", "flink"],
        ["run", "study.yaml", "--out", "x", "--nothing"],
        ["validate"],
        ["unknown"],
        ["--unknown"],
    ],
)
def test_wrong_use_of_the_command_line_is_status_2(rtw, arguments):
    finished = rtw(*arguments)
    assert finished.status == 2
    assert finished.out == ""
    assert "Traceback" not in finished.err
    assert "Error: " in finished.err or finished.err.startswith("Usage: ")


def test_an_outcome_that_the_study_lacks_is_told_with_a_suggestion(study):
    study.assert_refused(
        3, "study.yaml:6", "full_rtw_28", "Did you mean", arguments=("--outcome", "full_rtw_28")
    )


def test_debug_shows_the_traceback_and_keeps_the_status(study):
    finished = study.write(spells="").run("--debug")
    assert "Traceback" in finished.err
    assert finished.status == 4


def test_a_run_can_print_on_a_terminal_with_an_old_encoding(study, script):
    shown = subprocess.run(
        [script, "run", study.path, "--out", study.out],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp437"},
    )
    assert shown.returncode == 0, shown.stderr


def test_a_column_that_the_study_names_anew_still_tells_rows_apart(study):
    rows = "person_id,start_date,slut,extent,benefit\n" + "".join(
        f"P-SECRET-77,2020-01-01,2020-0{month}-20,50,sickness_benefit\n" for month in (1, 2, 2)
    )
    columns = "columns: {spells: {end_date: slut}}\n"
    study.write(spells=rows, study=study.path.read_text() + columns)
    study.assert_runs()
    assert study.rejected()["rule"].to_list() == ["duplicate_row"]


def test_exits_that_cannot_be_seen_are_counted(study, rtw):
    """Of the rows that are used: those with a reason of their own, and those without a date."""
    rows = [
        "P-SECRET-77,2020-01-01,x,,death",
        "P-SECRET-78,2020-01-01,x,,emigration",
        "P-SECRET-79,2020-01-01,x,,moved",
        "P-SECRET-80,2020-01-01,x,2020-06-01,death",
        "P-SECRET-81,2020-01-01,x,2020-06-01,moved",
        "P-SECRET-82,2020-01-01,x,2020-06-01,",
        "P-SECRET-83,2020-01-01,x,,",
        "P-SECRET-84,2030-01-01,x,,death",
    ]
    header = "person_id,index_date,arm,censor_date,censor_reason\n"
    study.write(cohort=header + "\n".join(rows) + "\n")
    said = rtw("validate", study.path).said
    assert "3 rows with a reason and no censor_date" in said
    assert "2 rows with a reason other than" in said
    without_dates = [",".join((*row.split(",")[:3], row.split(",")[4])) for row in rows[:4]]
    header = "person_id,index_date,arm,censor_reason\n"
    study.write(cohort=header + "\n".join(without_dates) + "\n")
    assert "4 rows with a reason and no censor_date" in rtw("validate", study.path).said
    all_dated = [row for row in rows if "2020-06-01" in row]
    header = "person_id,index_date,arm,censor_date,censor_reason\n"
    study.write(cohort=header + "\n".join(all_dated) + "\n")
    assert "no censor_date" not in rtw("validate", study.path).said
