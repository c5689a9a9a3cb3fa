"""How the arguments of `compute` and its sisters may be written, and that nothing else is heard or left."""

import datetime
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import rtw_outcomes
from rtw_outcomes import (
    ContractError,
    DefinitionError,
    UsageError,
    compute,
    describe_outcome,
    find_outcome,
    list_outcomes,
    run_study,
    validate_study,
)
from rtw_outcomes.engines.registry import BUILT_IN
from tests.library.conftest import COHORT, DAYS, OBSERVED, SPELLS

OWN = {
    "outcome": "own_return",
    "language": 1,
    "title": "Return for 4 weeks",
    "source": {"text": "Written for a test.", "certainty": "None is needed."},
    "absence": {"benefits": "sickness_related", "when": "any", "join_gap": "5 days"},
    "follow_up": "12 months",
    "measure": {"return_to_work": {"sustained": "4 weeks"}},
    "competing": ["disability_pension", "death"],
}
RELAPSE = {
    **OWN,
    "outcome": "own_relapse",
    "title": "Relapse after it",
    "measure": {"relapse": {"after": "own_return"}},
}
STUDY = """\
study: small
register: canonical
observed: {from: 2019-01-01, to: 2021-12-31}
spells: spells.parquet
cohort: cohort.csv
outcomes: [full_rtw_28d, net_sick_days_12m]
by: [arm]
"""


@pytest.fixture
def study(tmp_path):
    """A study file with its data."""
    SPELLS.write_parquet(tmp_path / "spells.parquet")
    COHORT.write_csv(tmp_path / "cohort.csv")
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path / "study.yaml"


def run(outcomes="full_rtw_28d", **arguments):
    return compute(outcomes, SPELLS, COHORT, **{"observed": OBSERVED, **arguments})


@pytest.fixture
def own_file(tmp_path):
    """A definition file, and beside it the one that it is computed from."""
    keys = "\n".join(f"{key}: {value}" for key, value in {**OWN, "outcome": "own_return"}.items())
    (tmp_path / "own_return.yaml").write_text(keys)
    keys = "\n".join(f"{key}: {value}" for key, value in RELAPSE.items())
    (tmp_path / "own_relapse.yaml").write_text(keys)
    return tmp_path / "own_relapse.yaml"


def test_one_outcome_may_be_named_in_every_way(own_file):
    folder = own_file.parent
    for outcome in (
        "full_rtw_28d",
        find_outcome("full_rtw_28d"),
        find_outcome("full_rtw_28d").outcome,
        OWN,
        folder / "own_return.yaml",
        str(folder / "own_return.yaml"),
        find_outcome(folder / "own_return.yaml"),
        find_outcome(OWN),
    ):
        for outcomes in (outcome, [outcome], (outcome,)):
            found = run(outcomes)
            (days,) = [name for name in found.outcomes.columns if name.endswith("_days")]
            assert found.outcomes[days].to_list() == DAYS


def test_what_an_outcome_is_computed_from_comes_along(own_file):
    by_file = run(own_file)
    assert by_file.outcomes.equals(run(find_outcome(own_file)).outcomes)
    assert by_file.outcomes.equals(run([RELAPSE, OWN]).outcomes.select(by_file.outcomes.columns))
    with pytest.raises(DefinitionError, match=r"^outcomes: measure\.relapse\.after: .*own_return"):
        run(RELAPSE)  # what lies in the folder that the user stands in is not looked at


def test_a_file_in_the_current_folder_is_no_part_of_a_mapping(own_file, monkeypatch):
    monkeypatch.chdir(own_file.parent)
    with pytest.raises(DefinitionError, match="own_return"):
        run(RELAPSE)


def test_an_id_has_one_meaning_also_among_outcomes_that_came_with_others(own_file):
    shorter = {**OWN, "measure": {"return_to_work": {"sustained": "6 days"}}}
    with pytest.raises(DefinitionError, match="own_return: the id stands for two outcomes"):
        run([find_outcome(own_file), shorter])


def test_a_changed_copy_of_an_outcome_is_checked():
    own = find_outcome(OWN).outcome
    assert run(own.model_copy(update={"outcome": "another"})).outcomes["another_days"].to_list()
    with pytest.raises(DefinitionError, match="outcomes: follow_up"):
        run(own.model_copy(update={"follow_up": "some time"}))


def test_the_observed_period_may_be_written_in_every_way():
    first, last = OBSERVED
    for observed in (
        (first, last),
        [str(first), str(last)],
        {"from": first, "to": str(last)},
        (pd.Timestamp(first), datetime.datetime(2021, 12, 31)),
    ):
        assert run(observed=observed).outcomes["full_rtw_28d_days"].to_list() == DAYS


def test_arguments_mean_what_the_keys_of_a_study_file_mean(study):
    from_file = run_study(study, study.parent / "results")
    found = run(["full_rtw_28d", "net_sick_days_12m"], by="arm")
    for table in ("outcomes", "summary", "rejected"):
        assert getattr(found, table).equals(getattr(from_file, table))
    assert found.by == from_file.by == ("arm",)
    assert run(by=["arm"], suppress_below=np.int64(1)).suppress_below == 1
    assert run(suppress_below=None).suppress_below == 5


def test_employer_periods_are_taken():
    spells_over = "nordic_spells_over_30_days"
    with pytest.raises(DefinitionError, match="employer"):
        run(spells_over)
    periods = [{"from": datetime.date(2005, 1, 1), "days": 14}]
    assert run(spells_over, employer_periods=periods).outcomes.height == 2


@pytest.mark.parametrize("engine", BUILT_IN)
def test_the_engine_may_be_chosen(engine):
    found = run(engine=engine, memory_limit="2GB")
    assert found.engine == engine
    assert found.outcomes["full_rtw_28d_days"].to_list() == DAYS


@pytest.mark.parametrize("limit", [2 * 10**9, "2GB", None])
def test_a_memory_limit_is_bytes_or_a_text(limit, study):
    assert run(memory_limit=limit).outcomes.height == 2
    assert validate_study(study, memory_limit=limit)


def test_paths_may_be_texts(study, monkeypatch):
    monkeypatch.chdir(study.parent)
    from_text = run_study("study.yaml", "results")
    assert from_text.outcomes.equals(pl.read_parquet("results/outcomes.parquet"))
    assert from_text.rejected.equals(pl.read_parquet("results/rejected.parquet"))
    assert from_text.summary.equals(
        pl.read_csv("results/summary.csv", schema_overrides=from_text.summary.schema)
    )
    assert from_text.accounts == validate_study("study.yaml") == validate_study(Path("study.yaml"))
    assert from_text.study == "small"


def test_nothing_is_printed_unless_asked(study, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run()
        run_study(study, study.parent / "results")
        validate_study(study)
        list_outcomes()
        describe_outcome("full_rtw_28d")
    assert capfd.readouterr() == ("", "")
    run(progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert err == "Reading the tables\nComputing 1 outcome for 2 index dates\n"
    steps = []
    run(progress=steps.append)
    run_study(study, study.parent / "results", progress=steps.append)
    validate_study(study, progress=steps.append)
    assert [step.split()[0] for step in steps] == [
        *("Reading", "Computing", "Reading", "Computing", "Writing", "Reading")
    ]
    assert capfd.readouterr() == ("", "")


def test_a_second_call_is_as_the_first_one():
    first, second = run(by="arm"), run(by="arm")
    assert first.outcomes.equals(second.outcomes)
    assert first.summary.equals(second.summary)
    assert repr(first) == repr(second)


def test_an_interrupt_is_an_interrupt_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def stop(step):
        assert any(tmp_path.iterdir())
        if step.startswith("Computing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(progress=stop)
    assert not any(tmp_path.iterdir())


def test_outcomes_are_listed_by_all_that_they_are_sorted_under():
    every = list_outcomes()
    assert len(every) > 90
    core = list_outcomes(group="core")
    assert [each.id for each in core] == [each.id for each in every if each.outcome.group == "core"]
    assert {each.outcome.country for each in list_outcomes(country="NO")} == {"NO"}
    assert {each.outcome.measure.name for each in list_outcomes(measure="cost")} == {"cost"}
    assert [each.id for each in list_outcomes(group="core", word="RELAPSE")] == [
        "days_to_first_relapse"
    ]
    with pytest.raises(UsageError, match="No stock definition has all of"):
        list_outcomes(word="a word of no definition")
    assert list_outcomes(country="se", group="Core", measure="RELAPSE") == list_outcomes(
        country="SE", group="core", measure="relapse"
    )
    assert {each.outcome.measure.name for each in list_outcomes("reported")} == {"reported"}
    assert {each.id for each in list_outcomes(measure="relapse")} <= {
        each.id for each in list_outcomes("relapse")
    }
    assert run(core).outcomes.height == 2


def test_the_keys_of_a_comparison_may_be_written_in_every_way():
    cohort = COHORT.with_columns(sex=pl.lit("woman"))
    before = compute("full_rtw_28d", SPELLS, cohort, observed=OBSERVED).outcomes
    compare = {"groups": "arm", "reference": "control", "at": ("90 days",), "level": np.float64(90)}
    for arguments in (
        {"compare": compare, "describe": "sex", "disclosure": "sacro"},
        {"compare": {**compare, "at": "90 days"}, "describe": ["sex"], "disclosure": np.int64(10)},
        {"compare": None, "describe": (), "disclosure": None, "suppress_below": 10},
    ):
        found = compute("full_rtw_28d", SPELLS, cohort, observed=OBSERVED, **arguments)
        assert found.outcomes.equals(before)
        assert found.suppress_below == 10
    warning = "cohort: groups of every size are shown: `disclosure` is 1"
    assert warning in run(disclosure=1).warnings


WRONG_KEYS = {
    "no reference": ({"compare": {"groups": "arm"}}, "compute: compare: the key `reference` is"),
    "an unknown column": (
        {"compare": {"groups": "amr", "reference": "control"}},
        "compute: compare.groups: the cohort has no column `amr`. Did you mean `arm`?",
    ),
    "no mapping": ({"compare": "arm"}, "compute: compare: keys with values are needed"),
    "an unknown column to describe": (
        {"describe": ["arm", "sex"]},
        "compute: describe[1]: the cohort has no column `sex`.",
    ),
    "unknown rules": ({"disclosure": "sacra"}, "compute: disclosure: this is not one of the words"),
    "rules that are said twice": (
        {"disclosure": "dst", "suppress_below": 5},
        "compute: suppress_below: it is the short form of `disclosure`",
    ),
    "a reference that is not there": (
        {"compare": {"groups": "arm", "reference": "placebo"}},
        'Write it as the cells are written; the argument `compare["reference"]` says it.',
    ),
}


@pytest.mark.parametrize("what", WRONG_KEYS)
def test_a_wrong_key_of_a_comparison_is_told_by_its_argument(what):
    arguments, message = WRONG_KEYS[what]
    with pytest.raises((DefinitionError, ContractError)) as raised:
        run(**arguments)
    assert message in str(raised.value)
    assert "SECRET" not in str(raised.value)


UNKNOWN_WORDS = {
    "no group": (
        {"group": "cor"},
        r"has the group `cor`\. Expected one of compensation, core, .*\. Did you mean `core`\?$",
    ),
    "no country": (
        {"country": "Sverige"},
        r"has the country `Sverige`\. Expected one of DK, .*, SE\.",
    ),
    "a measure of no stock definition": (
        {"measure": "state_on_day"},
        r"has the measure `state_on_day`\. Expected one of .*, work_state\.$",
    ),
}


@pytest.mark.parametrize("what", UNKNOWN_WORDS)
def test_an_unknown_group_country_or_measure_is_told_with_those_that_there_are(what):
    arguments, message = UNKNOWN_WORDS[what]
    with pytest.raises(UsageError, match=message):
        list_outcomes(**arguments)


WRONG_ARGUMENTS = {
    "a number as a word": (lambda: list_outcomes(5), "`word` is no text. Expected a text in"),
    "a number as a group": (lambda: list_outcomes(group=5), "`group` is no text."),
    "a list as a country": (lambda: list_outcomes(country=["SE"]), "`country` is no text."),
    "no study": (lambda: run_study(None, "out"), "`path` is no path. Expected a text or a Path,"),
    "no folder": (lambda: run_study("study.yaml", None), "`out` is no path."),
    "bytes as a path": (lambda: validate_study(b"study.yaml"), "found the type bytes."),
    "nothing to read": (lambda: validate_study(None), "found the type NoneType."),
    "a number in place of ids": (
        lambda: run_study("study.yaml", "out", only=5),
        "`only` is no list of texts. Expected one text or several, found the type int.",
    ),
    "a number among ids": (
        lambda: run_study("study.yaml", "out", only=["full_rtw_28d", 5]),
        "`only[1]` is no text.",
    ),
}


@pytest.mark.parametrize("what", WRONG_ARGUMENTS)
def test_an_argument_of_a_wrong_type_is_named(what):
    call, message = WRONG_ARGUMENTS[what]
    with pytest.raises(UsageError) as raised:
        call()
    assert message in str(raised.value)


def test_an_engine_that_is_no_text_is_named(study):
    with pytest.raises(UsageError, match="`engine` is no text"):
        run_study(study, study.parent / "results", engine=5)


def test_a_study_is_narrowed_to_one_outcome_or_several(study):
    for only in ("full_rtw_28d", ["full_rtw_28d"], ("full_rtw_28d",)):
        run = run_study(study, study.parent / "results", only=only)
        assert [each.id for each in run.definitions] == ["full_rtw_28d"]
    for everything in ((), None):
        assert len(run_study(study, study.parent / "results", only=everything).definitions) == 2


def test_an_outcome_has_a_short_name_for_the_screen():
    found = find_outcome("full_rtw_28d")
    assert repr(found) == "<full_rtw_28d: First full return to work, sustained for 28 days>"
    assert found.title == found.outcome.title


def test_an_outcome_is_described_however_it_is_named(own_file):
    words = describe_outcome("full_rtw_28d")
    assert words == describe_outcome(find_outcome("full_rtw_28d"))
    assert words == describe_outcome(find_outcome("full_rtw_28d").outcome)
    assert words == run().descriptions["full_rtw_28d"]
    assert describe_outcome(own_file) == describe_outcome(str(own_file))
    assert describe_outcome(OWN) == describe_outcome(own_file.with_stem("own_return"))


def test_the_version_is_that_of_the_installation():
    assert rtw_outcomes.__version__ == "0.1.0"
    assert set(dir(rtw_outcomes)) == {*rtw_outcomes.__all__, "__version__"}
    with pytest.raises(AttributeError, match="computed"):
        rtw_outcomes.computed  # noqa: B018 that it raises is the test
