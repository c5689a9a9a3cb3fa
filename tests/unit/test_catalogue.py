"""How the outcomes are found that another one is made of."""

import pytest

from rtw_outcomes.definitions.catalogue import find_outcome, read_stock_definition, resolve_outcomes
from rtw_outcomes.definitions.definition_file import read_definition
from rtw_outcomes.errors import DefinitionError

HEAD = "language: 1\ntitle: Own\nsource: {text: none, certainty: none}\n"
FOO = """\
absence: {benefits: sickness_related}
follow_up: 12 months
measure: {sick_days: {count: net, cut: {above: 14}}}
"""
ALL = "measure: {none_of: {outcomes: [foo]}}\n"


@pytest.fixture
def put(tmp_path):
    def write(path, text, name=None):
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"outcome: {name or file.stem}\n{HEAD}{text}")
        return file

    return write


def test_a_part_is_found_beside_the_file_that_names_it(put):
    put("a/foo.yaml", FOO)
    (resolved,) = resolve_outcomes([read_definition(put("a/all.yaml", ALL))])
    assert [part.outcome.outcome for part in resolved.named] == ["foo"]


def test_one_id_with_two_meanings_is_refused(put):
    put("a/foo.yaml", FOO)
    composite = read_definition(put("a/all.yaml", ALL))
    alike = read_definition(put("b/foo.yaml", FOO))
    assert resolve_outcomes([alike, composite])[1].named[0].outcome.outcome == "foo"
    other = read_definition(put("c/foo.yaml", FOO.replace("14", "15")))
    with pytest.raises(DefinitionError, match="`foo` has two meanings"):
        resolve_outcomes([other, composite])


def test_a_file_that_defines_another_id_than_it_is_called_is_told(put):
    put("a/foo.yaml", FOO, name="bar")
    with pytest.raises(DefinitionError, match="called after `foo` and defines `bar`"):
        resolve_outcomes([read_definition(put("a/all.yaml", ALL))])


def test_a_neighbour_may_not_take_a_stock_id(put):
    put("a/full_rtw_28d.yaml", FOO)
    composite = put("a/all.yaml", ALL.replace("foo", "full_rtw_28d"))
    stock = read_stock_definition("full_rtw_28d")
    for definitions in ([], [stock]):
        with pytest.raises(DefinitionError, match="stock definition that means something else"):
            resolve_outcomes([*definitions, read_definition(composite)])


def test_what_lies_in_the_folder_we_are_in_changes_no_stock_definition(put, monkeypatch):
    monkeypatch.chdir(put("a/full_rtw_28d.yaml", FOO).parent)
    before = find_outcome("days_to_first_relapse")
    assert before.named[0].outcome == read_stock_definition("full_rtw_28d").outcome
