"""`release/`: the files that may leave, and nothing in them about one person."""

import json
import re

import polars as pl
import pytest

PERSONS = range(90)
FEW = 3  # faulty rows, deaths, and persons of the third arm
DEAD = (10, 12, 14)  # all of one arm
BELOW = 5
NAMES = {"summary.csv", "results.csv", "results.parquet", "report.html", "contents.txt"}
SPELLS = "person_id,start_date,end_date,extent,benefit,diagnosis\n" + "".join(
    f"P-SECRET-{person},2019-12-{1 + person % 20:02},202{person // 60}-{1 + person % 9:02}-20,"
    f"{100 if person % 3 else 50},sickness_benefit,F99SECRET\n"
    for person in PERSONS
)
FAULTY = "P-SECRET-5,2020-05-01,2020-05-02,0,sickness_benefit,F99SECRET{}\n"


def name_arm(person):
    return "arm_of_few" if person < FEW else "treated" if person % 2 else "control"


COHORT = "person_id,index_date,arm,age,censor_date,censor_reason\n" + "".join(
    f"P-SECRET-{person},2020-01-01,{name_arm(person)},{30 + person % 30},"
    f"{'2020-01-10,death' if person in DEAD else ','}\n"
    for person in PERSONS
)
STUDY = """\
study: leaving
register: canonical
observed: {from: 2019-01-01, to: 2021-12-31}
spells: spells.csv
cohort: cohort.csv
outcomes: [net_sick_days_12m, full_rtw_28d, work_state_12m]
by: [arm]
compare: {groups: arm, reference: control}
describe: [age]
tolerate: 10 percent
"""


def run(make_study, more="", *arguments):
    study = make_study().write(
        spells=SPELLS + "".join(map(FAULTY.format, range(FEW))),
        cohort=COHORT,
        study=STUDY + more,
    )
    finished = study.run(*arguments)
    assert finished.status == 0, finished.err
    return study.out


@pytest.fixture(scope="module")
def out(make_study):
    """The results of a run under the default rules; not to be changed."""
    return run(make_study)


@pytest.fixture(scope="module")
def release(out):
    """The folder of what may leave."""
    return out / "release"


@pytest.fixture(scope="module")
def texts(release):
    """All files that may leave, as text."""
    texts = {path.name: path.read_bytes().decode("utf-8", "replace") for path in release.iterdir()}
    return texts | {"results.parquet": pl.read_parquet(release / "results.parquet").write_csv()}


def test_the_results_tell_what_must_not_leave(out):
    """The tests below would hold of a folder that is empty, too."""
    assert pl.read_parquet(out / "rejected.parquet").height == FEW
    outcomes = pl.read_parquet(out / "outcomes.parquet")
    assert (outcomes["arm"] == "arm_of_few").sum() == FEW
    assert (outcomes["work_state_12m"] == "dead").sum() == FEW
    whole = json.loads((out / "manifest.json").read_text())
    assert whole["rows"]["spells"]["rejected"] == FEW


def test_what_may_leave_is_there_and_nothing_else(release):
    assert {path.name for path in release.iterdir()} == NAMES | {"manifest.json"}


def test_the_released_files_are_those_beside_the_results(out, release):
    for name in NAMES - {"contents.txt"}:
        assert (release / name).read_bytes() == (out / name).read_bytes()


def test_no_person_is_in_what_may_leave(texts):
    assert [name for name, text in texts.items() if "SECRET" in text] == []


def test_no_group_of_few_persons_is_named_in_what_may_leave(texts):
    assert [name for name, text in texts.items() if "arm_of_few" in text] == []


def test_no_small_count_is_in_the_tables_that_may_leave(release):
    summary = pl.read_csv(release / "summary.csv", infer_schema=False)
    results = pl.read_parquet(release / "results.parquet")
    counts = ["event", "censored", "death", "dead", "missing", "not_at_risk", "full_work"]
    assert set(counts) & set(summary["statistic"]) == set(counts)
    told = summary.filter(pl.col("statistic").is_in(counts))["value"].cast(pl.Float64)
    told = [*told, *summary["n"].cast(pl.Float64), *results["n"], *results["n_events"]]
    told += list(results.filter(pl.col("stat_name").str.starts_with("n"))["stat"])
    assert [count for count in told if count is not None and 0 < count < BELOW] == []
    deaths = summary.filter(pl.col("statistic") == "dead")
    assert deaths["value"].null_count() == deaths.height - 1


def test_few_faulty_rows_are_told_only_as_few(texts):
    page = texts["report.html"]
    record = json.loads(texts["manifest.json"])
    assert f"fewer than {BELOW} persons of the cohort with faulty rows" in page
    (rule,) = record["told_account"]["spells"]["rules"]
    assert rule["rule"] == "extent_above_0"
    assert rule["rows"] == f"fewer than {BELOW}"
    assert rule["share"] == ""
    assert record["told_account"]["spells"]["rows"] == ""


def test_the_released_manifest_has_no_exact_counts_and_names_no_file_about_persons(out, release):
    record = json.loads((release / "manifest.json").read_text())
    whole = json.loads((out / "manifest.json").read_text())
    assert {"rows", "counts", "about_persons"} == whole.keys() - record.keys()
    assert record["files"].keys() == NAMES - {"contents.txt"}
    assert not {"outcomes.parquet", "rejected.parquet"} & record["files"].keys()
    assert all(whole["files"][name] == digest for name, digest in record["files"].items())


def test_the_list_of_contents_names_each_file_with_its_size(release, texts):
    lines = texts["contents.txt"].splitlines()
    listed = dict(re.findall(r"^(\S+) \(([\d,]+) bytes\): .+$", "\n".join(lines), re.MULTILINE))
    sizes = {path.name: f"{path.stat().st_size:,}" for path in release.iterdir()}
    sizes.pop("contents.txt")
    assert listed == sizes
    assert "Study: leaving" in lines
    hidden = json.loads(texts["manifest.json"])["disclosure"]["hidden"]
    assert hidden > 0
    assert f"Hidden numbers: {hidden}." in lines


def test_the_files_that_may_leave_can_be_read_by_those_who_check_them(out, release):
    """The files about persons can be read by their owner alone."""
    for path in (*out.glob("*.parquet"), *release.iterdir()):
        about_persons = path.name in ("outcomes.parquet", "rejected.parquet")
        assert bool(path.stat().st_mode & 0o077) is not about_persons, path.name


def test_figures_are_vector_graphics_where_they_may_leave(texts):
    assert "<svg" in texts["report.html"]
    assert "data:image/png" not in texts["report.html"]


@pytest.mark.parametrize(
    ("more", "arguments"), [("language: sv\n", ("--plots", "png")), ("disclosure: sacro\n", ())]
)
def test_figures_are_pictures_where_no_vector_graphics_may_leave(make_study, more, arguments):
    out = run(make_study, more, *arguments)
    page = (out / "release" / "report.html").read_text()
    assert "data:image/png;base64," in page
    assert "<svg" not in page
    assert f'<html lang="{"sv" if "sv" in more else "en"}"' in page
    assert page == (out / "report.html").read_text()
    contents = (out / "release" / "contents.txt").read_text()
    assert f"Rules: {'sacro' if 'sacro' in more else 'default'};" in contents


def test_a_study_that_compares_nothing_leaves_no_table_of_results(study):
    finished = study.assert_runs()
    assert f"What may leave: {study.out / 'release'}" in finished.out
    (study.out / "release" / "results.csv").write_text("of an earlier run")
    study.assert_runs()


def test_results_are_exported_in_the_shape_of_omop(out, rtw, tmp_path):
    finished = rtw("export", out / "release", "--as", "omop", "--out", tmp_path)
    assert finished.status == 0, finished.err
    results = pl.read_parquet(out / "results.parquet")
    exported = pl.read_csv(tmp_path / "summarised_result.csv", infer_schema=False)
    assert exported.height == results.height
    assert exported.width == 13
    assert (exported["estimate_value"] == "-").sum() == results["suppressed"].sum()
    difference = exported.filter(
        pl.col("additional_level").str.starts_with("mean_difference &&& control")
        & (pl.col("estimate_name") == "estimate")
        & ~pl.col("additional_name").str.contains("sensitivity")
    )
    assert difference["strata_name"].to_list() == ["arm"]
    assert difference["strata_level"].to_list() == ["treated"]
    assert pl.read_csv(tmp_path / "settings.csv")["min_cell_count"].to_list() == [BELOW]


@pytest.mark.parametrize("folder", ["", "release"])
def test_what_is_exported_stands_among_what_may_leave_until_the_next_run(make_study, rtw, folder):
    study = make_study().write(spells=SPELLS, cohort=COHORT, study=STUDY)
    assert study.run().status == 0
    release = study.out / "release"
    before = (release / "contents.txt").read_text("utf-8")
    finished = rtw("export", study.out / folder, "--as", "omop")
    assert finished.status == 0, finished.err
    assert "made of released numbers only" in finished.out
    contents = (release / "contents.txt").read_text("utf-8")
    for name in ("summarised_result.csv", "settings.csv"):
        assert not (study.out / name).exists()
        size = (release / name).stat().st_size
        assert f"{name} ({size:,} bytes): " in contents
    assert set(before.splitlines()) < set(contents.splitlines())
    assert study.run().status == 0
    assert not (release / "summarised_result.csv").exists()  # of results that are no longer there
    assert "OMOP" not in (release / "contents.txt").read_text("utf-8")


def test_a_folder_without_a_table_of_results_cannot_be_exported(rtw, tmp_path):
    finished = rtw("export", tmp_path, "--as", "omop")
    assert finished.status == 2
    assert "no results.parquet" in finished.err
    assert "compare" in finished.err


def test_a_run_warns_when_the_last_one_was_of_nearly_the_same_persons(make_study):
    study = make_study().write(spells=SPELLS, cohort=COHORT, study=STUDY)
    assert "last run" not in study.run().err
    assert "last run" not in study.run().err  # of the same persons
    study.write(cohort="".join(COHORT.splitlines(True)[:-2]))
    assert "fewer than 5 of them differ" in study.run().err
    study.write(cohort="".join(COHORT.splitlines(True)[:-20]))
    assert "last run" not in study.run().err
