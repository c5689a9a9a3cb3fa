"""Names of delivered columns: capitals, the prefix of MONA, and names that the study gives."""

import pytest

from tests.cli.conftest import COHORT
from tests.cli.conftest import SPELLS as WITHOUT_REPEATS

SPELLS = WITHOUT_REPEATS + "P-SECRET-78,2020-04-01,2020-04-10,100,sickness_benefit,M54\n"
MIDAS = """\
lopnr\tDELFORMAN1_KOD\tDELFORMAN2_KOD\tOMFATTNING\tDEL_FROM_DATUM\tDEL_TOM_DATUM\tKOMMUN
77\tsickness_benefit\t\t0.5\t2020-01-01\t2020-01-31\t0180
77\tsickness_benefit\t\t0.5\t2020-01-01\t2020-01-31\t1480
77\tsickness_benefit\t\t0\t2020-02-01\t2020-02-29\t0180
"""


def results_of(study):
    study.assert_runs()
    return study.outcomes()


def write_headers(text, change):
    header, rows = text.split("\n", 1)
    separator = "\t" if "\t" in header else ","
    return separator.join(map(change, header.split(separator))) + "\n" + rows


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(str.upper, id="capitals"),
        pytest.param(str.title, id="some capitals"),
        pytest.param("P1234_{}".format, id="MONA"),
        pytest.param("p7_{}".format, id="MONA in small letters"),
    ],
)
def test_another_spelling_of_names_changes_nothing(study, change):
    study.write(spells=SPELLS)
    expected, rejected = results_of(study), study.rejected().drop("file")
    assert rejected["rule"].to_list() == ["duplicate_row"]
    study.write(spells=write_headers(SPELLS, change))
    study.assert_runs()
    assert results_of(study).equals(expected)
    assert study.rejected().drop("file").equals(rejected)


def test_columns_are_told_that_were_recognised(study):
    study.write(spells=write_headers(SPELLS, str.upper))
    finished = study.assert_runs()
    assert "`PERSON_ID` as `person_id`" in finished.err


def test_carried_columns_keep_the_names_of_the_study(study):
    study.put("study.yaml", study.path.read_text() + "by: [arm]\n")
    expected = results_of(study)
    study.write(cohort=COHORT.replace("arm", "P1_ARM").replace("index", "Index"))
    assert results_of(study).equals(expected)


def test_an_exact_name_goes_before_one_in_capitals(study):
    text = write_headers(SPELLS, lambda name: "P2_extent" if name == "diagnosis" else name)
    study.write(spells=text)
    assert results_of(study).height == 2


def test_two_names_that_fit_are_asked_for(study):
    names = {"extent": "P1_extent", "diagnosis": "P2_extent"}
    study.write(spells=write_headers(SPELLS, lambda name: names.get(name, name)))
    study.assert_refused(4, "`P1_extent` and `P2_extent`", "`extent`", "columns: spells")


def test_renamed_columns_still_tell_equal_rows(study):
    """Rows that differ only in a joined column count once, whatever their columns are called."""
    study.write(cohort="person_id,index_date\n77,2020-01-01\n")
    text = study.path.read_text().replace("canonical", "midas")
    text += "without: [supplement_without_days]\n"
    study.put("study.yaml", text)
    study.write(spells=MIDAS)
    expected = results_of(study)
    assert sorted(study.rejected()["rule"]) == ["duplicate_row", "extent_zero"]
    names = {"lopnr": "person", "DELFORMAN2_KOD": "other", "OMFATTNING": "share"}
    study.write(spells=write_headers(MIDAS, lambda name: names.get(name, name)))
    study.put(
        "study.yaml",
        f"{text}columns: {{spells: {{person_id: person, DELFORMAN2_KOD: other, extent: share}}}}\n",
    )
    assert results_of(study).equals(expected)
    assert sorted(study.rejected()["rule"]) == ["duplicate_row", "extent_zero"]


def test_a_column_whose_name_is_given_to_another_one_is_refused(study):
    study.write(cohort=COHORT.replace("arm", "lopnr"))
    study.put("study.yaml", study.path.read_text() + "columns: {cohort: {person_id: lopnr}}\n")
    study.assert_refused(4, "cohort.csv", "`person_id`", "another")


@pytest.mark.parametrize("by", ["lopnr", "LOPNR", "person_id"])
def test_persons_are_no_groups_under_any_name(study, by):
    study.write(cohort=COHORT.replace("person_id", "lopnr"))
    columns = "columns: {cohort: {person_id: lopnr}}"
    study.put("study.yaml", study.path.read_text() + f"{columns}\nby: [{by}]\n")
    study.assert_refused(3, "by", "tells persons apart")
