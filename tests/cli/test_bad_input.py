"""What stops a run because of the data: one message without values, status 4, old results kept."""

import random
import subprocess
from datetime import date
from io import BytesIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DAYS = ("start_date", "end_date")
SPELLS = pl.DataFrame(
    {
        "person_id": ["P-SECRET-77", "P-SECRET-77", "P-SECRET-78"],
        "start_date": [date(2019, 11, 13), date(2020, 2, 1), date(2020, 4, 1)],
        "end_date": [date(2020, 1, 31), date(2020, 2, 29), date(2020, 4, 10)],
        "extent": [100, 50, 100],
        "benefit": ["sickness_benefit"] * 3,
        "diagnosis": ["F99SECRET", "F99SECRET", "M54"],
    }
)
COHORT = pl.DataFrame(
    {
        "person_id": ["P-SECRET-77", "P-SECRET-78"],
        "index_date": [date(2020, 1, 1), date(2020, 4, 1)],
        "arm": ["treated", "control"],
    }
)
TEXT = SPELLS.write_csv()
COHORT_TEXT = COHORT.write_csv()
HEADER = TEXT.splitlines()[0]
JUNK = random.Random(1).randbytes(5000)


def as_parquet(frame):
    file = BytesIO()
    if isinstance(frame, pa.Table):
        pq.write_table(frame, file)
    else:
        frame.write_parquet(file)
    return file.getvalue()


PARQUET = as_parquet(SPELLS)


def with_column(name, values):
    return SPELLS.with_columns(pl.Series(name, values))


# Text files.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", ["spells.csv", "empty"], id="empty"),
        pytest.param(HEADER, ["spells.csv", "no rows"], id="header, no line break"),
        pytest.param(HEADER + "\n", ["spells.csv", "no rows"], id="header"),
        pytest.param(
            TEXT.replace("diagnosis", "diagn\u0142").encode("iso8859-2"),
            ["spells.csv", "not UTF-8", "encoding"],
            id="an unknown encoding in the header",
        ),
        pytest.param(
            (TEXT * 1000 + "P-SECRET-77,2020-01-01,2020-01-02,50,\u0142,x\n").encode("iso8859-2"),
            ["spells.csv", "not UTF-8", "encoding"],
            id="an unknown encoding far below",
        ),
        pytest.param(JUNK, ["spells.csv"], id="junk"),
        pytest.param(PARQUET, ["spells.csv"], id="Parquet under a wrong name"),
        pytest.param(
            TEXT + "P-SECRET-77,2020-05-01\n",
            ["spells.csv:5", "fewer cells", "1 such line"],
            id="too few cells",
        ),
        pytest.param(
            TEXT + "P-SECRET-77,2020-05-01,2020-05-02,50,5,sickness_benefit,F99SECRET\n",
            ["spells.csv:5", "more cells", "1 such line"],
            id="too many cells",
        ),
        pytest.param(
            TEXT + 'P-SECRET-77,2020-05-01,2020-05-02,50,sickness_benefit,"F99SECRET\n',
            ["spells.csv:5", "quotation mark"],
            id="an open quotation mark",
        ),
        pytest.param(
            TEXT.replace("diagnosis", "extent"),
            ["spells.csv:1", "columns 4 and 6", "same name"],
            id="a column twice",
        ),
        pytest.param(
            TEXT.replace("diagnosis", "Extent"),
            ["spells.csv:1", "columns 4 and 6", "capitals"],
            id="two columns that differ in case",
        ),
        pytest.param(
            "".join(f"{number},{line}\n" for number, line in enumerate(TEXT.splitlines())).replace(
                "0,person", '"",person'
            ),
            ["spells.csv:1", "no name"],
            id="a column without a name",
        ),
        pytest.param(
            TEXT.replace("\n", ",\n"), ["spells.csv:1", "no name"], id="a separator at the end"
        ),
        pytest.param(
            TEXT.replace("extent", "share"), ["spells.csv", "`extent`", "missing"], id="no extent"
        ),
        pytest.param(
            TEXT.replace(",100,", ",0,").replace(",50,", ",0,"),
            ["spells.csv", "every row breaks a rule", "3 of 3", "extent_above_0"],
            id="no row left",
        ),
        pytest.param(
            TEXT + "P-SECRET-77,2020-05-01,2020-05-02,50,SECRETCODE,x\n",
            ["spells.csv", "`benefit`", "1 unknown code", "row 4", "benefit_codes"],
            id="an unknown benefit",
        ),
        pytest.param(
            TEXT.replace(",", "#"), ["spells.csv", "separator"], id="an unknown separator"
        ),
    ],
)
def test_a_text_file_that_cannot_be_used_stops_the_run(study, text, words):
    study.write(spells=text)
    study.assert_refused(4, *words)


@pytest.mark.parametrize("ending", ["csv", "tsv"])
@pytest.mark.parametrize("table", ["spells", "cohort"])
def test_a_file_without_a_header_does_not_show_its_first_row(study, table, ending):
    text = (TEXT if table == "spells" else COHORT_TEXT).split("\n", 1)[1]
    if ending == "tsv":
        text = text.replace(",", "\t")
    (study.with_spells if table == "spells" else study.with_cohort)(f"bare.{ending}", text)
    study.assert_refused(4, f"bare.{ending}", "person_id")


def test_a_text_file_that_was_cut_anywhere_shows_no_value(study):
    """A cut between two lines, or inside the last cell, cannot be seen; all others must be."""
    cell = len(TEXT.splitlines()[-1]) - len("M54")
    for end in random.Random(2).sample(range(1, len(TEXT)), 12):
        is_seen = TEXT[end] != "\n" and TEXT[end - 1] != "\n" and end < len(TEXT) - cell
        study.write(spells=TEXT[:end])
        if is_seen and "," in TEXT[end : TEXT.index("\n", end)]:
            study.assert_refused(4, "spells.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["cohort.csv", "empty"]),
        ("person_id,index_date,arm\n", ["cohort.csv", "no rows"]),
        (COHORT_TEXT.replace("index_date", "day"), ["cohort.csv", "`index_date`", "missing"]),
        (
            COHORT_TEXT + "P-SECRET-77,2020-01-01,control\n",
            ["cohort.csv", "unique", "1 such pair", "row 1"],
        ),
        (
            COHORT_TEXT + " P-SECRET-78,2020-04-01,control\n",
            ["cohort.csv", "unique", "1 such pair", "row 2"],
        ),
        (
            COHORT_TEXT.replace("2020-", "2030-"),
            ["cohort.csv", "2 of 2", "index_not_after_extract"],
        ),
        (
            COHORT_TEXT.replace("arm", "net_sick_days_12m"),
            ["cohort.csv", "`net_sick_days_12m`", "name of a result"],
        ),
        (
            COHORT_TEXT.replace("arm", "full_rtw_28d_status"),
            ["cohort.csv", "`full_rtw_28d_status`", "name of a result"],
        ),
    ],
)
def test_a_cohort_that_cannot_be_used_stops_the_run(study, text, words):
    study.write(cohort=text)
    study.assert_refused(4, *words)


# Parquet files.


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        pytest.param(
            SPELLS.with_columns(pl.lit(True).alias("end_date")), ["end_date"], id="true dates"
        ),
        pytest.param(SPELLS.cast({"extent": pl.Boolean}), ["extent"], id="true extent"),
        pytest.param(
            SPELLS.cast({"start_date": pl.Datetime("us", "UTC")}), ["start_date"], id="time zone"
        ),
        pytest.param(with_column("person_id", [1.0, 1.0, 2.5]), ["person_id"], id="float ids"),
        pytest.param(with_column("benefit", [True, False, True]), ["benefit"], id="true benefit"),
        pytest.param(SPELLS.with_columns(pl.concat_list("benefit")), ["benefit"], id="lists"),
    ],
)
def test_a_typed_file_with_a_wrong_type_stops_the_run(study, frame, words):
    study.with_spells("spells.parquet", frame)
    study.assert_refused(4, "spells.parquet", "wrong type", *words)


@pytest.mark.parametrize("name", SPELLS.columns[:5])
def test_a_column_that_holds_nothing_at_all_stops_the_run(study, name):
    table = SPELLS.to_arrow()
    place = table.column_names.index(name)
    study.with_spells("spells.parquet", as_parquet(table.set_column(place, name, pa.nulls(3))))
    study.assert_refused(4, "spells.parquet", name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(JUNK, ["cannot be read", "Parquet"], id="junk"),
        pytest.param(TEXT.encode(), ["cannot be read", "Parquet"], id="text"),
        pytest.param(b"", ["empty"], id="empty"),
        pytest.param(as_parquet(SPELLS.head(0)), ["no rows"], id="no rows"),
        pytest.param(as_parquet(SPELLS.drop("extent")), ["`extent`", "missing"], id="no extent"),
        pytest.param(
            as_parquet(
                SPELLS.cast({"start_date": pl.Datetime("us")}).with_columns(
                    pl.col("start_date").dt.offset_by("9h")
                )
            ),
            ["3 of 3", "time_of_day_in_start_date", "the cell has a time of day"],
            id="not at midnight",
        ),
        pytest.param(
            as_parquet(with_column("benefit", ["SECRETCODE"] * 3)),
            ["`benefit`", "1 unknown code on 3 rows"],
            id="unknown benefit",
        ),
        *(
            pytest.param(PARQUET[:end], ["cannot be read"], id=f"cut at {end}")
            for end in random.Random(3).sample(range(1, len(PARQUET)), 10)
        ),
    ],
)
def test_a_parquet_file_that_cannot_be_used_stops_the_run(study, content, words):
    study.with_spells("spells.parquet", content)
    study.assert_refused(4, "spells.parquet", *words)


def test_a_broken_part_of_a_folder_is_named(study):
    study.put("parts/1.parquet", SPELLS).put("parts/2.parquet", PARQUET[:500])
    study.put("study.yaml", study.path.read_text().replace("spells.csv", "parts"))
    study.assert_refused(4, "2.parquet")


# Paths.


@pytest.mark.parametrize("name", ["spells.ods", "spells.gz", "spells", "spells.xls"])
def test_a_file_with_an_unknown_ending_is_told_with_the_known_ones(study, name):
    study.with_spells(name, TEXT)
    study.assert_refused(4, name, ".csv", ".parquet")


@pytest.mark.parametrize("name", ["SPELLS.CSV", "Spells.Tsv", "SPELLS.PARQUET"])
def test_endings_may_be_capitals(study, name):
    content = PARQUET if name.endswith("PARQUET") else TEXT
    study.with_spells(
        name, content if name.endswith(("CSV", "PARQUET")) else TEXT.replace(",", "\t")
    )
    study.assert_runs()


@pytest.mark.parametrize(
    "path",
    [
        "gone.csv",
        "gone/*.parquet",
        "/gone/spells.csv",
        "/gone/*.parquet",
        "x" * 300 + ".csv",
        "[.csv",
    ],
)
def test_a_path_without_a_file_is_told_with_its_line(study, path):
    study.put("study.yaml", study.path.read_text().replace("spells.csv", f"'{path}'"))
    study.assert_refused(3, "study.yaml:4", "spells", path[:50])


@pytest.mark.parametrize("folder", ["empty", "with-notes"])
def test_a_folder_without_files_is_told(study, folder):
    study.put("with-notes/1.md", TEXT)
    (study.folder / "empty").mkdir()
    study.put("study.yaml", study.path.read_text().replace("spells.csv", folder))
    study.assert_refused(4, folder, ".parquet")


def test_only_the_named_file_is_read_when_its_name_looks_like_a_pattern(study):
    expected = study.outcomes()
    study.put("spells1.csv", TEXT.replace(",50,", ",25,"))
    study.with_spells("spells?.csv", TEXT)
    study.assert_runs()
    assert study.outcomes().equals(expected)
    assert study.rejected().height == 0


# Validation stops where a run would stop.


@pytest.mark.parametrize("spells", ["", HEADER, TEXT.replace("extent", "share"), JUNK])
def test_validate_stops_for_the_same_files(study, rtw, spells):
    study.write(spells=spells)
    run, validated = study.run(), rtw("validate", study.path)
    assert (validated.status, validated.err) == (run.status, run.err)
    assert validated.out == ""


def test_validate_prints_rule_count_share_and_where_to_look(study, rtw):
    study.write(spells=TEXT + "P-SECRET-77,2020-05-01,2020-05-02,0,sickness_benefit,F99SECRET\n")
    finished = rtw("validate", study.path)
    assert finished.status == 4
    assert "SECRET" not in finished.said
    for word in (
        "spells.csv",
        "4 rows",
        "3 used",
        "1 faulty",
        "extent_above_0",
        "25.00 percent",
        "row 4",
        "cohort",
    ):
        assert word in finished.out


def test_validate_writes_nothing(study, rtw):
    before = sorted(study.folder.rglob("*"))
    assert rtw("validate", study.path).status == 0
    assert sorted(study.folder.rglob("*")) == before


def test_a_file_that_may_not_be_read_is_told(study, script, without_root):
    (study.folder / "spells.csv").chmod(0)
    finished = subprocess.run(
        [*without_root, script, "run", study.path, "--out", study.out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode in (3, 4, 5)
    assert finished.stderr.startswith("rtw: ")
    assert "spells.csv" in finished.stderr
    assert "ermission" in finished.stderr


def test_all_that_is_wrong_with_the_delivery_is_told_at_once(study):
    study.put("deaths.csv", "person_id,day\nP-SECRET-77,2020-01-01\n")
    study.write(
        spells="person_id,start_date,extent,benefit\nP-SECRET-77,2020-01-01,100,sickness_benefit\n",
        cohort="person_id,index\nP-SECRET-77,2020-01-01\n",
        study=study.path.read_text() + "exits: [{file: deaths.csv, reason: death}]\n",
    )
    study.assert_refused(4, "`end_date` is missing", "`index_date` is missing", "`date` is missing")


def test_a_header_of_another_register_is_known(study):
    header = "LOPNR,DELFORMAN1_KOD,DELFORMAN2_KOD,OMFATTNING,DEL_FROM_DATUM,DEL_TOM_DATUM\n"
    study.write(spells=header + "77,a,,0.5,2020-01-01,2020-01-31\n")
    study.assert_refused(4, "columns of `midas`: write `register: midas`")


def test_the_row_of_a_text_file_is_told_as_an_editor_counts_it(study):
    study.write(spells=(study.folder / "spells.csv").read_text().replace("2020-04-10", "SECRET"))
    study.assert_refused(4, "row 3 (line 4)")


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("spells.rds", "write.csv(row.names = FALSE"),
        ("spells.xls", ".xlsx"),
        ("spells.bin", "PROC EXPORT"),
    ],
)
def test_a_file_of_another_program_is_told_with_a_way_out(study, name, way_out):
    study.with_spells(name, b"x").assert_refused(4, "not a file that can be read", way_out)
