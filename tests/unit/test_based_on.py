"""Definitions that are based on another one: what they take, what they do not, and what is told."""

import pytest

from rtw_outcomes.definitions.catalogue import find_outcome, read_stock_definition
from rtw_outcomes.errors import DefinitionError

HEAD = "title: Own\nsource: {text: none, certainty: none}\n"
WRITTEN_OUT = """\
language: 1
absence: {benefits: sickness_related, when: full, join_gap: 5 days}
follow_up: 6 months
measure: {return_to_work: {sustained: 60 days}}
competing: [death]
"""


@pytest.fixture
def put(tmp_path):
    def write(path, text, name=None):
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"outcome: {name or file.stem}\n{HEAD}{text}")
        return file

    return write


def read(path):
    return find_outcome(str(path))


def tell(path):
    with pytest.raises(DefinitionError) as told:
        read(path)
    return str(told.value)


def test_keys_that_are_written_replace_those_of_the_base(put):
    short = (
        "based_on: full_rtw_28d\nabsence: {when: full}\nfollow_up: 6 months\n"
        "measure: {return_to_work: {sustained: 60 days}}\ncompeting: [death]\n"
    )
    based, whole = read(put("based.yaml", short)), read(put("whole.yaml", WRITTEN_OUT))
    assert based.fingerprint == whole.fingerprint
    taken = {"outcome", "reasons", "country"}
    dumps = [
        each.outcome.model_dump(exclude_unset=True, exclude=taken | {"examples"})
        for each in (based, whole)
    ]
    assert dumps[0] == dumps[1]


def test_without_a_change_it_means_what_the_base_means(put):
    based = read(put("own.yaml", "based_on: full_rtw_28d\n"))
    stock = read_stock_definition("full_rtw_28d").outcome
    assert based.fingerprint == find_outcome("full_rtw_28d").fingerprint
    assert (based.outcome.title, based.outcome.group, based.outcome.examples) == ("Own", None, ())
    assert (based.outcome.country, based.outcome.reasons) == (stock.country, stock.reasons)


def test_reasons_of_changed_keys_are_not_taken(put):
    text = (
        "based_on: full_rtw_28d\nabsence: {when: full}\nfollow_up: 6 months\n"
        "measure: {return_to_work: {sustained: 60 days}}\nreasons: {when: ours}\n"
    )
    reasons = read(put("own.yaml", text)).outcome.reasons
    assert set(reasons) == {"benefits", "when", "join_gap", "competing"}
    assert reasons["when"] == "ours"


def test_a_measure_of_another_kind_replaces_the_whole_measure(put):
    text = "based_on: full_rtw_28d\nmeasure: {first_spell: {}}\n"
    outcome = read(put("own.yaml", text)).outcome
    assert outcome.measure.name == "first_spell"
    assert set(outcome.reasons) == {"benefits", "when", "join_gap", "follow_up", "competing"}


def test_an_empty_value_takes_the_key_away(put):
    base = put(
        "base.yaml",
        "language: 1\nabsence: {benefits: sickness_related}\nfollow_up: 12 months\n"
        "measure: {sick_days: {count: net, cut: {above: 14}}}\n",
    )
    own = put("own.yaml", "based_on: base\nmeasure: {sick_days: {cut: }}\n")
    assert read(base).outcome.kind.cut
    assert read(own).outcome.kind.cut is None
    assert "cut" not in read(own).outcome.kind.model_fields_set


ON_ONE_DAY = """\
language: 1
absence: {benefits: sickness_related}
measure: {work_state: {at: 12 months, precedence: [dead, not_observed]}}
reasons: {at: the day of the report, benefits: all that there are}
"""


def test_an_empty_value_takes_the_key_away_also_where_another_key_stands_in_its_place(put):
    put("base.yaml", ON_ONE_DAY)
    each = "follow_up: 12 months\nmeasure: {work_state: {each: 30 days%s}}\n"
    silent = read(put("silent.yaml", f"based_on: base\n{each % ''}"))
    said = read(put("said.yaml", f"based_on: base\n{each % ', at: '}"))
    assert said.fingerprint == silent.fingerprint
    assert said.outcome.reasons == {"benefits": "all that there are"}
    back = "measure: {work_state: {each: , at: 3 months}}\nfollow_up:\n"
    assert str(read(put("back.yaml", f"based_on: said\n{back}")).outcome.kind.at) == "3 months"


def test_every_key_of_the_base_may_be_taken_away(put):
    put("base.yaml", ON_ONE_DAY)
    only_reasons = read(put("own.yaml", "based_on: base\nreasons:\n"))
    assert only_reasons.outcome.reasons == {}
    assert read(put("one.yaml", "based_on: base\nreasons: {at: }\n")).outcome.reasons == {
        "benefits": "all that there are"
    }
    away = "own.yaml:5: measure.work_state: either `at` or `each` says"
    assert away in tell(put("own.yaml", "based_on: base\nmeasure: {work_state: {at: }}\n"))


def test_an_empty_value_of_a_key_that_the_base_does_not_have_is_no_choice(put):
    put("base.yaml", ON_ONE_DAY)
    for text in ("competing:\n", "measure: {work_state: {each: }}\n"):
        assert "the key has no value" in tell(put("own.yaml", f"based_on: base\n{text}"))


def test_the_window_may_be_in_its_short_form(put):
    put(
        "base.yaml",
        "language: 1\nabsence: {benefits: sickness_related}\nfollow_up: 12 months\n"
        "measure: {sick_days: {count: net}}\n",
    )
    longer = read(put("longer.yaml", "based_on: base\nfollow_up: {from: 3 months before}\n"))
    assert [str(longer.outcome.follow_up.from_), str(longer.outcome.follow_up.to)] == [
        "3 months before",
        "12 months",
    ]
    shorter = read(put("shorter.yaml", "based_on: longer\nfollow_up: 6 months\n"))
    assert [str(shorter.outcome.follow_up.from_), str(shorter.outcome.follow_up.to)] == [
        "0 days",
        "6 months",
    ]


def test_a_base_is_found_by_id_beside_the_file_or_by_path(put):
    put("a/one.yaml", "based_on: full_rtw_28d\nfollow_up: 6 months\n")
    put("a/two.yaml", "based_on: one\nabsence: {when: full}\n")
    put("b/three.yaml", "based_on: ../a/two.yaml\ncompeting: [death]\n")
    last = put("b/four.yaml", "based_on: three\nmeasure: {return_to_work: {sustained: 60 days}}\n")
    assert read(last).fingerprint == read(put("whole.yaml", WRITTEN_OUT)).fingerprint


def test_merge_keys_stay_below_what_is_written(put):
    text = (
        "based_on: full_rtw_28d\nreasons: &r {when: ours}\n"
        "absence: {<<: {when: full, join_gap: 6 days}, join_gap: 7 days}\n"
    )
    absence = read(put("own.yaml", text)).outcome.absence
    assert (str(absence.join_gap), str(absence.when)) == ("7 days", "full")


def test_a_problem_with_a_key_of_its_own_is_told_at_its_line(put):
    own = put("own.yaml", "based_on: full_rtw_28d\nabsence: {when: ful}\ncolour: red\n")
    told = tell(own)
    assert f"{own}:5: absence.when" in told
    assert f"{own}:6: colour: unknown key" in told
    assert "comes from" not in told


def test_a_problem_with_a_key_of_the_base_names_the_base_and_its_line(put):
    base = put("base.yaml", WRITTEN_OUT)
    own = put("own.yaml", "\nbased_on: base\nabsence: {join_gap: 70 days}\n")
    told = tell(own)
    assert f"{own}:5: measure.return_to_work.sustained: " in told
    assert f"comes from {base}:7, which this file is based on" in told


def test_a_problem_of_the_base_itself_is_told_at_its_line(put):
    base = put("base.yaml", WRITTEN_OUT.replace("60 days", "2 days"))
    told = tell(put("own.yaml", "based_on: base\n"))
    assert told.startswith(f"{base}:7: measure.return_to_work.sustained")


@pytest.mark.parametrize("key", ["outcome", "title", "source"])
def test_what_a_definition_must_say_itself_is_told(tmp_path, key):
    lines = f"outcome: own\n{HEAD}based_on: full_rtw_28d\n".splitlines(True)
    own = tmp_path / "own.yaml"
    own.write_text("".join(line for line in lines if not line.startswith(f"{key}:")))
    assert f"the key `{key}` is missing. It is not taken from the base." in tell(own)


def test_a_circle_is_told_with_its_line(put):
    put("one.yaml", "based_on: two\n")
    put("two.yaml", "based_on: ./three.yaml\n")
    three = put("three.yaml", "based_on: one\n")
    assert f"{three}:4: based_on: the definitions are based on one another" in tell(
        three.parent / "one.yaml"
    )
    own = put("own.yaml", "based_on: own\n")
    assert f"{own}:4: based_on: the definitions are based on one another" in tell(own)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("full_rtw28d", "there is no definition `full_rtw28d`. Did you mean `full_rtw_28d`"),
        ("neighbor", "Did you mean `neighbour`"),
        ("zzz", "`rtw list` names the stock definitions"),
        ("gone/base.yaml", "there is no definition `gone/base.yaml`. There is no file"),
        ("[full_rtw_28d]", "this names one definition"),
        ("", "this names one definition"),
    ],
)
def test_a_base_that_is_not_there_is_told(put, name, words):
    put("neighbour.yaml", WRITTEN_OUT)
    own = put("own.yaml", f"based_on: {name}\n")
    told = tell(own)
    assert told.startswith(f"{own}:4: based_on: ")
    assert words in told


MONTHLY = """\
based_on: work_state_12m
follow_up: 6 months
measure: {work_state: {each: 1 month}}
"""


def test_days_that_are_equally_far_apart_stand_in_place_of_one_day_and_the_other_way_round(put):
    monthly = read(put("monthly.yaml", MONTHLY)).outcome
    assert (monthly.kind.at, str(monthly.kind.each)) == (None, "1 month")
    assert "at" not in monthly.reasons
    one = "based_on: monthly\nmeasure: {work_state: {at: 12 months}}\n"
    assert read(put("one.yaml", one)).fingerprint == find_outcome("work_state_12m").fingerprint
