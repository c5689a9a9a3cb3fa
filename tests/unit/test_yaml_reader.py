"""What a value in a file is read as, and what no file can do to the reader."""

import json
from datetime import date
from importlib.resources import files

import pytest
import yaml

from rtw_outcomes.definitions.catalogue import (
    list_ids,
    read_stock_definition,
    resolve_outcome,
)
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from rtw_outcomes.definitions.stock_files import read_stock_text
from rtw_outcomes.errors import DefinitionError
from rtw_outcomes.intake.study import Study
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.planner.build import plan_outcomes

STUDY = """\
study: small
register: canonical
observed: {from: 2019-01-01, to: 2021-12-31}
spells: spells.csv
cohort: cohort.csv
outcomes: [net_sick_days_12m]
"""
DAYS = """\
outcome: own
language: 1
title: Own
source: {text: none, certainty: none}
absence: {benefits: sickness_related}
follow_up: 12 months
measure: {sick_days: {count: net}}
"""
RETURN = """\
outcome: own
language: 1
title: Own
source: {text: none, certainty: none}
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure: {return_to_work: {sustained: 28 days}}
"""


def study_of(text):
    return YamlFile.parse(text, "study.yaml").validate(Study)


def definition_of(text):
    return check_definition(YamlFile.parse(text, "own.yaml")).outcome


def problems_of(read, text):
    with pytest.raises(DefinitionError) as error:
        read(text)
    return str(error.value)


# ---- numbers ------------------------------------------------------------------------------------

ODD_NUMBERS = {
    "010": "write `10`",
    "+8": "write `8`",
    "1_000": "write `1000`",
    "1_000.5": "write `1000.5`",
    ".5": "write `0.5`",
    "5.": "write `5`",
    "050.50": "write `50.50`",
    "'8'": "without quotation marks",
    "1:30": "like `8`",
    "0x1F": "like `8`",
    "0o17": "like `8`",
    "0b11": "like `8`",
    "1e3": "like `8`",
    "1.0e+3": "like `8`",
    ".inf": "like `8`",
    "-.inf": "like `8`",
    ".nan": "like `8`",
    "yes": "like `8`",
    "true": "like `8`",
}


@pytest.mark.parametrize(("number", "said"), ODD_NUMBERS.items())
@pytest.mark.parametrize(
    ("read", "text", "place"),
    [
        (study_of, STUDY + "suppress_below: NUMBER\n", "study.yaml:7: suppress_below"),
        (
            study_of,
            STUDY + "employer_periods:\n- from: 2005-01-01\n  days: NUMBER\n",
            "study.yaml:9: employer_periods.1.days",
        ),
        (definition_of, RETURN.replace("any", "{at_least: NUMBER}"), "own.yaml:5: absence.when"),
        (
            definition_of,
            DAYS.replace("net", "net, cut: {above: NUMBER}"),
            "own.yaml:7: measure.sick_days.cut.above",
        ),
        (
            definition_of,
            DAYS.replace("sick_days: {count: net}", "cost: {per_net_day: NUMBER}"),
            "own.yaml:7: measure.cost.per_net_day",
        ),
        (
            definition_of,
            DAYS + "examples:\n- case: c\n  index: 2020-01-01\n"
            "  spells: |\n    start end extent\n  expect: {value: NUMBER}\n",
            "own.yaml:13: examples.1.expect.value",
        ),
    ],
)
def test_a_number_that_readers_disagree_about_is_refused_with_what_to_write(
    read, text, place, number, said
):
    found = problems_of(read, text.replace("NUMBER", number))
    assert place in found
    # A word at an amount may be meant as the name of a column, and the message is about that.
    assert said in found or (number in ("yes", "true") and "`{column: " in found)


@pytest.mark.parametrize("number", ["0.5", "50", "99.9999", "12.3400"])
def test_a_plain_number_is_kept_exactly(number):
    when = definition_of(RETURN.replace("any", f"{{at_least: {number}}}")).absence.when
    assert when.limit * 100 == float(number) * 1_000_000
    cut = definition_of(DAYS.replace("net", f"net, cut: {{at_least: {number}}}")).kind.cut
    assert float(cut.limit) == float(number)


def test_a_threshold_and_a_cut_have_at_most_four_decimals():
    for text, place in (
        (RETURN.replace("any", "{at_least: 33.33333}"), "absence.when"),
        (DAYS.replace("net", "net, cut: {at_least: 33.33333}"), "measure.sick_days.cut.at_least"),
    ):
        said = problems_of(definition_of, text)
        assert place in said
        assert "at most 4 decimals" in said


def test_a_number_with_more_digits_than_are_kept_is_refused():
    text = RETURN.replace("any", "{at_least: 50.00000000000000001}")
    assert "own.yaml:5: absence.when.at_least: the number has more digits" in problems_of(
        definition_of, text
    )


def test_the_extent_in_an_example_is_a_plain_number():
    rows = "    start end extent\n    2020-01-01 2020-01-31 {}\n  expect: {{value: 31}}\n"
    start = DAYS + "examples:\n- case: c\n  index: 2020-01-01\n  spells: |\n"
    assert definition_of(start + rows.format("100")).examples
    for extent in ("1e2", "0100", "nan", "1_00", "x"):
        said = problems_of(definition_of, start + rows.format(extent))
        assert "own.yaml:11: examples.1.spells: the extent in the table is a number" in said


# ---- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["NO", "no", "on", "off", "yes", "010", "1:30", "2020-01-01"])
def test_a_word_that_means_something_else_to_other_readers_stays_a_text(word):
    codes = study_of(STUDY + f"benefit_codes: {{{word}: {word}}}\nby: [{word}]\n")
    assert codes.benefit_codes == {word: word}
    assert codes.by == (word,)


def test_norway_is_a_country():
    assert definition_of(DAYS + "country: NO\n").country == "NO"


@pytest.mark.parametrize("word", ["yes", "no", "on", "True", "1", "'true'", "0"])
def test_only_true_and_false_are_yes_and_no(word):
    assert study_of(STUDY + "synthetic: true\n").synthetic is True
    assert study_of(STUDY + "synthetic: false\n").synthetic is False
    said = problems_of(study_of, STUDY + f"synthetic: {word}\n")
    assert "study.yaml:7: synthetic: `true` or `false` is needed here" in said
    text = RETURN.replace("28 days}", f"28 days, day_0_may_count: {word}}}")
    assert "own.yaml:7: measure.return_to_work.day_0_may_count" in problems_of(definition_of, text)


@pytest.mark.parametrize(
    "value", ["!!int '010'", "!!float x", "!!binary x", "!!set {x}", "!!timestamp x", "!own x"]
)
def test_a_tag_is_refused_with_its_line(value):
    assert "study.yaml:7: by: a tag" in problems_of(study_of, STUDY + f"by: {value}\n")


def test_a_tag_at_a_key_is_refused_with_its_line():
    text = STUDY + "benefit_codes:\n  !!timestamp x: sick_pay\n"
    assert "study.yaml:8: benefit_codes.x: a tag" in problems_of(study_of, text)


def test_a_key_that_is_a_list_is_refused():
    assert "study.yaml:1: a key is one word" in problems_of(study_of, STUDY + "? [a, b]\n: c\n")


# ---- aliases ------------------------------------------------------------------------------------


def test_aliases_that_multiply_are_refused_with_their_line():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]\n"]
    for number in range(1, 40):
        lines.append(f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n")
    said = problems_of(study_of, "".join(lines))
    assert said.startswith("study.yaml:6: a5: aliases repeat")
    assert said.count("study.yaml") == 1


def test_an_anchor_may_be_used_again():
    text = STUDY.replace("outcomes:", "by: &some [a, b]\noutcomes:") + "engine: polars\n"
    assert study_of(text + "columns: {spells: &own {benefit: b}, cohort: *own}\n").by == ("a", "b")


def test_a_long_file_without_aliases_is_read(monkeypatch):
    monkeypatch.setattr("rtw_outcomes.language.yaml_reader.MOST_VALUES", 10)
    assert study_of(STUDY + "by: [a, b, c, d]\n").by == ("a", "b", "c", "d")
    twice = STUDY + "benefit_codes: {A: &a sick_pay, B: *a}\n"
    assert "aliases repeat" in problems_of(study_of, twice)


# ---- any value at any key -----------------------------------------------------------------------

ONE_OF_EACH_MEASURE = {  # written in full: a key left empty takes that of the base away
    read_stock_definition(name).outcome.measure.name: name
    for name in list_ids()
    if "based_on" not in read_stock_text(name)
}
OTHER_VALUES = (None, [], [None], ["x"], 7, 0.5, True, "x", {}, {"x": None}, {"to": [1]})
WHOLE_STUDY = STUDY + (
    "synthetic: true\nby: [arm]\nengine: polars\nbenefit_codes: {A: sickness_benefit}\n"
    "employer_periods: [{from: 2005-01-01, days: 14}]\n"
    "columns: {spells: {benefit: b}, cohort: {person_id: p}}\nsuppress_below: 5\n"
    "compare: {groups: arm, reference: control, cluster: c, adjust: [age], at: [90 days], subgroups: [sex], "
    "level: 95, correlation: independence, models: [zero_inflated]}\n"
    "describe: [age]\nprimary: [full_rtw_28d]\ndisclosure: dst\nlanguage: sv\n"
)


def places_in(written):
    """The way to each key and to each item of a list."""
    items = ()
    if isinstance(written, dict):
        items = written.items()
    if isinstance(written, list):
        items = enumerate(written[:1])
    for step, value in items:
        yield (step,)
        yield from ((step, *rest) for rest in places_in(value))


def put(written, place, value):
    """A copy with another value at a place."""
    step, *rest = place
    copy = dict(written) if isinstance(written, dict) else list(written)
    copy[step] = put(written[step], rest, value) if rest else value
    return copy


def find_refusal(read, written, place, value):
    """What the reader says; nothing where it reads the file."""
    problems = ()
    try:
        read(YamlFile.parse(json.dumps(put(written, place, value), indent=1), "own.yaml"))
    except DefinitionError as error:
        problems = error.problems
    assert all(problem.place.startswith("own.yaml:") for problem in problems), place
    return problems


def read_wholly(file):
    resolved = resolve_outcome(check_definition(file))
    assert describe_outcome(resolved)
    assert resolved.fingerprint
    assert isinstance(resolved.outcome.parameters, dict)
    plan_outcomes((resolved,), ())


@pytest.mark.parametrize("measure", ONE_OF_EACH_MEASURE)
def test_any_value_at_any_key_of_a_definition_is_read_or_refused(measure):
    name = ONE_OF_EACH_MEASURE[measure]
    written = _written(f"{name}.yaml")
    written["outcome"] = "own"
    written["examples"] = written.get("examples", [])[:1]
    # Short texts, because most of the time goes into reading them again and again.
    for texts in ("source", "reasons"):
        written[texts] = dict.fromkeys(written.get(texts, {}), "x")
    for place in places_in(written):
        for value in OTHER_VALUES:
            said = find_refusal(read_wholly, written, place, value)
            if value is None and isinstance(place[-1], str) and "expect" not in place[:-1]:
                assert said, f"{place} may be empty"


def test_any_value_at_any_key_of_a_study_is_read_or_refused():
    written = yaml.load(WHOLE_STUDY, yaml.BaseLoader)
    written |= {"synthetic": True, "suppress_below": 5}
    written["employer_periods"][0]["days"] = 14
    written["compare"]["level"] = 95
    assert find_refusal(lambda file: file.validate(Study), written, ("study",), "again") == ()
    for place in places_in(written):
        for value in OTHER_VALUES:
            said = find_refusal(lambda file: file.validate(Study), written, place, value)
            assert said or value is not None, f"{place} may be empty"


def _written(name):
    """A stock file as it is written: dates are texts."""
    text = files("rtw_outcomes.specs").joinpath(name).read_text("utf-8")
    return json.loads(json.dumps(yaml.safe_load(text), default=date.isoformat))


def test_an_empty_key_is_told_with_its_line():
    text = DAYS.replace("absence: {benefits: sickness_related}", "absence:")
    assert "own.yaml:5: absence: the key has no value" in problems_of(definition_of, text)


@pytest.mark.parametrize("opening", ["[", "- ", "? ", "{a: "])
@pytest.mark.parametrize("depth", [3_000, 200_000])
def test_values_too_deep_in_each_other_are_told(opening, depth):
    """The parser in C would end the program."""
    with pytest.raises(DefinitionError):
        YamlFile.parse(f"a:\n  {opening * depth}", "deep.yaml")
