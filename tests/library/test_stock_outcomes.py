"""All stock outcomes are the same from files and from frames of each kind, on every engine."""

import polars as pl
import pytest

from rtw_outcomes import compute, list_outcomes, run_study
from rtw_outcomes.demo.delivery import write_demo
from rtw_outcomes.demo.period import OBSERVED_FROM, OBSERVED_TO
from rtw_outcomes.engines.registry import BUILT_IN
from rtw_outcomes.intake.study_reader import read_study
from tests.library.conftest import MAKERS, to_polars

# Few, because the reference engine walks over their days one by one.
PERSONS = 600
ALL = list_outcomes()
# The columns of numbers that outcomes ask of the cohort.
ASKED = {each.outcome.from_cohort for each in ALL} - {None}
ASKED_COLUMNS = sorted(each.column for each in ASKED)


def ask_for_all(files):
    """Let the study of a demo ask for all stock outcomes, and its cohort have the numbers for them."""
    numbers = [pl.lit(float(each.most or 1000)).alias(each.column) for each in ASKED]
    pl.read_csv(files.cohort).with_columns(*numbers).write_csv(files.cohort)
    text = files.study.read_text("utf-8")
    start, end = text.index("outcomes:"), text.index("by:")
    ids = ", ".join(each.id for each in ALL)
    files.study.write_text(f"{text[:start]}outcomes: [{ids}]\n{text[end:]}", "utf-8")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The demo with all stock outcomes, and with the numbers that some of them ask of the cohort."""
    files = write_demo(tmp_path_factory.mktemp("demo"), persons=PERSONS)
    ask_for_all(files)
    return files


@pytest.fixture(scope="module")
def from_files(study):
    return run_study(study.study, study.study.parent / "results")


@pytest.fixture(scope="module")
def frames(study):
    """What a reader of the files would have: numbers and dates, and nothing where a cell is broken."""
    number, date = (
        ("OMFATTNING", "DEL_DAGAR_NETTO", "DAGBELOPP"),
        ("DEL_FROM_DATUM", "DEL_TOM_DATUM"),
    )
    spells = pl.read_csv(study.spells, separator="\t", infer_schema=False)
    columns = [name for name in number if name in spells.columns]
    spells = spells.with_columns(
        pl.col(columns).cast(pl.Float64, strict=False),
        pl.col(date).str.to_date("%Y-%m-%d", strict=False),
        pl.col("lopnr").cast(pl.Int64, strict=False),
    )
    cohort = pl.read_csv(study.cohort, infer_schema=False)
    dates = [name for name in cohort.columns if name.endswith("_date")]
    cohort = cohort.with_columns(
        pl.col("person_id").cast(pl.Int64),
        pl.col(dates).str.to_date("%Y-%m-%d", strict=False),
        pl.col(ASKED_COLUMNS).cast(pl.Float64),
    )
    return spells, cohort


# An engine does not see what kind of frame its tables came from, so each kind is tried once, and one
# kind on each engine.
@pytest.mark.parametrize(
    ("engine", "kind"),
    [*((engine, "pandas") for engine in BUILT_IN), (BUILT_IN[0], "polars"), (BUILT_IN[0], "arrow")],
)
def test_frames_give_what_files_give(engine, kind, study, frames, from_files):
    settings = read_study(study.study).study
    run = compute(
        ALL,
        *map(MAKERS[kind], frames),
        observed=(OBSERVED_FROM, OBSERVED_TO),
        register=settings.register_,
        benefit_codes=settings.benefit_codes,
        tolerate=settings.tolerate,
        by=settings.by,
        engine=engine,
    )
    assert [each.id for each in run.definitions] == [each.id for each in ALL]
    # A number is text in a text file.
    found, expected = (to_polars(each.outcomes).drop(ASKED_COLUMNS) for each in (run, from_files))
    assert found.equals(expected)
    assert to_polars(run.summary).equals(to_polars(from_files.summary))
    assert [each.used for each in run.accounts] == [each.used for each in from_files.accounts]
    places = ["table", "source_row"]
    assert (
        to_polars(run.rejected).select(places).equals(to_polars(from_files.rejected).select(places))
    )


def test_the_delivery_has_rows_to_reject_and_persons_of_each_result(from_files):
    assert from_files.rejected.height > 10
    assert from_files.outcomes.height > 50
