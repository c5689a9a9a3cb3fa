"""What a profile of one's own can say of a register, in runs of the command."""

import json

import polars as pl
import pytest

PROFILE = """\
register: mine
language: 1
title: A made-up register
source: {text: Made up., certainty: Layout invented.}
columns: {person_id: id, start_date: first, end_date: last, extent: share, benefit: kind}
extent_unit: percent
benefit_codes: {"1": sickness_benefit, "2": disability_pension}
same_row: [id, first, last, share, kind]
"""
ROWS = """\
id,first,last,share,kind
P-SECRET-77,2019-11-13,2020-01-31,100,1
P-SECRET-77,2020-02-01,2020-02-29,50,1
P-SECRET-78,2020-04-01,2020-04-10,100,1
"""
COLUMNS = "extent: share, benefit: kind}"
NO_COLUMN = {
    COLUMNS: "extent: share}\nconstants: {benefit: sickness_benefit}",
    ', "2": disability_pension}': "}",
    'benefit_codes: {"1": sickness_benefit}\n': "",
    "share, kind]": "share]",
}
NET_DAYS = [45.5, 10.0]


def write(study, profile=PROFILE, rows=ROWS, more="", **changed):
    """A study with a profile of one's own, some of whose texts are changed."""
    for old, new in changed.get("changes", {}).items():
        assert old in profile
        profile = profile.replace(old, new)
    study.put("mine.yaml", profile)
    text = study.path.read_text().replace("canonical", "mine.yaml") + more
    return study.write(study=text, spells=rows)


def write_typed(study, **columns):
    """The rows as a Parquet file, with some columns of other types."""
    frame = pl.read_csv(ROWS.encode(), try_parse_dates=True).with_columns(**columns)
    study.put("spells.parquet", frame)
    return study.write(study=study.path.read_text().replace("spells.csv", "spells.parquet"))


def net_days(study, *arguments):
    study.assert_runs(*arguments)
    return study.outcomes()["net_sick_days_12m"].to_list()


def rules_of(study):
    """The rules under which register rows were not used, in the order of the rows."""
    rejected = study.rejected().filter(table="spells").sort("source_row")
    return list(zip(rejected["source_row"], rejected["rule"], strict=True))


def account_of(study):
    return json.loads((study.out / "manifest.json").read_text())["rows"]["spells"]


def without_column(rows, place):
    lines = (line.split(",") for line in rows.splitlines())
    return "".join(",".join((*cells[:place], *cells[place + 1 :])) + "\n" for cells in lines)


def test_a_benefit_may_be_a_constant(study):
    assert net_days(write(study)) == NET_DAYS
    write(study, changes=NO_COLUMN, rows=without_column(ROWS, 4))
    assert net_days(study) == NET_DAYS


def test_an_extent_may_be_a_constant(study):
    changes = {
        "extent: share, ": "",
        "extent_unit: percent": "constants: {extent: 50}",
        "last, share": "last",
    }
    write(study, changes=changes, rows=without_column(ROWS, 3))
    assert net_days(study) == [30.0, 5.0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extent_unit": "constants: {benefit: sick_pay}\nextent_unit"}, ["both", "benefit"]),
        ({", benefit: kind": ""}, ["nothing says the benefit"]),
        ({"extent: share, ": "", "extent_unit: percent\n": ""}, ["nothing says the extent"]),
        ({"extent_unit: percent\n": ""}, ["`extent_unit` is missing"]),
        ({"extent_unit": "constants: {extent: 0}\nextent_unit"}, ["mine.yaml:6", "above 0"]),
        ({"extent_unit": "constants: {extent: 101}\nextent_unit"}, ["mine.yaml:6", "too large"]),
        ({"extent_unit": "constants: {sex: m}\nextent_unit"}, ["mine.yaml:6", "unknown key"]),
        ({'"1": sickness_benefit': '"1": sickness'}, ["mine.yaml:7", "unknown benefit"]),
        ({COLUMNS: "extent: share}\nconstants: {benefit: sick}"}, ["mine.yaml:6", "unknown benef"]),
    ],
)
def test_a_profile_says_each_thing_once_and_in_known_words(study, changes, words):
    write(study, changes=changes).assert_refused(3, *words)


def test_a_study_names_no_column_for_what_is_a_constant(study):
    write(study, changes=NO_COLUMN, more="columns: {spells: {benefit: kind}}\n")
    study.assert_refused(3, "study.yaml:7", "`mine` has a constant for `benefit`")


@pytest.mark.parametrize("kind", [pl.Int8, pl.Int64, pl.UInt64, pl.Float64, pl.Decimal(4, 1)])
def test_codes_may_be_numbers(study, kind):
    write_typed(write(study), kind=pl.col("kind").cast(kind))
    assert net_days(study) == NET_DAYS


def test_no_leading_zeros_are_invented(study):
    write_typed(write(study, changes={'"1"': '"01"'}))
    study.assert_refused(4, "`kind`", "1 unknown code on 3 rows")


def test_a_code_with_decimals_is_no_other_code(study):
    write_typed(write(study), kind=pl.Series([1.0, 1.5, float("nan")]))
    study.assert_refused(4, "`kind`", "1 unknown code on 1 row")


def test_rows_are_left_out_by_codes_that_are_numbers(study):
    rule = (
        "leave_out:\n  - {rule: not_paid, where: [{column: kind, is: in, value: ['2']}], why: so}\n"
    )
    write_typed(write(study, profile=PROFILE + rule), kind=pl.Series([1.0, 2.0, 1.0]))
    assert net_days(study) == [31.0, 10.0]
    assert rules_of(study) == [(2, "not_paid")]


TRAVEL = {'"2": disability_pension}': '"2": disability_pension}\nno_absence: ["9"]'}


def test_a_code_may_stand_for_no_absence(study):
    """Such a row needs no extent: it is left out by design, and its person is not in doubt."""
    rows = ROWS + "P-SECRET-77,2020-03-01,2020-03-31,,9\n"
    write(study, changes=TRAVEL, rows=rows)
    assert net_days(study) == NET_DAYS
    assert rules_of(study) == [(4, "no_absence")]
    assert (account_of(study)["left_out"], account_of(study)["faulty"]) == (1, 0)
    assert study.outcomes()["rejected_rows"].to_list() == [0, 0]


def test_a_study_may_say_that_a_code_is_absence_after_all(study):
    rows = ROWS + "P-SECRET-77,2020-03-01,2020-03-31,100,9\n"
    codes = 'benefit_codes: {"9": sickness_benefit}\n'
    assert net_days(write(study, changes=TRAVEL, rows=rows, more=codes)) == [76.5, 10.0]


@pytest.mark.parametrize(("code", "words"), [("1", "`1` stands under"), ("sick_pay", "keeps its")])
def test_a_code_has_one_meaning(study, code, words):
    changes = {old: new.replace('"9"', f'"{code}"') for old, new in TRAVEL.items()}
    write(study, changes=changes).assert_refused(3, "mine.yaml", words)


JOINED = {
    "benefit: kind": "benefit: [kind, part]",
    '{"1": sickness_benefit, "2": disability_pension}': '{S-1: sickness_benefit, S-: sickness_benefit, S-2: disability_pension}\ncode_separator: "-"',
    "share, kind]": "share, kind, part]",
}
TWO_CODES = """\
id,first,last,share,kind,part
P-SECRET-77,2019-11-13,2020-01-31,100,S,1
P-SECRET-77,2020-02-01,2020-02-29,50,S,
P-SECRET-77,2020-02-01,2020-02-29,50,S,
P-SECRET-78,2020-04-01,2020-04-10,100,S,1
P-SECRET-78,2020-04-11,2020-04-20,100,S,2
"""


def test_codes_of_several_columns_make_one(study):
    assert net_days(write(study, changes=JOINED, rows=TWO_CODES)) == NET_DAYS
    assert rules_of(study) == [(3, "duplicate_row")]


def test_joined_codes_may_be_numbers(study):
    codes = {"S-1": '"1-1"', "S-:": '"1-":', "S-2": '"1-2"'}
    changes = JOINED
    for old, new in codes.items():
        changes = {key: value.replace(old, new) for key, value in changes.items()}
    write(study, changes=changes)
    frame = pl.read_csv(TWO_CODES.replace(",S,", ",1,").encode(), try_parse_dates=True)
    study.put("spells.parquet", frame.with_columns(pl.col("kind", "part").cast(pl.Float64)))
    study.write(study=study.path.read_text().replace("spells.csv", "spells.parquet"))
    assert net_days(study) == NET_DAYS


def test_no_code_in_any_column_is_a_missing_benefit(study):
    rows = TWO_CODES.replace("50,S,", "50,,", 1)
    write(study, changes=JOINED, rows=rows, more="tolerate: 50 percent\n")
    assert net_days(study) == NET_DAYS
    assert rules_of(study) == [(2, "missing_benefit")]


def test_an_unknown_joined_code_stops_the_run(study):
    write(study, changes=JOINED, rows=TWO_CODES.replace("S,2", "S,3"))
    study.assert_refused(4, "`kind, part`", "1 unknown code on 1 row")


def test_a_code_with_the_separator_in_it_is_asked_for(study):
    write(study, changes=JOINED, rows=TWO_CODES.replace("S,2", "S-,2"))
    study.assert_refused(4, "kind, part", "separator `-`", "1 such row", "code_separator")


def test_a_joined_column_that_is_missing_is_told(study):
    write(study, changes=JOINED, rows=without_column(TWO_CODES, 5), more="without: [same_row]\n")
    study.assert_refused(4, "the column `part` is missing")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('\ncode_separator: "-"', "", ["code_separator"]),
        ("[kind, part]", "[kind]", ["mine.yaml:5", "too short"]),
        ("[kind, part]", "kind", ["`code_separator` goes with a list"]),
    ],
)
def test_several_columns_need_their_separator(study, old, new, words):
    changes = {key: value.replace(old, new) for key, value in JOINED.items()}
    write(study, changes=changes).assert_refused(3, *words)


def test_a_study_names_each_of_several_columns(study):
    renamed = TWO_CODES.replace("part", "other")
    names = "columns: {{spells: {{{}: other}}}}\n"
    write(study, changes=JOINED, rows=renamed, more=names.format("benefit"))
    study.assert_refused(3, "study.yaml:7", "several columns for `benefit`", "kind, part")
    study.write(study=study.path.read_text().replace("benefit: other", "part: other"))
    assert net_days(study) == NET_DAYS


TWICE = ROWS + "P-SECRET-77,2020-01-15,2020-02-10,50,1\n"


def test_a_profile_says_what_overlapping_rows_mean_and_a_study_goes_before(study):
    assert net_days(write(study, rows=TWICE)) == [50.5, 10.0]
    finished = write(study, profile=f"{PROFILE}overlap: largest\n", rows=TWICE).show_all().run()
    assert "2 rows that overlap an earlier row" in finished.err
    assert "the largest extent counts" in finished.err
    assert study.outcomes()["net_sick_days_12m"].to_list() == NET_DAYS
    study.put("study.yaml", study.path.read_text() + "overlap: sum\n")
    assert net_days(study) == [50.5, 10.0]


def test_a_register_without_overlaps_asks_what_they_mean(study):
    assert net_days(write(study, profile=f"{PROFILE}overlap: ask\n")) == NET_DAYS
    study.write(spells=TWICE)
    words = ["spells.csv", "2 rows overlap", "never has", "`overlap` in the study file"]
    study.assert_refused(4, *words)
    study.put("study.yaml", study.path.read_text() + "overlap: largest\n")
    assert net_days(study) == NET_DAYS


@pytest.mark.parametrize(
    ("overlap", "expected"), [("sum", [50.5, 10.0]), ("largest", NET_DAYS), (None, None)]
)
def test_rows_of_different_sources_may_overlap(study, overlap, expected):
    *lines, last = TWICE.splitlines(keepends=True)
    write(study, profile=f"{PROFILE}overlap: ask\n", rows="".join(lines))
    study.put("other.csv", lines[0] + last)
    text = study.path.read_text().replace("spells.csv", "[spells.csv, other.csv]")
    study.write(study=text + (f"overlap: {overlap}\n" if overlap else ""))
    if overlap is None:
        study.assert_refused(4, "2 rows overlap")
    else:
        assert "2 rows that overlap a row of another source" in study.show_all().run().err
        assert net_days(study) == expected


VERSIONS = f"{PROFILE}versions: {{key: [id, case], latest_by: made, reversed_by: {{column: state, codes: [X]}}}}\n"
OF_VERSIONS = """\
id,first,last,share,kind,case,made,state
P-SECRET-77,2019-11-13,2020-03-31,50,1,a,9,
P-SECRET-77,2019-11-13,2020-01-31,100,1,a,10,
P-SECRET-77,2020-02-01,2020-02-29,50,1,b,1,
P-SECRET-77,2020-05-01,2020-05-31,100,1,c,1,
P-SECRET-77,2020-05-01,2020-05-31,100,1,c,2,X
P-SECRET-78,2020-04-01,2020-04-xx,100,1,a,1,
P-SECRET-78,2020-04-01,2020-04-10,100,1,a,2,
"""


def test_the_newest_version_of_each_key_counts(study):
    """Also as a number: 10 is newer than 9. A fault in an older version puts nobody in doubt."""
    assert net_days(write(study, profile=VERSIONS, rows=OF_VERSIONS)) == NET_DAYS
    assert rules_of(study) == [
        (1, "older_version"),
        (4, "reversed"),
        (5, "reversed"),
        (6, "older_version"),
    ]
    account = account_of(study)
    assert (account["used"], account["left_out"], account["faulty"]) == (3, 4, 0)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("20191231", "20200101"),
        ("31.12.2019", "01.01.2020"),
        ("2019-12-31", "2020-01-01"),
        ("2020-01-01 09:59:59", "2020-01-01 10:00:00"),
        ("31DEC2019", "01JAN2020"),
        ("12345678901234567890", "12345678901234567891"),
        ("9.9", "10.1"),
    ],
)
def test_versions_are_numbers_dates_or_times(study, older, newer):
    rows = OF_VERSIONS.splitlines()[:3]
    rows[1:] = [rows[1].replace(",9,", f",{older},"), rows[2].replace(",10,", f",{newer},")]
    write(study, profile=VERSIONS, rows="\n".join(rows) + "\n")
    assert net_days(study) == [31.0, 0.0]


@pytest.mark.parametrize(
    ("made", "expected"), [([9, 10, 1], [45.5, 0.0]), ([9.0, 10.0, float("nan")], [31.0, 0.0])]
)
def test_versions_may_be_typed(study, made, expected):
    frame = pl.read_csv(OF_VERSIONS.encode()).head(3).with_columns(made=pl.Series(made))
    write(study, profile=VERSIONS, more="tolerate: 50 percent\n")
    study.put("spells.parquet", frame.with_columns(pl.col("first", "last").str.to_date()))
    study.write(study=study.path.read_text().replace("spells.csv", "spells.parquet"))
    assert net_days(study) == expected


def test_a_newer_version_that_is_faulty_leaves_its_person_in_doubt(study):
    rows = OF_VERSIONS.replace("2020-01-31,100", "2020-01-xx,100")
    write(study, profile=VERSIONS, rows=rows, more="tolerate: 50 percent\n")
    assert net_days(study) == [14.5, 10.0]
    assert rules_of(study)[:2] == [(1, "older_version"), (2, "unreadable_end_date")]
    assert study.outcomes()["rejected_rows"].to_list() == [1, 0]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("1,b,1,", "1,b,,", "missing_version"),
        ("1,b,1,", "1,b,new,", "missing_version"),
        ("1,b,1,", "1,,1,", "missing_version"),
        ("1,b,1,", "1,a,10,", "tied_versions"),
    ],
)
def test_versions_that_cannot_be_told_are_faulty(study, old, new, rule):
    write(study, profile=VERSIONS, rows=OF_VERSIONS.replace(old, new))
    study.assert_refused(4, rule, "spells.csv, row ")


def test_newest_rows_that_are_equal_count_once(study):
    row = OF_VERSIONS.splitlines()[3] + "\n"
    assert net_days(write(study, profile=VERSIONS, rows=OF_VERSIONS + row)) == NET_DAYS
    assert (8, "duplicate_row") in rules_of(study)
    study.put("study.yaml", study.path.read_text() + "without: [same_row]\n")
    study.assert_refused(4, "2 rows under `tied_versions`")


def test_a_row_that_was_taken_back_may_come_again(study):
    row = "P-SECRET-77,2020-05-01,2020-05-31,100,1,c,3,\n"
    assert net_days(write(study, profile=VERSIONS, rows=OF_VERSIONS + row)) == [76.5, 10.0]
    assert [rule for _, rule in rules_of(study)] == ["older_version"] * 4


def test_versions_need_their_columns(study):
    write(study, profile=VERSIONS)
    study.assert_refused(4, "the rule `versions`", "case, made, state", "without: [versions]")
    study.put("study.yaml", study.path.read_text() + "without: [versions]\n")
    assert net_days(study) == NET_DAYS


CLIPPED = f"{PROFILE}clip_to: {{from: p1, to: p2}}\n"
OF_PERIODS = """\
id,first,last,share,kind,p1,p2
P-SECRET-77,2019-11-13,2020-01-31,100,1,2019-10-01,2019-12-31
P-SECRET-77,2019-11-13,2020-06-30,100,1,2020-01-01,2020-01-31
P-SECRET-77,2020-02-01,,50,1,2020-02-01,2020-02-29
P-SECRET-78,2020-04-01,2020-04-10,100,1,2020-04-01,2020-06-30
"""
ONGOING = "format: {open_end: ongoing}\n"


def test_rows_are_cut_to_the_period_that_they_hold_for(study):
    assert net_days(write(study, profile=CLIPPED, rows=OF_PERIODS, more=ONGOING)) == NET_DAYS
    assert rules_of(study) == []


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("2020-03-01,2020-03-31,100,1,2020-04-01,2020-06-30", "outside_period"),
        ("2020-03-01,2020-03-31,100,1,2020-01-01,2020-02-29", "outside_period"),
        ("2020-03-01,2020-03-31,100,1,2020-03-20,2020-03-10", "outside_period"),
        ("2020-03-31,2020-03-01,100,1,2020-01-01,2020-06-30", "dates_in_order"),
        ("2020-03-01,2020-03-31,100,1,,2020-06-30", "missing_period_from"),
        ("2020-03-01,2020-03-31,100,1,2020-01-01,soon", "unreadable_period_to"),
        ("2018-03-01,2020-03-31,100,1,2018-01-01,2018-06-30", "ends_in_extract"),
    ],
)
def test_a_row_without_a_day_in_its_period_is_faulty(study, row, rule):
    more = f"{ONGOING}tolerate: 50 percent\n"
    write(study, profile=CLIPPED, rows=f"{OF_PERIODS}P-SECRET-77,{row}\n", more=more)
    assert net_days(study) == NET_DAYS
    assert rules_of(study) == [(5, rule)]
    assert study.outcomes()["rejected_rows"].to_list() == [int(rule != "ends_in_extract"), 0]


def test_the_forms_of_dates_of_periods_are_recognised(study):
    lines = OF_PERIODS.replace("-", "").replace("PSECRET", "P-SECRET-")
    write(study, profile=CLIPPED, rows=lines, more=ONGOING)
    finished = study.run()
    assert "`p1`, `p2` as yyyymmdd" in finished.err
    assert study.outcomes()["net_sick_days_12m"].to_list() == NET_DAYS


def test_a_period_needs_its_columns(study):
    write(study, profile=CLIPPED).assert_refused(4, "`p1` is missing", "`p2` is missing")
