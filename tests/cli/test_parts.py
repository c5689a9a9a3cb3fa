"""The files of one source are one table, however each of them is written; or the run stops and says why."""

import polars as pl
import pytest

from tests.cli.test_ways_of_writing import COHORT, COHORT_TEXT, DATES, SPELLS, TEXT

FIRST, SECOND = SPELLS[:2], SPELLS[2:]


def dates(form, kind=pl.String):
    return pl.col(DATES).dt.strftime(form).cast(kind)


# How the second file is written where the first has dates, whole numbers as ids and floats; what the study
# says besides, and what the analyst is told.
SECOND_PARTS = {
    "numbers yyyymmdd": (SECOND.with_columns(dates("%Y%m%d", pl.Int64)), "", "iso and yyyymmdd"),
    "floats yyyymmdd": (SECOND.with_columns(dates("%Y%m%d", pl.Float64)), "", "iso and yyyymmdd"),
    "text iso": (SECOND.with_columns(dates("%Y-%m-%d")), "", ""),
    "text dd.mm.yyyy": (SECOND.with_columns(dates("%d.%m.%Y")), "", "iso and dd.mm.yyyy"),
    "text dd/mm/yyyy": (SECOND.with_columns(dates("%d/%m/%Y")), "", "iso and dd/mm/yyyy"),
    "times": (SECOND.with_columns(pl.col(DATES).cast(pl.Datetime("ms"))), "", ""),
    "nanoseconds": (SECOND.with_columns(pl.col(DATES).cast(pl.Datetime("ns"))), "", ""),
    "days since 1960": (
        SECOND.with_columns((pl.col(DATES) - pl.date(1960, 1, 1)).dt.total_days()),
        "dates: sas_days",
        "",
    ),
    "text ids": (SECOND.cast({"person_id": pl.String}), "", ""),
    "float ids": (SECOND.cast({"person_id": pl.Float64}), "", ""),
    "whole extents": (SECOND.cast({"extent": pl.Int8}), "", ""),
    "text extents": (SECOND.cast({"extent": pl.String}), "", ""),
    "another order": (SECOND.select(SECOND.columns[::-1]), "", ""),
    "capitals": (SECOND.rename(str.upper), "", ""),
    "no column that nobody needs": (SECOND.drop("Län"), "", "empty there: `Län` in 1 file"),
    "a column of nothing": (SECOND.with_columns(pl.lit(None).alias("Län")), "", ""),
    "another column": (SECOND.with_columns(more=1), "", "empty there: `more` in 1 file"),
}


@pytest.fixture(scope="module")
def expected(make_study):
    return make_study().outcomes_of(spells=TEXT, cohort=COHORT_TEXT)


def deliver(study, first, second, said="", ending="parquet"):
    for number, part in enumerate((first, second)):
        content = part if ending == "parquet" else part.write_csv()
        study.put(f"part_{number}.{ending}", content)
    source = f"[{{file: 'part_*.{ending}', format: {{{said}}}}}]"
    text = study.path.read_text().replace("spells.csv", source)
    return study.write(study=text, cohort=COHORT_TEXT)


@pytest.mark.parametrize("way", SECOND_PARTS)
def test_parts_that_can_be_read_alone_are_read_together(study, expected, way):
    second, said, told = SECOND_PARTS[way]
    finished = deliver(study, FIRST, second, said).assert_runs()
    assert study.outcomes().equals(expected)
    assert study.rejected().height == 0
    assert told in finished.err


@pytest.mark.parametrize(
    "way",
    [
        "numbers yyyymmdd",
        "text dd.mm.yyyy",
        "text dd/mm/yyyy",
        "another order",
        "capitals",
        "no column that nobody needs",
        "another column",
    ],
)
def test_parts_of_text_are_read_together_too(study, expected, way):
    second, said, told = SECOND_PARTS[way]
    finished = deliver(study, FIRST, second, said, ending="csv").assert_runs()
    assert study.outcomes().equals(expected)
    assert told in finished.err


def test_ids_that_are_no_whole_numbers_are_refused_in_one_part_too(study):
    second = SECOND.with_columns(pl.col("person_id") + 0.5)
    deliver(study, FIRST.cast({"person_id": pl.String}), second)
    study.assert_refused(4, "`person_id` has the wrong type", "double")


def test_a_part_without_a_column_that_is_read_stops_the_run(study):
    deliver(study, FIRST, SECOND.drop("extent"))
    study.assert_refused(4, "part_1.parquet", "no column `extent`", "list of sources")


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_part_of_the_cohort_without_the_exits_stops_the_run(study, ending):
    """Nobody of that part would leave, and the others would."""
    for number, part in enumerate((COHORT[:2], COHORT[2:].drop("censor_date"))):
        study.put(f"c_{number}.{ending}", part if ending == "parquet" else part.write_csv())
    study.write(study=study.path.read_text().replace("cohort.csv", f"'c_*.{ending}'"))
    study.assert_refused(4, f"c_1.{ending}", "no column `censor_date`", "empty cells")


def test_parts_with_different_decimal_separators_are_told_as_that(study):
    first, second = FIRST.write_csv(separator=";"), SECOND.write_csv(separator=";")
    first = first.replace("62.5", "62,5").replace(".0;", ",0;")
    study.put("part_0.csv", first).put("part_1.csv", second)
    study.write(study=study.path.read_text().replace("spells.csv", "'part_*.csv'"))
    study.assert_refused(4, "a decimal comma in some files", "list of sources")


def test_a_part_of_whole_numbers_has_no_decimal_separator(study, expected):
    first, second = FIRST.write_csv(separator=";"), SECOND.cast({"extent": pl.Int8})
    study.put("part_0.csv", first.replace("62.5", "62,5").replace(".0;", ",0;"))
    study.put("part_1.csv", second.write_csv(separator=";"))
    study.write(study=study.path.read_text().replace("spells.csv", "'part_*.csv'"))
    study.write(cohort=COHORT_TEXT).assert_runs()
    assert study.outcomes().equals(expected)
    text = second.write_csv(separator=";").replace(";50;", ";n/a;")
    finished = study.put("part_1.csv", text).assert_refused(4, "`n/a` stands for an empty cell")
    assert "list of sources" not in finished.err


def slashes(frame, form):
    return frame.with_columns(dates(form)).write_csv()


def deliver_texts(study, *texts):
    for number, text in enumerate(texts):
        study.put(f"part_{number}.csv", text)
    source = "[{file: 'part_*.csv', format: {}}]"
    text = study.path.read_text().replace("spells.csv", source)
    return study.write(study=text, cohort=COHORT_TEXT)


DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
IN_DOUBT = SECOND[:1]  # no day above 12


def test_a_file_that_shows_the_day_first_and_one_that_shows_the_month_first_are_read(
    study, expected
):
    deliver_texts(study, slashes(FIRST, DAY_FIRST), slashes(SECOND, MONTH_FIRST))
    finished = study.assert_runs()
    assert study.outcomes().equals(expected)
    assert "as dd/mm/yyyy and mm/dd/yyyy, each file in its own form" in finished.err


def test_a_file_that_does_not_show_the_day_is_asked_about_although_another_one_does(
    study, expected
):
    first = slashes(pl.concat([FIRST, SECOND[1:]]), DAY_FIRST)
    deliver_texts(study, first, slashes(IN_DOUBT, DAY_FIRST)).assert_refused(
        4,
        "1 like dd/mm/yyyy or mm/dd/yyyy",
        "in part_1.csv",
        "`format: {dates: dd/mm/yyyy}`, or name the files as a list of sources",
    )
    said = study.path.read_text().replace("format: {}", "format: {dates: dd/mm/yyyy}")
    study.write(study=said).assert_runs()
    assert study.outcomes().equals(expected)


def test_files_that_do_not_show_the_day_are_asked_about_together(study):
    deliver_texts(study, slashes(IN_DOUBT, DAY_FIRST), slashes(IN_DOUBT, DAY_FIRST)).assert_refused(
        4,
        "2 like dd/mm/yyyy or mm/dd/yyyy",
        "in part_0.csv and 1 other file",
        "`format: {dates: dd/mm/yyyy}` or `format: {dates: mm/dd/yyyy}`",
        "Where the files differ",
    )


def test_no_order_is_offered_for_all_files_where_they_show_different_ones(study):
    first, second = slashes(FIRST, DAY_FIRST), slashes(SECOND, MONTH_FIRST)
    deliver_texts(study, first, second, slashes(IN_DOUBT, DAY_FIRST))
    words = ["in part_2.csv", "Some files have the day first", "list of sources"]
    assert "dates:" not in study.assert_refused(4, *words).err
    two_forms = first.replace("29/02/2020", "2020-02-29")
    deliver_texts(study, two_forms, second).put("part_2.csv", second)
    words = ["unreadable_", "Some files have the day first", "list of sources"]
    assert "dates:" not in study.assert_refused(4, *words).err
    said = study.path.read_text().replace("format: {}", "format: {dates: dd/mm/yyyy}")
    study.put("part_0.csv", first).write(study=said).assert_refused(4, *words)


def test_a_cohort_in_doubt_is_one_source(study):
    for number, form in enumerate((DAY_FIRST, DAY_FIRST)):
        part = (COHORT[:2], COHORT[2:])[number]
        text = part.with_columns(pl.col("index_date", "censor_date").dt.strftime(form)).write_csv()
        study.put(f"c_{number}.csv", text)
    study.write(spells=TEXT, study=study.path.read_text().replace("cohort.csv", "'c_*.csv'"))
    finished = study.assert_refused(4, "`index_date`", "in c_0.csv and 1 other file", "Say which")
    assert "list of sources" not in finished.err


def test_two_forms_in_one_part_are_asked_for(study):
    second = pl.concat(
        [SECOND[:1].with_columns(dates("%Y%m%d")), SECOND[1:].with_columns(dates("%Y-%m-%d"))]
    )
    deliver(study, FIRST, second)
    study.assert_refused(4, "reads dates of several forms")


def test_files_of_several_kinds_are_told_as_that(study):
    study.put("part_0.csv", FIRST.write_csv()).put("part_1.parquet", SECOND)
    study.write(study=study.path.read_text().replace("spells.csv", "'part_*'"))
    study.assert_refused(4, "files are of several kinds", "list of sources")
