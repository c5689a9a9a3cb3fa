"""`rtw list`, `show`, `sql`, `test` and `schema`: results on standard output, nothing else there."""

import json
import subprocess
from importlib.resources import files

import pytest
import sqlglot

STOCK = [
    "net_sick_days_12m",
    "gross_sick_days_12m",
    "full_rtw_28d",
    "sustainable_rtw_3m",
    "sustainable_full_rtw_3m",
    "days_to_first_relapse",
    "recurrence_12m",
    "work_state_12m",
]
DIALECTS = ["duckdb", "spark", "postgres"]
RETURN = (
    files("rtw_outcomes.specs")
    .joinpath("full_rtw_28d.yaml")
    .read_text("utf-8")
    .split("examples:")[0]
    .replace("outcome: full_rtw_28d", "outcome: own_return")
)


def with_example(expect, extent="100", start="2020-01-01", end="2020-01-14", index="2020-01-03"):
    return (
        f"{RETURN}examples:\n  - case: one spell\n    index: {index}\n    spells: |\n"
        f"      start end extent\n      {start} {end} {extent}\n    expect: {expect}\n"
    )


def test_list_names_every_stock_definition(rtw):
    finished = rtw("list")
    assert finished.status == 0
    assert finished.err == ""
    assert {line.split()[0] for line in finished.out.splitlines()[1:]} >= set(STOCK)


def test_list_begins_with_the_core(rtw):
    groups = [line.split()[1] for line in rtw("list").out.splitlines()[1:]]
    assert groups[: len(STOCK)] == ["core"] * len(STOCK)
    assert "core" not in groups[len(STOCK) :]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["RELAPSE", "core"], ["days_to_first_relapse"]),
        (["full", "relapse", "24"], ["fk_relapse_24m", "fk_relapse_full_24m"]),
        (["forsakringskassan", "no_relapse"], ["fk_no_relapse_12m"]),
        (["anderzen"], ["anderzen_net_days_12m"]),
        (["Anderzén"], ["anderzen_net_days_12m"]),
        (["fi", "28"], ["finland_rtw_28d"]),
    ],
)
def test_list_finds_words(rtw, words, found):
    finished = rtw("list", *words)
    assert (finished.status, finished.err) == (0, "")
    ids = [line.split()[0] for line in finished.out.splitlines()[1:]]
    assert set(found) <= set(ids)
    assert len(ids) <= len(found) + 1


def test_list_searches_inside_a_group(rtw):
    ids = [line.split()[0] for line in rtw("list", "net", "--group", "core").out.splitlines()[1:]]
    assert ids == ["net_sick_days_12m"]


@pytest.mark.parametrize("name", [*STOCK, "own"])
def test_show_prints_the_file_as_it_is(rtw, study, name):
    text = files("rtw_outcomes.specs").joinpath("full_rtw_28d.yaml").read_text("utf-8")
    if name == "own":
        study.put("own.yaml", text)
        name = study.folder / "own.yaml"
    else:
        text = files("rtw_outcomes.specs").joinpath(f"{name}.yaml").read_text("utf-8")
    finished = rtw("show", name, "--yaml")
    assert (finished.status, finished.err) == (0, "")
    assert finished.out == text


def test_show_prints_no_file_that_is_no_definition(rtw, study):
    for name in (study.path, study.folder / "spells.csv"):
        finished = rtw("show", name, "--yaml")
        assert (finished.status, finished.out) == (3, "")
        assert "SECRET" not in finished.err


@pytest.mark.parametrize("name", STOCK)
def test_show_says_a_definition_in_full(rtw, name):
    finished = rtw("show", name)
    assert finished.status == 0
    assert finished.err == ""
    for heading in (name, "Parameters", "Source", "Examples", "Fingerprint"):
        assert heading in finished.out


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", STOCK)
def test_sql_of_a_stock_definition_is_a_query_of_its_dialect(rtw, name, dialect):
    finished = rtw("sql", name, "--dialect", dialect)
    assert finished.status == 0
    assert finished.err == ""
    assert sqlglot.parse_one(finished.out, read=dialect).find(sqlglot.exp.Select)
    assert name in finished.out


@pytest.mark.parametrize("dialect", DIALECTS)
def test_sql_of_a_study_asks_for_every_outcome(study, rtw, dialect):
    finished = rtw("sql", study.path, "--dialect", dialect)
    assert finished.status == 0
    assert "net_sick_days_12m" in finished.out
    assert "full_rtw_28d_status" in finished.out
    assert "SECRET" not in finished.said


def test_sql_of_a_definition_file_is_printed(study, rtw):
    study.put("own.yaml", RETURN)
    finished = rtw("sql", study.folder / "own.yaml")
    assert finished.status in (0, 3)
    assert "Traceback" not in finished.err


@pytest.mark.parametrize("arguments", [[], ["definition"], ["study"], ["profile"]])
def test_schema_prints_json_and_nothing_else(rtw, arguments):
    finished = rtw("schema", *arguments)
    assert finished.status == 0
    assert finished.err == ""
    assert json.loads(finished.out)["properties"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["show", "full_rtw28d"], 3, ["Did you mean `full_rtw_28d`"]),
        (["show", "zzz"], 3, ["zzz", "rtw list"]),
        (["show", "gone.yaml"], 3, ["gone.yaml"]),
        (["sql", "zzz"], 3, ["zzz", "rtw list"]),
        (["sql", "gone.yaml"], 3, ["gone.yaml"]),
        (["test", "zzz"], 3, ["zzz"]),
        (["test", "gone.yaml"], 3, ["gone.yaml"]),
        (["validate", "gone.yaml"], 3, ["gone.yaml"]),
        (["sql", "full_rtw_28d", "--dialect", "oracle"], 2, ["oracle", "postgres"]),
        (["schema", "zzz"], 2, ["zzz", "study"]),
        (["show"], 2, ["ID"]),
        (["list", "extra"], 2, ["extra", "rtw list"]),
        (["list", "--group", "core", "--country", "NO"], 2, ["group", "country"]),
        (["show", "zzz", "--yaml"], 3, ["zzz", "rtw list"]),
        (["show", "full_rtw28d", "--yaml"], 3, ["Did you mean `full_rtw_28d`"]),
        (["show", "gone.yaml", "--yaml"], 3, ["gone.yaml"]),
    ],
)
def test_what_is_not_there_is_told(rtw, arguments, status, words):
    finished = rtw(*arguments)
    assert finished.status == status
    assert finished.out == ""
    assert "Traceback" not in finished.err
    for word in words:
        assert word in finished.err


def test_the_examples_of_stock_definitions_hold_on_every_engine(rtw):
    finished = rtw("test", "full_rtw_28d", "net_sick_days_12m")
    assert finished.status == 0, finished.out
    assert "0 failed" in finished.out


def test_an_example_that_holds_is_counted(study, rtw):
    study.put("own.yaml", with_example("{days: 12, status: event}"))
    finished = rtw("test", study.folder / "own.yaml")
    assert finished.status == 0
    assert (
        finished.out
        == "1 example of 1 definition, on polars, duckdb, reference: 3 passed, 0 failed\n"
    )


def test_a_definition_without_examples_is_told_and_is_status_1(study, rtw):
    study.put("own.yaml", RETURN)
    finished = rtw("test", study.folder / "own.yaml", "full_rtw_28d")
    assert finished.status == 1
    assert "own_return: it has no examples" in finished.out
    assert "5 examples of 2 definitions" in finished.out
    assert "15 passed, 0 failed" in finished.out


def test_all_definitions_of_a_folder_are_tried(study, rtw):
    study.put("mine/one.yaml", with_example("{days: 12}"))
    study.put("mine/two.yml", with_example("{days: 13}").replace("own_return", "other"))
    study.put("mine/study.yaml", study.path.read_text()).put("mine/notes.txt", "no YAML: [")
    finished = rtw("test", study.folder / "mine")
    assert finished.status == 1
    assert "FAILED other, on polars" in finished.out
    assert "2 examples of 2 definitions" in finished.out
    assert "3 passed, 3 failed" in finished.out


def test_a_folder_without_definitions_is_told(study, rtw):
    finished = rtw("test", study.folder)
    assert (finished.status, finished.out) == (2, "")
    assert "There is no definition in the folder" in finished.err


def test_an_example_that_fails_shows_expected_and_found_and_is_status_1(study, rtw):
    study.put("own.yaml", with_example("{days: 13}"))
    finished = rtw("test", study.folder / "own.yaml", "full_rtw_28d")
    assert finished.status == 1
    for word in ("own_return", "one spell", "13", "12", "3 failed"):
        assert word in finished.out
    assert finished.err == ""


@pytest.mark.parametrize(
    "text",
    [
        with_example("{dys: 12}"),
        with_example("{}"),
        with_example("{value: 3}"),
        with_example("{days: 12}", extent="x"),
        with_example("{days: 12}", extent="nan"),
        with_example("{days: 12}", extent="inf"),
        with_example("{days: 12}", extent="0"),
        with_example("{days: 12}", extent="101"),
        with_example("{days: 12}", end="2020-01-40"),
        with_example("{days: 12}", end="2019-12-31"),
        with_example("{days: 12}", index="2020-02-30"),
    ],
)
def test_an_example_that_is_no_example_is_a_wrong_definition(study, rtw, text):
    study.put("own.yaml", text)
    finished = rtw("test", study.folder / "own.yaml")
    assert finished.status == 3, finished.said
    assert "own.yaml:" in finished.err
    assert "A fault" not in finished.err


@pytest.mark.parametrize("year", ["0002", "9998"])
def test_an_example_in_a_far_year_is_run_or_told(study, rtw, year):
    days = {"index": f"{year}-01-03", "start": f"{year}-01-01", "end": f"{year}-01-14"}
    study.put("own.yaml", with_example("{days: 12}", **days))
    finished = rtw("test", study.folder / "own.yaml")
    assert finished.status in (0, 3), finished.said


@pytest.mark.parametrize("command", ["list", "schema"])
def test_a_reader_that_leaves_early_is_no_error(script, command):
    piped = subprocess.run(
        ["bash", "-c", f"'{script}' {command} | head -1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.returncode in (0, 141)
    assert piped.stderr == ""
    assert len(piped.stdout.splitlines()) == 1


def test_a_closed_standard_output_is_no_fault(script):
    closed = subprocess.run(
        ["bash", "-c", f"'{script}' list >&-"], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in closed.stderr
    assert "A fault" not in closed.stderr


def test_sql_of_a_definition_file_is_a_query_too(rtw, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(RETURN)
    finished = rtw("sql", file)
    assert finished.status == 0
    assert "own_return_days" in finished.out
