"""What the library says when something is wrong: which argument, what is wrong, what to do. No data value."""

import inspect

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from rtw_outcomes import (
    ContractError,
    DefinitionError,
    RtwError,
    UsageError,
    compute,
    find_outcome,
    run_study,
)
from tests.library.conftest import COHORT, OBSERVED, SPELLS, assert_no_secret
from tests.library.test_arguments import OWN

SPELLS_OF_PANDAS, COHORT_OF_PANDAS = SPELLS.to_pandas(), COHORT.to_pandas()


def find_error(kind, outcomes="full_rtw_28d", **arguments):
    tables = {"spells": SPELLS_OF_PANDAS, "cohort": COHORT_OF_PANDAS, "observed": OBSERVED}
    with pytest.raises(RtwError) as raised:
        compute(outcomes, **{**tables, **arguments})
    assert type(raised.value) is kind
    assert_no_secret(raised.value)
    return str(raised.value)


def change_spells(**columns):
    return {"spells": SPELLS_OF_PANDAS.assign(**columns)}


def change_cohort(**columns):
    return {"cohort": COHORT_OF_PANDAS.assign(**columns)}


TWICE = pd.concat([COHORT_OF_PANDAS, COHORT_OF_PANDAS["arm"]], axis=1)
ODD_KEY = {**OWN, "measure": {"return_to_work": {"sustaned": "4 weeks"}}}
TAKEN = {**OWN, "outcome": "full_rtw_28d"}
SHORT = {**OWN, "measure": {"return_to_work": {"sustained": "4 days"}}}

LEAVE_OUT = "Make it text or a number, or leave it out."
HALF_CHARACTER = (
    "half a character (a lone surrogate). A file was read in another encoding than it is written in; "
    "read it again with its own."
)


class Opaque:
    """A value that no table of a register can have."""


def name_last_column(name):
    """The cohort with another name for its last column."""
    names = pd.Index([*COHORT.columns[:-1], name], dtype=object, tupleize_cols=False)
    return {"cohort": COHORT_OF_PANDAS.set_axis(names, axis="columns")}


BROKEN_DATA = {
    "objects of Python in Polars": (
        {"cohort": COHORT.with_columns(pl.Series("x", [Opaque(), Opaque()], dtype=pl.Object))},
        f"cohort: the column `x` holds Python objects. {LEAVE_OUT}",
    ),
    "intervals of pandas": (
        change_cohort(x=pd.arrays.IntervalArray.from_breaks([1, 2, 7013])),
        "cohort: the column `x` has a type that results cannot have. Found the type pandas.interval. "
        + LEAVE_OUT,
    ),
    "months of pandas": (
        change_cohort(x=pd.period_range("2019-11", periods=2, freq="M")),
        "cohort: the column `x` has a type that results cannot have. Found the type pandas.period. "
        + LEAVE_OUT,
    ),
    "lists and records": (
        {"cohort": COHORT.with_columns(x=pl.concat_list("arm"), y=pl.struct("arm"))},
        "cohort: the column `x` holds several values in a cell, which results cannot have. Make a "
        "column of each, or leave it out.\ncohort: the column `y` holds several values in a cell, "
        "which results cannot have. Make a column of each, or leave it out.",
    ),
    "a lazy frame that cannot be collected": (
        {"cohort": COHORT.lazy().with_columns(x=pl.col("arm").cast(pl.Int64))},
        "cohort: the lazy frame cannot be collected. Its own `collect()` shows the reason.",
    ),
    "a lazy frame with a step in Python that fails": (
        {"spells": SPELLS.lazy().map_batches(lambda _: 1 / 0)},
        "spells: the lazy frame cannot be collected. Its own `collect()` shows the reason.",
    ),
    "text that is no Unicode": (
        change_cohort(arm=pd.Series(["SECRET\ud800", "b"], dtype=object)),
        f"cohort: the column `arm` holds texts with {HALF_CHARACTER}",
    ),
    "a name that is no Unicode": (
        name_last_column("SECRET\ud800"),
        f"cohort: the name of column 3 holds {HALF_CHARACTER}",
    ),
    "a column without a name": (
        name_last_column(None),
        "cohort: the name of column 3 is no text. Found the type NoneType.",
    ),
    "a column with an empty name": (
        {"cohort": COHORT.rename({"arm": " "})},
        "cohort: the name of column 3 is empty.",
    ),
    "a broken number as a name": (
        name_last_column(70.13),
        "cohort: the name of column 3 is no text. Found the type float.",
    ),
    "names of several levels": (
        name_last_column(("arm", "SECRET")),
        "cohort: the name of column 3 is no text. Found the type tuple.",
    ),
    "a missing column": (
        {"spells": SPELLS_OF_PANDAS.drop(columns="extent")},
        "spells: the column `extent` is missing. Found the columns person_id, start_date, end_date, "
        'benefit. Another one can be named in the argument `columns["spells"]`.',
    ),
    "a column with a slip of the pen": (
        {"spells": SPELLS_OF_PANDAS.rename(columns={"extent": "extnt"})},
        "spells: the column `extent` is missing. Found the columns person_id, start_date, end_date, "
        "extnt, benefit. Did you mean `extnt`?",
    ),
    "no column": (
        {"spells": pl.DataFrame({"SECRET": [7013]})},
        "spells: none of the columns person_id, start_date, end_date, extent, benefit is there. Found "
        "1 column with other names. If the names are others, say so in the argument "
        '`columns["spells"]`.',
    ),
    "an id in the index": (
        {"cohort": COHORT_OF_PANDAS.set_index("person_id")},
        "cohort: the column `person_id` is missing. Found the columns index_date, arm. `person_id` is "
        "in the index, which is not read. `reset_index()` makes it a column.",
    ),
    "the whole key in the index": (
        {"cohort": COHORT_OF_PANDAS.set_index(["person_id", "index_date"])},
        "cohort: none of the columns person_id, index_date is there. Found 1 column with other names. "
        "`person_id` and `index_date` are in the index, which is not read. `reset_index()` makes them "
        "columns.",
    ),
    "texts as extents": (
        change_spells(extent="SECRET"),
        "spells: every row breaks a rule, so none is left to use. Found 3 of 3 rows under "
        "`unreadable_extent` in the column `extent`: the cell holds no number, the first at spells, row "
        "1. If a text in `extent` stands for an empty cell, name it: "
        '`format: {missing: ["", "..."]}`. Numbers such as 50 or 62.5 are needed in `extent`.',
    ),
    "numbers as dates": (
        change_spells(start_date=7013),
        "spells: every row breaks a rule, so none is left to use. Found 3 of 3 rows under "
        "`unreadable_start_date` in the column `start_date`: the cell holds no date, the first at "
        "spells, row 1. Say what the numbers in `start_date` count: `format: {dates: sas_days}` or "
        "`format: {dates: excel}` or `format: {dates: epoch_days}`.",
    ),
    "ids that are not whole": (
        change_spells(person_id=[1.5, 2, 7013]),
        "spells: the column `person_id` has the wrong type. Expected whole numbers or text, found the "
        "type double.",
    ),
    "a time zone": (
        change_cohort(index_date=pd.to_datetime(["2020-01-01"] * 2).tz_localize("UTC")),
        "cohort: the column `index_date` has the wrong type. Expected dates, or texts or numbers "
        "that stand for dates, found the type timestamp with time zone. Export dates without a time zone.",
    ),
    "values of two types": (
        change_cohort(arm=[7013, "SECRET"]),
        "cohort: the column `arm` holds values of several types, or of one that is not known. Give it "
        "one type, such as with `astype` or `cast`.",
    ),
    "lengths of time": (
        change_cohort(wait=pd.to_timedelta([1, 2])),
        "cohort: the column `wait` holds lengths of time, which results cannot have. Make it a number "
        "of days, or leave it out.",
    ),
    "a column that is there twice": ({"cohort": TWICE}, "cohort: two columns have the same name."),
    "a column that differs in capitals only": (
        change_cohort(ARM=1),
        "cohort: the column `ARM` is there twice. Names that differ in capitals only count as the "
        "same.",
    ),
    "no rows": ({"cohort": COHORT[:0]}, "cohort: the frame has no rows."),
    "an index date that is there twice": (
        {"cohort": pl.concat([COHORT, COHORT])},
        "cohort: person_id and index_date must be unique together. Found 2 such pairs on several rows, "
        "the first at cohort, row 1. Keep one row per person and index date.",
    ),
    "nothing but broken rows": (
        change_spells(extent=-1.0),
        "spells: every row breaks a rule, so none is left to use. Found 3 of 3 rows under "
        "`extent_above_0` in the column `extent`: the extent is 0 or less, the first at spells, row 1.",
    ),
    "an unknown code": (
        change_spells(benefit="SECRET"),
        "spells: the column `benefit` holds codes that name no benefit. Expected a benefit of the "
        "vocabulary, or a code that the profile or the study names, found 1 unknown code on 3 rows, "
        "the first at spells, row 1. Name each code of your delivery in the argument `benefit_codes`.",
    ),
    "the name of a result": (
        change_cohort(full_rtw_28d_days=1),
        "cohort: the column `full_rtw_28d_days` has the name of a result. Rename it in the cohort.",
    ),
    "a type of no register": (
        {"cohort": COHORT.to_arrow().append_column("wide", pa.nulls(2, pa.decimal256(50)))},
        "cohort: the frame cannot be read. A column may have a type that has no place in a table of a "
        "register.",
    ),
}
WRONG_DEFINITIONS = {
    "an unknown id": (
        {"outcomes": ["net_sick_days_12m", "full_rtw_28"]},
        "compute: outcomes[1]: there is no outcome definition `full_rtw_28`. Did you mean "
        "`full_rtw_28d`?",
    ),
    "an id like no other": (
        {"outcomes": "zzz"},
        "compute: outcomes: there is no outcome definition `zzz`. `rtw list` lists them all, and so "
        "does `list_outcomes()` in Python.",
    ),
    "a file that is not there": (
        {"outcomes": "no/such.yaml"},
        "compute: outcomes: there is no outcome definition `no/such.yaml`. There is no file at this "
        "path, seen from the current folder.",
    ),
    "a mapping with a wrong key": (
        {"outcomes": ["full_rtw_28d", ODD_KEY]},
        "outcomes[1]: measure.return_to_work: the key `sustained` is missing.\n"
        "outcomes[1]: measure.return_to_work.sustaned: unknown key `sustaned`. Expected one of "
        "sustained, day_0_may_count. Did you mean `sustained`?",
    ),
    "a mapping that breaks a rule": (
        {"outcomes": SHORT},
        "outcomes: measure.return_to_work.sustained: the return must last longer than the gap that "
        "spells are joined over. Expected more than 5 days, found `4 days`.",
    ),
    "a mapping with an object": (
        {"outcomes": {**OWN, "title": object()}},
        "outcomes: a value of the type `object` has no place here. Expected texts, numbers, dates, "
        "lists and mappings.",
    ),
    "the id of a stock definition": (
        {"outcomes": [{**TAKEN, "follow_up": "3 months"}]},
        "outcomes[0]: `full_rtw_28d` is the id of a stock definition that means something else. Give "
        "this outcome an id of its own.",
    ),
    "an outcome that is there twice": (
        {"outcomes": ["full_rtw_28d", find_outcome("full_rtw_28d")]},
        "compute: outcomes[1]: `full_rtw_28d` stands twice.",
    ),
    "no outcome": (
        {"outcomes": []},
        "compute: outcomes: an empty list; at least one is needed.",
    ),
    "a day that is no date": (
        {"observed": ("2020", "2021-01-01")},
        "compute: observed.from: this is not a calendar date, YYYY-MM-DD. Found `2020`.",
    ),
    "a period without an end": (
        {"observed": {"from": "2020-01-01"}},
        "compute: observed: the key `to` is missing.",
    ),
    "a period that ends before it starts": (
        {"observed": OBSERVED[::-1]},
        "compute: observed: the observed period ends before it starts.",
    ),
    "an unknown register": (
        {"register": "mida"},
        "compute: register: unknown register `mida`. Expected one of canonical, midas, nav, or the path "
        "of a profile. Did you mean `midas`?",
    ),
    "an unknown group": (
        {"by": "amr"},
        "compute: by: the cohort has no column `amr`. Did you mean `arm`?",
    ),
    "an unknown column": (
        {"columns": {"spells": {"persn": "x"}}},
        "compute: columns.spells.persn: unknown column `persn`. Expected one of person_id, "
        "start_date, end_date, extent, benefit, diagnosis, spell_id, insured_type. Did you mean "
        "`person_id`?",
    ),
    "a code that names no benefit": (
        {"benefit_codes": {7: "sick_payment"}},
        "compute: benefit_codes.7: unknown benefit `sick_payment`.",
    ),
    "a code that is no Unicode": (
        {"benefit_codes": {"\ud800": "sickness_benefit"}},
        "compute: a text holds half a character (a lone surrogate).",
    ),
    "an unknown engine": (
        {"engine": "flink"},
        "compute: engine: unknown engine `flink`. Expected one of polars, duckdb, spark, postgres, reference.",
    ),
    "a file of data that is not there": (
        {"spells": "nothing.csv"},
        "compute: spells: there is no file `nothing.csv`.",
    ),
}
WRONG_TYPES = {
    "no frame": (
        {"spells": 5},
        "`spells` is no table. Expected a frame of pandas, Polars or Arrow, or the path of a file, "
        "found the type int.",
    ),
    "a column in place of a frame": (
        {"cohort": COHORT_OF_PANDAS["person_id"]},
        "`cohort` is no table. Expected a frame of pandas, Polars or Arrow, or the path of a file, "
        "found the type Series.",
    ),
    "no definition": (
        {"outcomes": [3]},
        "`outcomes[0]` is no definition. Expected an id, a path, a mapping or an outcome, found the "
        "type int.",
    ),
    "nothing in place of a definition": (
        {"outcomes": None},
        "`outcomes` is no definition. Expected an id, a path, a mapping or an outcome, found the type "
        "NoneType.",
    ),
    "no period": (
        {"observed": "2020"},
        "`observed` is no period. Expected the first and the last day that the extract covers, like "
        "`(date(2015, 1, 1), date(2019, 12, 31))`.",
    ),
    "no register": (
        {"register": None},
        "`register` is no text. Expected a text in quotation marks, found the type NoneType.",
    ),
    "too little memory": (
        {"memory_limit": 6},
        "The memory limit is less than a run needs in any case, 500MB.",
    ),
    "no amount of memory": (
        {"memory_limit": "much"},
        "The memory limit is no amount of memory. Expected a number and a unit, KB, MB, GB or TB, "
        "like `6GB`.",
    ),
}


@pytest.mark.parametrize("what", BROKEN_DATA)
def test_broken_data_are_told_with_their_table_and_without_a_value(what):
    arguments, message = BROKEN_DATA[what]
    assert find_error(ContractError, **arguments) == message


@pytest.mark.parametrize("what", WRONG_DEFINITIONS)
def test_a_wrong_definition_or_argument_is_named(what):
    arguments, message = WRONG_DEFINITIONS[what]
    assert find_error(DefinitionError, **arguments).startswith(message)


@pytest.mark.parametrize("what", WRONG_TYPES)
def test_an_argument_of_a_wrong_type_is_named(what):
    arguments, message = WRONG_TYPES[what]
    assert find_error(UsageError, **arguments) == message


def test_an_unknown_argument_is_an_error_of_python():
    with pytest.raises(TypeError, match="observd"):
        find_error(RtwError, observd=OBSERVED)
    assert "observed" in inspect.signature(compute).parameters


def test_all_problems_of_an_error_can_be_looked_at():
    with pytest.raises(DefinitionError) as raised:
        find_outcome({"outcome": "own"})
    assert [problem.what for problem in raised.value.problems] == [
        f"the key `{key}` is missing" for key in ("language", "title", "source", "measure")
    ]


def test_an_engine_that_is_asked_for_must_be_there(tmp_path):
    SPELLS.write_parquet(tmp_path / "spells.parquet")
    COHORT.write_parquet(tmp_path / "cohort.parquet")
    (tmp_path / "study.yaml").write_text(
        "study: small\nregister: canonical\nobserved: {from: 2019-01-01, to: 2021-12-31}\n"
        "spells: spells.parquet\ncohort: cohort.parquet\noutcomes: full_rtw_28d\n"
    )
    with pytest.raises(UsageError, match=r"There is no engine `duckdbb`\. Did you mean `duckdb`"):
        run_study(tmp_path / "study.yaml", tmp_path / "results", engine="duckdbb")


@pytest.mark.parametrize("name", ["spells.csv", "spells.parquet"])
def test_a_file_that_cannot_be_read_hides_what_the_reader_of_files_said(name, tmp_path):
    text = SPELLS.write_csv().replace("50.0,sickness_benefit", "SECRET")
    (tmp_path / name).write_text(text)
    find_error(ContractError, spells=tmp_path / name)
