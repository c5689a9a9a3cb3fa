"""The rules of disclosure control, and which of them a study asks for."""

import pytest

from rtw_outcomes.intake.study import Study
from rtw_outcomes.language.rule_sets import RULE_SETS, RuleSet
from rtw_outcomes.language.yaml_reader import YamlFile

STUDY = """\
study: small
register: canonical
observed: {from: 2019-01-01, to: 2021-12-31}
spells: spells.csv
cohort: cohort.csv
outcomes: [full_rtw_28d]
"""


def study_of(keys):
    return YamlFile.parse(STUDY + keys, "study.yaml").validate(Study)


@pytest.mark.parametrize(
    ("keys", "name", "below"),
    [
        ("", "default", 5),
        ("suppress_below: 3\n", "number", 3),
        ("suppress_below: 5\n", "number", 5),
        ("disclosure: 7\n", "number", 7),
        *((f"disclosure: {name}\n", name, each.below) for name, each in RULE_SETS.items()),
    ],
)
def test_a_study_follows_the_rules_that_it_names(keys, name, below):
    study = study_of(keys)
    assert (study.rules.name, study.rules.below) == (name, below)
    assert study.suppress_below == below
    assert study.model_dump(mode="json", by_alias=True)["suppress_below"] == below


def test_a_number_differs_from_the_default_only_in_what_it_hides():
    default, five = RULE_SETS["default"], RuleSet.number(5)
    for field in ("below", "round_to", "midpoint", "percentile_from", "figures_as"):
        assert getattr(default, field) == getattr(five, field)
    assert (RuleSet.number(12).below, RuleSet.number(12).percentile_from) == (12, 12)


def test_rules_that_round_hide_what_would_be_rounded_to_nothing():
    for rules in RULE_SETS.values():
        assert rules.below > rules.round_to
        assert rules.below > rules.midpoint
        assert rules.source


def test_every_rule_set_is_on_the_page_with_its_numbers(request):
    page = (request.config.rootpath / "docs/disclosure.md").read_text("utf-8")
    for name, rules in RULE_SETS.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1] == str(rules.below)
        assert ("multiples" in cells[2]) is bool(rules.round_to)
        assert cells[4] == f"of {rules.percentile_from} persons"
        assert cells[5].lower() == rules.figures_as


def test_a_comparison_has_defaults():
    compare = study_of("compare: {groups: arm, reference: 0}\n").compare
    assert (compare.reference, compare.level, compare.correlation) == ("0", 95, "independence")
    assert compare.adjust == compare.at == compare.subgroups == compare.models == ()
    assert not compare.needs_regression
    keys = "compare: {groups: arm, reference: c, adjust: age, at: 4 weeks, subgroups: sex}\n"
    compare = study_of(keys).compare
    assert (compare.adjust, compare.at, compare.subgroups) == (("age",), ("4 weeks",), ("sex",))
