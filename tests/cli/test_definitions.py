"""Wrong study and definition files: status 3, file and line, all problems of a file at once."""

import json
from importlib.resources import files

import pytest

STUDY = """\
study: small
register: canonical
observed: {from: 2019-01-01, to: 2021-12-31}
spells: spells.csv
cohort: cohort.csv
outcomes: [net_sick_days_12m, full_rtw_28d]
"""


def stock(name, own_id):
    """A stock definition without its examples, under an id of its own."""
    text = files("rtw_outcomes.specs").joinpath(f"{name}.yaml").read_text("utf-8")
    assert f"outcome: {name}\n" in text
    return text.split("examples:")[0].replace(f"outcome: {name}\n", f"outcome: {own_id}\n")


RETURN = stock("full_rtw_28d", "own_return")
SICK_DAYS = stock("net_sick_days_12m", "own_days")
RECURRENCE = stock("recurrence_12m", "own_recurrence")
STATE = stock("work_state_12m", "own_state")


def changed(text, old, new):
    assert old in text
    return text.replace(old, new)


def without(key):
    return "".join(line for line in STUDY.splitlines(True) if not line.startswith(f"{key}:"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (STUDY + "colour: red\n", ["study.yaml:7", "unknown key `colour`", "outcomes"]),
        (changed(STUDY, "cohort:", "cohrt:"), ["study.yaml:5", "Did you mean `cohort`"]),
        (STUDY + "study: other\n", ["study.yaml:7", "`study`", "twice"]),
        (STUDY + "by:\n\t- arm\n", ["study.yaml:8", "not YAML"]),
        ("- a\n- b\n", ["study.yaml", "no keys"]),
        ("", ["study.yaml", "no keys"]),
        ("plain text\n", ["study.yaml", "no keys"]),
        (STUDY + "---\n" + STUDY, ["study.yaml:7"]),
        (STUDY + "by: &a [*a]\n", ["study.yaml:7", "refers to itself"]),
        ("study: " + "[" * 3000 + "]" * 3000 + "\n", ["study.yaml"]),
        (STUDY + "by: !!python/name:os.system x\n", ["study.yaml"]),
        (STUDY + "? [a, b]\n: c\n", ["study.yaml"]),
        (STUDY + "1: c\n", ["study.yaml"]),
        (STUDY + "by: [arm\n", ["study.yaml:8", "not YAML"]),
        ((STUDY + "# å\n").encode("latin-1"), ["study.yaml", "not UTF-8"]),
        (STUDY.encode("utf-16"), ["study.yaml", "not UTF-8"]),
        (STUDY + 'by: ["\0"]\n', ["study.yaml", "not YAML"]),
        *(
            (without(key), ["study.yaml:1", f"the key `{key}` is missing"])
            for key in ("study", "register", "observed", "spells", "cohort", "outcomes")
        ),
        (changed(STUDY, "canonical", "midass"), ["study.yaml:2", "Did you mean `midas`"]),
        (changed(STUDY, "2021-12-31", "2018-12-31"), ["study.yaml:3", "ends before it starts"]),
        (changed(STUDY, "2021-12-31", "2021-02-30"), ["study.yaml:3", "observed.to", "2021-02-30"]),
        (changed(STUDY, "2021-12-31", "2021-1-5"), ["study.yaml:3", "observed.to", "2021-1-5"]),
        (changed(STUDY, "2021-12-31", "20211231"), ["study.yaml:3", "observed.to", "20211231"]),
        (changed(STUDY, "2021-12-31", "null"), ["study.yaml:3", "observed.to"]),
        (
            changed(STUDY, "full_rtw_28d", "ful_rtw_28d"),
            ["study.yaml:6", "Did you mean `full_rtw_28d`"],
        ),
        (changed(STUDY, "full_rtw_28d", "zzz"), ["study.yaml:6", "`zzz`", "rtw list"]),
        (changed(STUDY, "full_rtw_28d", "gone/x.yaml"), ["study.yaml:6", "gone/x.yaml"]),
        (changed(STUDY, "[net_sick_days_12m, full_rtw_28d]", "[]"), ["study.yaml:6", "outcomes"]),
        (changed(STUDY, "[net_sick_days_12m, full_rtw_28d]", "[1]"), ["study.yaml:6", "outcomes"]),
        (
            changed(STUDY, "full_rtw_28d", "net_sick_days_12m"),
            ["study.yaml:6", "net_sick_days_12m", "twice"],
        ),
        (STUDY + "engine: polarz\n", ["study.yaml:7", "polarz", "duckdb"]),
        (STUDY + "suppress_below: 0\n", ["study.yaml:7", "suppress_below"]),
        (STUDY + "suppress_below: -1\n", ["study.yaml:7", "suppress_below"]),
        (STUDY + "suppress_below: five\n", ["study.yaml:7", "suppress_below"]),
        (STUDY + "suppress_below: .inf\n", ["study.yaml:7", "suppress_below"]),
        (STUDY + "suppress_below: yes\n", ["study.yaml:7", "suppress_below"]),
        (STUDY + f"suppress_below: {'9' * 5000}\n", ["study.yaml:7", "suppress_below"]),
        (STUDY + "benefit_codes: {1: sickness_benefit}\n", ["study.yaml:7", "quot"]),
        (STUDY + "benefit_codes: {true: sickness_benefit}\n", ["study.yaml:7", "quot"]),
        (
            STUDY + "benefit_codes: {'01': sickness_benfit}\n",
            ["study.yaml:7", "Did you mean `sickness_benefit`"],
        ),
        (
            STUDY + "columns: {spells: {personid: id}}\n",
            ["study.yaml:7", "Did you mean `person_id`"],
        ),
        (STUDY + "columns: {spels: {}}\n", ["study.yaml:7", "Did you mean `spells`"]),
        (STUDY + "by: [arn]\n", ["study.yaml:7", "by", "Did you mean `arm`"]),
        (STUDY + "by: [arm, arm]\n", ["study.yaml:7", "`arm`", "twice"]),
        (STUDY + "by: [person_id]\n", ["study.yaml:7", "person_id"]),
        (STUDY + "by: [index_date]\n", ["study.yaml:7", "index_date"]),
    ],
)
def test_a_wrong_study_file_is_told_with_its_line(study, text, words):
    study.write(study=text)
    study.assert_refused(3, *words)


@pytest.mark.parametrize("name", ["outcome", "statistic", "value", "n"])
def test_a_group_column_with_a_name_of_the_summary_is_told(study, name):
    study.write(
        cohort=f"person_id,index_date,{name}\nP-SECRET-77,2020-01-01,a\n",
        study=STUDY + f"by: [{name}]\n",
    )
    study.assert_refused(3, "study.yaml:7", name)


def test_a_study_that_is_not_there_is_told(study):
    study.path.unlink()
    study.assert_refused(3, "study.yaml")


def test_a_study_that_is_a_folder_is_told(study):
    study.path.unlink()
    study.path.mkdir()
    study.assert_refused(3, "study.yaml")


def test_data_given_for_a_study_do_not_show_their_values(study, rtw):
    for name in ("spells.csv", "cohort.csv"):
        finished = rtw("run", study.folder / name, "--out", study.out)
        assert finished.status == 3
        assert "SECRET" not in finished.said


def test_all_problems_of_a_study_are_told_at_once(study):
    study.write(study=changed(STUDY, "canonical", "midass") + "benefit_codes: {'1': sick}\n")
    study.assert_refused(3, "study.yaml:2", "study.yaml:7")


def test_anchors_and_merge_keys_may_be_used(study):
    study.write(study=STUDY + "by: [&group arm]\nbenefit_codes: {'01': sickness_benefit}\n")
    study.assert_runs()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed(RETURN, "language: 1\n", ""), ["`language` is missing"]),
        (
            changed(RETURN, "language: 1", "language: 2"),
            [":3: language: wrong value. Expected `1`, found `2`."],
        ),
        (changed(RETURN, "own_return", "Own Return"), [":2", "outcome"]),
        (changed(RETURN, "own_return", "a" * 64), [":2", "outcome"]),
        (RETURN + "colour: red\n", ["unknown key `colour`"]),
        (changed(RETURN, "join_gap", "joingap"), ["Did you mean `join_gap`"]),
        (RETURN + "title: again\n", ["`title`", "twice"]),
        (
            changed(RETURN, "sickness_related", "sickness_relatd"),
            ["Did you mean `sickness_related`"],
        ),
        (changed(RETURN, "sickness_related", "[]"), ["absence.benefits"]),
        *(
            (changed(RETURN, "when: any", f"when: {when}"), ["absence.when"])
            for when in (
                "{at_least: 0}",
                "{at_least: 101}",
                "{at_least: -1}",
                "{at_least: .nan}",
                "{at_least: .inf}",
                "{at_least: x}",
                "{at_least: true}",
                "ANY",
                "0.5",
                "[any]",
            )
        ),
        *(
            (changed(RETURN, "join_gap: 5 days", f"join_gap: {gap}"), ["join_gap"])
            for gap in (
                "5",
                "5.5 days",
                "-1 days",
                "1 month",
                "five days",
                "null",
                "true",
            )
        ),
        *(
            (changed(RETURN, "follow_up: 12 months", f"follow_up: {length}"), ["follow_up"])
            for length in (
                "12",
                "0 days",
                "-1 months",
                "999 years",
                "{from: 1 month, to: 12 months}",
                "{from: 12 months, to: 1 month}",
                "{from: 1 day}",
                "null",
            )
        ),
        *(
            (changed(RETURN, "sustained: 28 days", f"sustained: {length}"), ["sustained"])
            for length in ("0 days", "5 days", "28", "999 years", "null")
        ),
        (changed(RETURN, ", death]", ", deth]"), ["competing", "Did you mean `death`"]),
        (changed(RETURN, ", death]", ", disability_pension]"), ["competing", "twice"]),
        (changed(RETURN, ", death]", ", sickness_benefit]"), ["competing", "counts as absence"]),
        (changed(RETURN, "measure:\n", "measure:\n  sick_days: {count: net}\n"), ["one key"]),
        (changed(RETURN, "return_to_work:", "retur_to_work:"), ["Did you mean `return_to_work`"]),
        (
            changed(SICK_DAYS, "{count: net", "{count: nett"),
            ["count: ", "Expected one of net, gross, found `nett`. Did you mean `net`?"],
        ),
        (
            changed(SICK_DAYS, "{count: net", "{count: net, unit: day"),
            ["unit: ", "Expected one of days, weeks, found `day`. Did you mean `days`?"],
        ),
        (
            changed(SICK_DAYS, "sick_days: {count: net", "work_days: {count: net, as: percnt"),
            ["as: ", "Expected one of number, percent, found `percnt`. Did you mean `percent`?"],
        ),
        (
            changed(SICK_DAYS, "{count: net", "{count: [net]"),
            ["count: ", "Expected one of net, gross."],
        ),
        (changed(SICK_DAYS, "{count: net", "{count: net, per: 5 months"), ["per", "12 months"]),
        (changed(SICK_DAYS, "own_days", "person_id"), [":2", "person_id"]),
        (changed(SICK_DAYS, "own_days", "index_date"), [":2", "index_date"]),
        (changed(RECURRENCE, "full_rtw_28d", "gone"), ["after", "`gone`"]),
        (changed(RECURRENCE, "full_rtw_28d", "own_recurrence"), ["after", "no return"]),
        (changed(STATE, "precedence: [dead", "precedence: [deadd"), ["Did you mean `dead`"]),
        ("", ["no keys"]),
        (changed(RETURN, "title: ", "title: Å ").encode("latin-1"), ["not UTF-8"]),
        (STUDY, ["`outcome` is missing"]),
    ],
)
def test_a_wrong_definition_is_told_with_its_line(study, text, words):
    study.put("own.yaml", text).write(study=changed(STUDY, "full_rtw_28d", "own.yaml"))
    study.assert_refused(3, "own.yaml", *words)


@pytest.mark.parametrize("text", [RETURN, SICK_DAYS, RECURRENCE, STATE])
def test_a_definition_of_ones_own_is_run(study, text):
    study.put("own.yaml", text).write(study=changed(STUDY, "full_rtw_28d", "own.yaml"))
    study.assert_runs()
    manifest = json.loads((study.out / "manifest.json").read_text())
    assert [each["outcome"][:4] for each in manifest["outcomes"]] == ["net_", "own_"]


def test_a_definition_may_not_take_a_stock_id_for_another_meaning(study):
    text = changed(RETURN, "own_return", "full_rtw_28d").replace("28 days", "29 days")
    study.put("own.yaml", text).write(study=changed(STUDY, "full_rtw_28d", "own.yaml"))
    study.assert_refused(3, "own.yaml:", "full_rtw_28d", "stock definition")


def test_two_definitions_may_not_have_one_id(study):
    study.put("one.yaml", RETURN).put("two.yaml", changed(RETURN, "28 days", "29 days"))
    study.write(study=changed(STUDY, "net_sick_days_12m, full_rtw_28d", "one.yaml, two.yaml"))
    study.assert_refused(3, "one.yaml", "two.yaml", "own_return")


@pytest.mark.parametrize(
    "text",
    [
        changed(STUDY, "[net_sick_days_12m, full_rtw_28d]", "[]"),
        changed(STUDY, "[net_sick_days_12m, full_rtw_28d]", "{a: b}"),
        changed(STUDY, "{from: 2019-01-01, to: 2021-12-31}", "2019"),
        changed(STUDY, "2021-12-31", "20211231"),
        STUDY + "by:\n",
        STUDY + "columns:\n",
        STUDY + "benefit_codes: [a]\n",
        STUDY + "suppress_below: five\n",
    ],
)
def test_no_message_speaks_the_language_of_the_program(study, text):
    """Words of Python and pydantic mean nothing to who writes a study file."""
    study.write(study=text)
    finished = study.assert_refused(3, "study.yaml:")
    for word in ("tuple", "dictionary", "instance of", "validation", "datetime", "parse"):
        assert word not in finished.err


def test_the_problems_of_all_definitions_of_a_study_are_told_at_once(study):
    study.put("one.yaml", changed(RETURN, "28 days", "0 days"))
    study.put("two.yaml", changed(SICK_DAYS, "{count: net", "{count: nett"))
    names = "one.yaml, two.yaml, gone"
    study.write(study=changed(STUDY, "net_sick_days_12m, full_rtw_28d", names))
    study.assert_refused(3, "one.yaml:", "sustained", "two.yaml:", "nett", "study.yaml:6", "`gone`")


def test_all_that_outcomes_are_wrongly_made_of_is_told_at_once(study):
    study.put("one.yaml", changed(RECURRENCE, "full_rtw_28d", "gone"))
    text = changed(RECURRENCE, "full_rtw_28d", "work_state_12m")
    study.put("two.yaml", changed(text, "own_recurrence", "other_recurrence"))
    study.write(study=changed(STUDY, "net_sick_days_12m, full_rtw_28d", "one.yaml, two.yaml"))
    study.assert_refused(3, "one.yaml:", "`gone`", "two.yaml:", "no return")


def test_a_part_that_two_outcomes_share_is_told_once(study):
    study.put("own_return.yaml", changed(RETURN, "28 days", "0 days"))
    text = changed(RECURRENCE, "full_rtw_28d", "own_return")
    study.put("one.yaml", text)
    study.put("two.yaml", changed(text, "own_recurrence", "other_recurrence"))
    study.write(study=changed(STUDY, "net_sick_days_12m, full_rtw_28d", "one.yaml, two.yaml"))
    assert study.assert_refused(3, "own_return.yaml:").err.count("own_return.yaml:") == 1


@pytest.mark.parametrize("command", ["test", "diff"])
def test_the_problems_of_all_files_of_a_command_are_told_at_once(study, rtw, command):
    study.put("one.yaml", changed(RETURN, "28 days", "0 days"))
    study.put("two.yaml", changed(SICK_DAYS, "{count: net", "{count: nett"))
    finished = rtw(command, study.folder / "one.yaml", study.folder / "two.yaml")
    assert finished.status == 3
    assert "one.yaml:" in finished.err
    assert "two.yaml:" in finished.err


# ---- worked examples that fail ------------------------------------------------------------------

EXAMPLES = """\
examples:
  - case: a month at full time
    index: 2020-01-01
    spells: |
      start       end         extent
      2019-12-20  2020-01-31  100
    expect: {value: 31}
  - case: nobody is absent
    index: 2020-01-01
    spells: |
      start  end  extent
    expect: {value: WANTED}
"""
OF_OWN = "1 of the 2 worked examples of `own_days` fails"


def run_with_examples(study, wanted):
    study.put("own.yaml", SICK_DAYS + EXAMPLES.replace("WANTED", wanted))
    return study.write(study=STUDY.replace("[net", "[own.yaml, net")).assert_runs()


def test_a_run_warns_of_an_own_definition_whose_examples_fail(study):
    assert f"note: {OF_OWN}" in run_with_examples(study, "9").err
    for folder in ("", "release"):
        record = json.loads((study.out / folder / "manifest.json").read_text())
        assert [OF_OWN in each for each in record["warnings"]].count(True) == 1
    page = (study.out / "report.html").read_text("utf-8")
    assert "1 of the 2 worked examples of" in page


def test_a_run_says_nothing_of_examples_that_pass(study):
    assert "worked example" not in run_with_examples(study, "0").err


def test_the_examples_of_an_outcome_that_another_is_computed_from_are_run_too(study):
    study.put(
        "own_return.yaml",
        RETURN
        + EXAMPLES.replace("{value: 31}", "{days: 9, status: event}").split("  - case: nobody")[0],
    )
    study.put("own.yaml", changed(RECURRENCE, "full_rtw_28d", "own_return"))
    study.write(study=STUDY.replace("[net", "[own.yaml, net"))
    words = "the one worked example of `own_return` fails"
    assert words in study.assert_runs().err
