"""`rtw demo`: what it writes, that it can be run, and that it destroys nobody's files."""

import shutil

import polars as pl
import pytest

from rtw_outcomes.engines.registry import BUILT_IN


def test_a_demo_can_be_validated_and_run_as_it_says(demo, rtw, tmp_path):
    folder = shutil.copytree(demo, tmp_path / "demo")
    assert rtw("validate", folder / "study.yaml").status == 0
    finished = rtw("run", folder / "study.yaml", "--out", folder / "results")
    assert finished.status == 0, finished.err
    assert "Synthetic data" in finished.said
    report = (folder / "results" / "report.html").read_text()
    assert "Synthetic data" in report
    assert "after the return of <code>full_rtw_28d</code>" in report
    assert "`" not in report


def test_a_demo_compares_its_arms(demo, rtw, tmp_path):
    assert rtw("run", demo / "study.yaml", "--out", tmp_path / "results").status == 0
    results = pl.read_parquet(tmp_path / "results" / "release" / "results.parquet")
    effects = results.filter(
        (pl.col("outcome") == "net_sick_days_12m") & (pl.col("context") == "mean_difference")
    )
    assert {"estimate", "conf.low", "conf.high"} <= set(effects["stat_name"])
    assert set(effects["reference_level"].drop_nulls()) == {"control"}
    assert set(effects["covariates"].drop_nulls()) - {""} == {"sex, birth_year"}


def test_the_definition_beside_the_study_is_right(demo, rtw):
    (definition,) = demo.glob("net_*.yaml")
    assert rtw("test", definition).status == 0


def test_the_accounts_of_a_demo_add_up(demo, rtw, tmp_path):
    finished = rtw("run", demo / "study.yaml", "--out", tmp_path / "results")
    assert finished.status == 0
    delivered = pl.read_csv(
        demo / "delivery" / "midas_delfall.tsv", separator="\t", infer_schema=False
    )
    cohort = pl.read_csv(demo / "delivery" / "cohort.csv", infer_schema=False)
    rejected = pl.read_parquet(tmp_path / "results" / "rejected.parquet")
    outcomes = pl.read_parquet(tmp_path / "results" / "outcomes.parquet")
    in_cohort = rejected.filter(pl.col("table") == "cohort")
    assert outcomes.height == cohort.height - in_cohort.height
    assert rejected.filter(pl.col("table") == "spells")["source_row"].max() <= delivered.height
    kept = set(range(1, cohort.height + 1)) - set(in_cohort["source_row"])
    expected = [cohort["person_id"][row - 1] for row in sorted(kept)]
    assert outcomes["person_id"].cast(pl.String).to_list() == expected


def test_the_engines_agree_on_a_demo(demo, rtw, tmp_path):
    for engine in BUILT_IN:
        out = tmp_path / engine
        assert rtw("run", demo / "study.yaml", "--out", out, "--engine", engine).status == 0
    for name in ("outcomes.parquet", "summary.csv", "rejected.parquet"):
        assert len({(tmp_path / engine / name).read_bytes() for engine in BUILT_IN}) == 1


def test_a_demo_prints_the_next_command_on_standard_output(rtw, tmp_path):
    folder = tmp_path / "demo"
    finished = rtw("demo", folder, "--persons", 500)
    assert finished.status == 0
    assert finished.out == f"rtw run {folder / 'study.yaml'} --out {folder / 'results'}\n"
    assert "Synthetic data" in finished.err


def test_the_same_seed_gives_the_same_files(rtw, tmp_path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        assert rtw("demo", tmp_path / name, "--persons", 300, "--seed", seed).status == 0
    a, b, c = ((tmp_path / name / "delivery" / "midas_delfall.tsv").read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    "arguments",
    [
        ["--persons", "0"],
        ["--persons", "-1"],
        ["--persons", "many"],
        ["--persons", "1.5"],
        ["--seed", "-1"],
        ["--seed", "x"],
    ],
)
def test_numbers_that_make_no_register_are_wrong_use(rtw, tmp_path, arguments):
    finished = rtw("demo", tmp_path / "demo", *arguments)
    assert finished.status == 2
    assert not (tmp_path / "demo").exists()


def test_a_demo_of_more_persons_than_fit_is_told(rtw, tmp_path):
    finished = rtw("demo", tmp_path / "demo", "--persons", 10**14)
    assert finished.status in (2, 5)
    assert "A fault" not in finished.err
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("name", ["study.yaml", "delivery/cohort.csv", "notes.txt"])
def test_a_demo_destroys_nobodys_files(rtw, tmp_path, name):
    own = tmp_path / "own" / name
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    finished = rtw("demo", tmp_path / "own", "--persons", 50)
    assert finished.status == 2
    assert "Give the demo a folder of its own" in finished.err
    assert own.read_text() == "mine"
    assert [path for path in (tmp_path / "own").rglob("*") if path.is_file()] == [own]


def test_a_demo_keeps_a_study_that_was_changed_since(rtw, tmp_path):
    folder = tmp_path / "demo"
    assert rtw("demo", folder, "--persons", 50).status == 0
    changed = (folder / "study.yaml").read_text() + "suppress_below: 10\n"
    (folder / "study.yaml").write_text(changed)
    rtw("demo", folder, "--persons", 50)
    assert (folder / "study.yaml").read_text() == changed


@pytest.mark.parametrize("persons", [1, 20])
def test_a_demo_that_says_run_me_can_be_run(rtw, tmp_path, persons):
    folder = tmp_path / "demo"
    if rtw("demo", folder, "--persons", persons).status == 0:
        finished = rtw("run", folder / "study.yaml", "--out", folder / "results")
        assert finished.status == 0, finished.err


def test_a_demo_below_a_file_is_told(rtw, tmp_path):
    (tmp_path / "file").write_text("mine")
    finished = rtw("demo", tmp_path / "file" / "demo", "--persons", 50)
    assert finished.status in (2, 5)
    assert finished.err.startswith("rtw: ")
    assert (tmp_path / "file").read_text() == "mine"
