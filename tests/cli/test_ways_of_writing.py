"""One delivery written in many ways gives one result, or the run stops and asks."""

import gzip
import io
import zipfile
from datetime import date, timedelta

import polars as pl
import pyarrow as pa
import pytest

from tests.intake_readers.workbooks import write_workbook

EPOCH = date(1960, 1, 1)
SPELLS = pl.DataFrame(
    {
        "person_id": [77, 77, 78, 78, 79],
        "start_date": [
            date(2019, 11, 13),
            date(2020, 2, 1),
            date(2020, 4, 1),
            date(2020, 10, 1),
            date(2020, 5, 31),
        ],
        "end_date": [
            date(2020, 1, 31),
            date(2020, 2, 29),
            date(2020, 4, 10),
            date(2020, 12, 31),
            date(2020, 6, 30),
        ],
        "extent": [100.0, 62.5, 50.0, 100.0, 25.0],
        "benefit": ["sickness_benefit"] * 5,
        "Län": ["Örebro", "Skåne", "Örebro", "Skåne", "Västmanland"],
    }
)
COHORT = pl.DataFrame(
    {
        "person_id": [77, 78, 79],
        "index_date": [date(2020, 1, 1), date(2020, 4, 1), date(2020, 6, 1)],
        "censor_date": [None, date(2020, 11, 30), None],
        "censor_reason": [None, "death", None],
        "arm": ["treated", "control", "treated"],
    }
)
TEXT, COHORT_TEXT = SPELLS.write_csv(), COHORT.write_csv()
DATES = ("start_date", "end_date")


def written(form):
    return SPELLS.with_columns(pl.col(DATES).dt.strftime(form)).write_csv()


def in_extents(form):
    extents = [form.format(extent) for extent in SPELLS["extent"]]
    return SPELLS.with_columns(extent=pl.Series(extents)).write_csv()


def as_zip(text, beside=(), name="inside.csv"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in {name: text, **dict(beside)}.items():
            archive.writestr(path, content)
    return file.getvalue()


def as_file(write, frame=SPELLS):
    file = io.BytesIO()
    write(frame, file)
    return file.getvalue()


def since_1960(frame, *columns):
    return frame.with_columns((pl.col(columns) - EPOCH).dt.total_days()).write_csv()


COMMA = SPELLS.write_csv(separator=";").replace("62.5", "62,5").replace(".0;", ",0;")

# The name of the file, what is in it, what the study says besides, and what the analyst is told.
WAYS = {
    "csv": ("s.csv", TEXT, "", ""),
    "Parquet": ("s.parquet", SPELLS, "", ""),
    "Feather": ("s.feather", as_file(pl.DataFrame.write_ipc), "", ""),
    "tabs": ("s.tsv", TEXT.replace(",", "\t"), "", ""),
    "bars": ("s.txt", TEXT.replace(",", "|"), "", "separator `|`"),
    "a said separator": (
        "s.txt",
        TEXT.replace(",", "#"),
        "spells: [{file: s.txt, format: {separator: '#'}}]",
        "",
    ),
    "decimal comma": ("s.csv", COMMA, "", "`extent` as decimal comma"),
    "a said decimal comma": ("s.csv", COMMA, "format: {decimal: ','}", "read as separator `;`"),
    "YYYYMMDD": ("s.csv", written("%Y%m%d"), "", "`start_date`, `end_date` as yyyymmdd"),
    "DD.MM.YYYY": ("s.csv", written("%d.%m.%Y"), "", "as dd.mm.yyyy"),
    "D.M.YYYY": ("s.csv", written("%-d.%-m.%Y"), "", "as dd.mm.yyyy"),
    "YYYY/MM/DD": ("s.csv", written("%Y/%m/%d"), "", "as yyyy/mm/dd"),
    "YYYY.MM.DD": ("s.csv", written("%Y.%m.%d"), "", "as yyyy.mm.dd"),
    "DD-MM-YYYY": ("s.csv", written("%d-%m-%Y"), "", "`end_date` as dd-mm-yyyy"),
    "MM-DD-YYYY": ("s.csv", written("%m-%d-%Y"), "", "`end_date` as mm-dd-yyyy"),
    "DD/MM/YYYY": ("s.csv", written("%d/%m/%Y"), "", "`end_date` as dd/mm/yyyy"),
    "M/D/YYYY": ("s.csv", written("%-m/%-d/%Y"), "", "`end_date` as mm/dd/yyyy"),
    "a said day first": (
        "s.csv",
        written("%d/%m/%Y"),
        "spells: [{file: s.csv, format: {dates: dd/mm/yyyy}}]",
        "",
    ),
    "DDMONYYYY": ("s.csv", written("%d%b%Y"), "", "as ddmonyyyy"),
    "Swedish months": (
        "s.csv",
        written("%d%b%Y").replace("May", "MAJ").replace("Oct", "OKT"),
        "",
        "as ddmonyyyy",
    ),
    "midnight": ("s.csv", written("%Y-%m-%d 00:00:00"), "", "as datetime"),
    "SAS dates with a time": ("s.csv", written("%d%b%Y:00:00:00"), "", "as ddmonyyyy"),
    "said SAS dates with a time": (
        "s.csv",
        written("%d%b%Y:00:00:00"),
        "spells: [{file: s.csv, format: {dates: datetime}}]",
        "",
    ),
    "numbers YYYYMMDD": (
        "s.parquet",
        SPELLS.with_columns(pl.col(DATES).dt.strftime("%Y%m%d").cast(pl.Int32)),
        "",
        "as yyyymmdd",
    ),
    "text dates in Parquet": (
        "s.parquet",
        SPELLS.with_columns(pl.col(DATES).dt.strftime("%Y-%m-%d")),
        "",
        "",
    ),
    "floats as ids": ("s.parquet", SPELLS.cast({"person_id": pl.Float64}), "", ""),
    "days since 1960": (
        "s.csv",
        since_1960(SPELLS, *DATES),
        "spells: [{file: s.csv, format: {dates: sas_days}}]",
        "",
    ),
    "shares": (
        "s.csv",
        SPELLS.with_columns(pl.col("extent") / 100).write_csv(),
        "format: {extent_unit: fraction}",
        "",
    ),
    "hours": (
        "s.csv",
        SPELLS.with_columns(pl.col("extent") * 0.4, full=pl.lit(40)).write_csv(),
        "format: {extent_unit: {hours_of: full}}",
        "",
    ),
    "percent signs": ("s.csv", in_extents("{:g} %"), "", "`extent` as percent sign"),
    "percent signs behind a decimal comma": (
        "s.csv",
        in_extents("{:g}%").replace(",", ";").replace("62.5", "62,5"),
        "",
        "`extent` as decimal comma and percent sign",
    ),
    "exponents": ("s.csv", in_extents("{:.3e}"), "", ""),
    "hours with a decimal comma": (
        "s.csv",
        SPELLS.with_columns(pl.col("extent") * 0.375, full=pl.lit(37.5))
        .write_csv(separator=";")
        .replace(".", ","),
        "format: {extent_unit: {hours_of: full}}",
        "`extent` as decimal comma",
    ),
    "the day after": (
        "s.csv",
        SPELLS.with_columns(pl.col("end_date") + timedelta(days=1)).write_csv(),
        "format: {end_is: first_day_after}",
        "",
    ),
    "a mark of UTF-8": ("s.csv", "\ufeff" + TEXT, "", ""),
    "UTF-16": ("s.csv", TEXT.encode("utf-16"), "", "read as utf-16"),
    "UTF-16 without a mark": ("s.csv", TEXT.encode("utf-16-le"), "", "read as utf-16"),
    "UTF-16 with the first byte first": ("s.csv", TEXT.encode("utf-16-be"), "", "read as utf-16"),
    "a said UTF-16 without a mark": (
        "s.csv",
        TEXT.encode("utf-16-be"),
        "spells: [{file: s.csv, format: {encoding: utf-16}}]",
        "",
    ),
    "Windows-1252": ("s.csv", TEXT.encode("cp1252"), "", "read as cp1252"),
    "Latin-1": ("s.csv", TEXT.encode("latin-1"), "format: {encoding: latin-1}", ""),
    "DOS": ("s.csv", TEXT.encode("cp865"), "", "read as cp850"),
    "line ends of Windows": ("s.csv", TEXT.replace("\n", "\r\n"), "", ""),
    "line ends of the first Macintosh": ("s.csv", TEXT.replace("\n", "\r"), "", ""),
    "the end of a file of DOS": ("s.csv", TEXT + "\x1a", "", ""),
    "the first line of Excel": (
        "s.csv",
        "sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n"),
        "",
        "separator `;`",
    ),
    "gzip without its name": ("s.csv", gzip.compress(TEXT.encode()), "", ""),
    "zstd without its name": ("s.csv", pa.compress(TEXT.encode(), "zstd", asbytes=True), "", ""),
    "gzip": ("s.csv.gz", gzip.compress(TEXT.encode()), "", ""),
    "zstd": ("s.csv.zst", pa.compress(TEXT.encode(), "zstd", asbytes=True), "", ""),
    "zip": ("s.csv.zip", as_zip(TEXT), "", ""),
    "zip without the ending of text": ("s.zip", as_zip(TEXT), "", ""),
    "zip of a Macintosh": (
        "s.csv.zip",
        as_zip(TEXT, {"__MACOSX/._inside.csv": "x", ".DS_Store": "x", "folder/": ""}),
        "",
        "",
    ),
    "zip in Windows-1252": ("s.csv.zip", as_zip(TEXT.encode("cp1252")), "", "read as cp1252"),
}


@pytest.fixture(scope="module")
def expected(make_study):
    return make_study().outcomes_of(spells=TEXT, cohort=COHORT_TEXT)


def run(study, name, content, said="", cohort=COHORT_TEXT):
    study.put(name, content).write(cohort=cohort)
    text = study.path.read_text().replace("spells: spells.csv\n", "")
    spells = "" if said.startswith("spells") else f"spells: {name}\n"
    study.write(study=f"{text}{spells}{said}\n")
    return study.assert_runs()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_gives_the_same_results(study, expected, way):
    name, content, said, told = WAYS[way]
    finished = run(study, name, content, said)
    assert study.outcomes().equals(expected)
    assert study.rejected().height == 0
    assert told in finished.err
    assert told or "read as" not in finished.err


def test_statistical_packages_give_the_same_results(study, expected, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    for write, ending in ((pyreadstat.write_sav, "sav"), (pyreadstat.write_dta, "dta")):
        write(SPELLS.rename({"Län": "lan"}), str(tmp_path / f"s.{ending}"))
        study.write(study=study.path.read_text())
        run(study, f"s.{ending}", (tmp_path / f"s.{ending}").read_bytes())
        assert study.outcomes().equals(expected)
        study.write(
            study=study.path.read_text().replace(f"spells: s.{ending}", "spells: spells.csv")
        )


def test_sources_may_be_written_in_different_ways(study, expected):
    study.put("a.parquet", SPELLS[:2])
    dates = pl.col(DATES).dt.strftime("%Y%m%d")
    later = SPELLS[2:].with_columns(dates, pl.col("extent") / 100).rename({"person_id": "PNR"})
    study.put("b.csv", later.write_csv())
    sources = (
        "spells:\n  - a.parquet\n"
        "  - {file: b.csv, columns: {person_id: PNR}, format: {extent_unit: fraction}}\n"
    )
    text = study.path.read_text().replace("spells: spells.csv\n", sources)
    study.write(study=text, cohort=COHORT_TEXT).assert_runs()
    assert study.outcomes().equals(expected)


ONGOING = SPELLS.with_columns(
    pl.when(pl.int_range(5) == 4).then(None).otherwise(pl.col("end_date")).alias("end_date")
)


@pytest.fixture(scope="module")
def until_the_end(make_study):
    """The results where the last row goes on to the end of the extract."""
    study = make_study()
    last = pl.when(pl.int_range(5) == 4).then(date(2021, 12, 31)).otherwise(pl.col("end_date"))
    study.write(spells=SPELLS.with_columns(last.alias("end_date")).write_csv(), cohort=COHORT_TEXT)
    study.assert_runs()
    return study.outcomes()


@pytest.mark.parametrize("mark", ["", "NA", ".", "NULL"])
def test_an_open_end_is_asked_for_and_then_goes_on_to_the_end(study, until_the_end, mark):
    text = ONGOING.write_csv(null_value=mark)
    study.write(spells=text, cohort=COHORT_TEXT)
    study.assert_refused(4, "1 row has no end", "`end_date`", "open_end: ongoing")
    study.write(study=study.path.read_text() + "format: {open_end: ongoing}\n").assert_runs()
    assert study.outcomes().equals(until_the_end)


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-29", "9000-01-01"])
def test_an_end_in_a_year_that_nobody_lives_to_see_is_open(study, until_the_end, day):
    study.write(spells=ONGOING.write_csv(null_value=day), cohort=COHORT_TEXT).assert_runs()
    assert study.outcomes().equals(until_the_end)


def test_an_end_that_is_not_known_is_a_fault_where_the_study_says_so(study):
    study.write(spells=ONGOING.write_csv(), cohort=COHORT_TEXT)
    said = "format: {open_end: faulty}\n"
    study.write(study=study.path.read_text() + said).assert_refused(4, "missing_end_date")
    study.write(study=study.path.read_text() + "tolerate: 50 percent\n").assert_runs()
    assert study.outcomes()["rejected_rows"].to_list() == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SPELLS.with_columns(pl.col("extent") / 100).write_csv(), ["no extent", "extent_unit"]),
        (
            since_1960(SPELLS, *DATES),
            [
                "`start_date`, `end_date` count",
                "{dates: sas_days}` or `format: {dates: excel}`",
                "epoch_days",
            ],
        ),
        (written("%d%m%Y"), ["5 of 5", "year of four digits, such as 2019-03-31"]),
        (written("%d.%m.%y"), ["5 of 5", "year of four digits, such as 2019-03-31"]),
        (
            written("%d/%m/%Y").replace("13/11/2019", "12/11/2019").replace("31/05", "01/05"),
            ["5 like dd/mm/yyyy or mm/dd/yyyy", "`start_date`", "no number above 12"],
        ),
        (
            written("%d-%m-%Y").replace("13-11-2019", "11-13-2019"),
            ["`start_date`", "1 like dd-mm-yyyy, 1 like mm-dd-yyyy", "the day or the month"],
        ),
        (
            written("%m/%d/%Y").replace("02/29/2020", "2020-02-29"),
            ["dates: [iso, mm/dd/yyyy]", "4 like mm/dd/yyyy, 1 like iso"],
        ),
        (
            SPELLS.with_columns(pl.col("start_date").dt.strftime("1/%-m/%Y")).write_csv(),
            ["`format: {dates: [iso, dd/mm/yyyy]}` or `format: {dates: [iso, mm/dd/yyyy]}`"],
        ),
        (
            SPELLS.with_columns(
                pl.col("start_date").dt.strftime("1/%-m/%Y"),
                pl.col("end_date").dt.strftime("%d/%m/%Y"),
            ).write_csv(),
            ["`format: {dates: dd/mm/yyyy}`, or write these dates in another form"],
        ),
        (
            written("%d.%m.%Y").replace("29.02.2020", "29.02.2020 14:30"),
            [
                "1 of 5 rows",
                "time_of_day_in_end_date",
                "Give the dates in `end_date` without a time",
            ],
        ),
        (
            written("%Y-%m-%d 00:00:00").replace("2020-05-31 00:", "2020-05-31 08:"),
            ["1 of 5 rows", "`time_of_day_in_start_date`", "the cell has a time of day"],
        ),
        (
            written("%Y-%m-%dT00:00:00+02:00"),
            ["5 of 5 rows", "`time_of_day_in_start_date`", "or a time zone, such as 2019-03-31"],
        ),
        (
            in_extents("{:g} %").replace("62.5 %", "62.5"),
            ["4 like percent sign", "Give the numbers in `extent` without percent signs"],
        ),
        (written("%Y-%m-%d").replace("2020-02-29", "20200229"), ["dates: [iso, yyyymmdd]"]),
        (TEXT.replace("62.5", '"62,5"'), ["decimal", "unreadable_extent", "1 of 5 rows"]),
        (TEXT.replace(",", ";", 5).replace("id;", "id,", 1), ["spells.csv"]),
        (TEXT.encode("cp1252") + "79;€".encode("cp1252"), ["encoding"]),
    ],
)
def test_what_could_mean_two_things_is_asked_for(study, text, words):
    study.write(spells=text, cohort=COHORT_TEXT)
    study.assert_refused(4, *words)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.csv.gz", gzip.compress(TEXT.encode())[:-20], ["compressed file cannot be read"]),
        ("s.csv.zst", pa.compress(TEXT.encode(), "zstd", asbytes=True)[:-9], ["cannot be read"]),
        ("s.csv.zip", as_zip(TEXT)[:-30], ["zip file cannot be read"]),
        ("s.csv.gz", TEXT.encode(), ["compressed file cannot be read"]),
        ("s.zip", as_zip(TEXT, {"b.csv": TEXT}), ["not one text file", "Unpack several"]),
        ("s.zip", as_zip(TEXT, name="s.parquet"), ["not one text file", "name the file"]),
        ("s.csv", as_zip(TEXT, {"[Content_Types].xml": ""}), ["workbook of Excel", ".xlsx"]),
        ("s.feather", b"FEA1" + TEXT.encode(), ["Feather of version 1", "Parquet"]),
        ("s.feather", as_file(pl.DataFrame.write_ipc)[:-100], ["cannot be read"]),
    ],
)
def test_a_broken_file_is_told_and_no_row_is_lost(study, name, content, words):
    study.put(name, content).write(cohort=COHORT_TEXT)
    study.write(study=study.path.read_text().replace("spells.csv", name))
    study.assert_refused(4, name, *words)


def test_a_row_below_the_first_line_of_excel_is_told_as_an_editor_counts_it(study):
    text = "sep=,\n" + TEXT.replace("62.5", "x")
    study.write(spells=text, cohort=COHORT_TEXT)
    study.assert_refused(4, "row 2 (line 4)")
    study.write(spells=text.replace(",x,", ",")).assert_refused(4, "spells.csv:4", "fewer cells")


def test_a_text_that_does_not_show_its_order_of_bytes_is_no_utf_16(study):
    study.write(cohort=COHORT_TEXT, spells=TEXT.encode("cp1252"))
    study.write(study=study.path.read_text() + "format: {encoding: utf-16}\n")
    study.assert_refused(4, "the text is not utf-16")


def test_marks_of_missing_dates_in_a_workbook_are_empty_cells(study, expected):
    rows = [COHORT.columns, *COHORT.rows()]
    rows = [["NA" if cell is None else cell for cell in row] for row in rows]
    write_workbook(study.folder / "cohort.xlsx", {"Cohort": rows})
    study.write(spells=TEXT, study=study.path.read_text().replace("cohort.csv", "cohort.xlsx"))
    study.assert_runs()
    assert study.outcomes().equals(expected)


@pytest.mark.parametrize("mark", ["-", "9999-99-99", "99999999", "0", "<NA>", "nan", "#N/A"])
def test_a_known_mark_of_an_open_end_is_named(study, until_the_end, mark):
    study.write(spells=ONGOING.write_csv(null_value=mark), cohort=COHORT_TEXT)
    key = f'format: {{missing: ["", "{mark}"], open_end: ongoing}}'
    study.assert_refused(4, f"`{mark}` stands for an empty cell", f"`{key}`")
    study.write(study=study.path.read_text() + f"{key}\n").assert_runs()
    assert study.outcomes().equals(until_the_end)


def test_known_marks_of_empty_cells_are_named_beside_the_usual_ones_that_are_there(study):
    text = TEXT.replace("62.5", "n/a").replace("25.0", "NA")
    study.write(spells=text, cohort=COHORT_TEXT)
    study.assert_refused(4, "unreadable_extent", '`format: {missing: ["", "NA", "n/a"]}`')


def test_a_text_that_could_be_a_value_is_not_shown(study):
    study.write(spells=ONGOING.write_csv(null_value="SECRET"), cohort=COHORT_TEXT)
    study.assert_refused(4, "a text in `end_date`", 'missing: ["", "..."], open_end: ongoing')


def test_marks_do_not_hide_the_form_of_the_other_cells(study):
    text = ONGOING.with_columns(pl.col(DATES).dt.strftime("%d%m%Y")).write_csv(null_value="-")
    study.write(spells=text, cohort=COHORT_TEXT)
    study.assert_refused(4, 'missing: ["", "-"]', "are needed in `start_date`, `end_date`")


def test_day_first_and_month_first_are_not_said_together(study):
    said = study.path.read_text() + "format: {dates: [dd/mm/yyyy, mm/dd/yyyy]}\n"
    study.write(study=said).assert_refused(3, "read the same cells", "name one of them")


def test_ids_with_an_exponent_stay_as_they_are(study):
    spells = TEXT.replace("77,", "1e5,").replace("78,", "1E05,")
    cohort = COHORT_TEXT.replace("77,", "1e5,").replace("78,", "1E05,")
    study.write(spells=spells, cohort=cohort).assert_runs()
    assert study.outcomes()["person_id"].to_list() == ["1e5", "1E05", "79"]


def test_a_number_of_days_with_an_exponent_is_no_date(study):
    days = (pl.col(DATES) - EPOCH).dt.total_days()
    text = SPELLS.with_columns(days).cast({"start_date": pl.Float64}).write_csv()
    study.write(spells=text.replace("21866.0", "2.1866e4"), cohort=COHORT_TEXT)
    said = study.path.read_text() + "cohort: {file: cohort.csv, format: {dates: iso}}\n"
    said = said.replace("cohort: cohort.csv\n", "") + "format: {dates: sas_days}\n"
    study.write(study=said).assert_refused(4, "1 of 5 rows", "unreadable_start_date")
