"""Control characters: a terminal obeys some of them, so they are shown escaped, and refused in names."""

import polars as pl
import pytest

from tests.cli.conftest import COHORT, STUDY

# Colour, the bell, an 8-bit CSI, the end of a string, a text from right to left; and a line of its own.
HOSTILE = "A\x1b[31m\a\x9b1m\0\N{RIGHT-TO-LEFT OVERRIDE}B\nnote: all is well"
ESCAPED = r"A\x1b[31m\x07\x9b1m\x00\u202eB\nnote: all is well"
RAW = [each for each in HOSTILE if not each.isprintable() and each != "\n"]


def assert_no_control(text):
    assert [each for each in RAW if each in text] == []
    assert "\nnote: all is well" not in text


@pytest.fixture
def hostile(study):
    """A study whose groups have such names, with a faulty row in one of them."""
    frame = pl.read_csv(COHORT.encode()).with_columns(
        pl.col("arm").replace_strict({"treated": HOSTILE, "control": "B"})
    )
    study.with_cohort("cohort.parquet", frame)
    text = study.path.read_text() + "by: arm\nsuppress_below: 1\nsynthetic: true\n"
    return study.write(study=text)


def test_control_characters_in_groups_are_escaped_on_the_screen_and_in_the_report(hostile):
    finished = hostile.run()
    assert finished.status == 0, finished.err
    report = (hostile.out / "report.html").read_text()
    for text in (finished.out, finished.err, report):
        assert_no_control(text)
    assert ESCAPED in finished.out
    assert ESCAPED in report


def test_control_characters_in_groups_are_escaped_in_the_account(hostile):
    spells = (hostile.folder / "spells.csv").read_text()
    hostile.write(spells=spells.replace("2020-01-31", "2020-01-32"))
    hostile.write(study=hostile.path.read_text() + "tolerate: 100 percent\n")
    finished = hostile.run()
    assert finished.status == 0, finished.err
    assert_no_control(finished.err)
    assert f"{ESCAPED}: 1 of 1" in finished.err


@pytest.mark.parametrize("character", ["\x1b", "\n", "\0", "\x9b", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_a_carried_column_with_a_control_character_in_its_name_is_refused(study, character):
    frame = pl.read_csv(COHORT.encode()).rename({"arm": f"arm{character}of"})
    study.with_cohort("cohort.parquet", frame)
    finished = study.assert_refused(4, "cohort.parquet", "column 3", "control character")
    assert character not in finished.err.rstrip("\n")


def test_a_column_of_a_text_file_with_an_escape_in_its_name_is_refused(study):
    study.write(cohort=COHORT.replace("arm", "a\x1b[31mrm"))
    study.assert_refused(4, "cohort.csv", "column 3", "control character")


@pytest.mark.parametrize(
    "text",
    [
        STUDY.replace("study: small", r'study: "sm\x1b[31mall"'),
        STUDY.replace("study: small", r'study: "small\nnote: all is well"'),
        STUDY.replace("study: small", 'study: "sm\N{RIGHT-TO-LEFT OVERRIDE}all"'),
        STUDY + 'by: ["a\\x1brm"]\n',
        STUDY + 'columns: {cohort: {"a\\x9brm": person_id}}\n',
    ],
)
def test_control_characters_in_a_study_file_are_refused_with_their_line(study, text):
    study.write(study=text)
    finished = study.assert_refused(3, "study.yaml:")
    assert_no_control(finished.err)


def test_control_characters_in_the_title_of_a_definition_are_refused(study, rtw):
    text = rtw("show", "net_sick_days_12m", "--yaml").out
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    study.put("mine.yaml", text.replace(title, r'title: "Net \e[31mdays"'))
    finished = rtw("show", study.folder / "mine.yaml")
    assert finished.status == 3
    assert "control character" in finished.err
    assert_no_control(finished.said)


def test_control_characters_in_the_name_of_a_file_are_escaped_on_the_screen(study, rtw):
    finished = rtw("validate", study.folder / "no\x1b[31msuch.yaml")
    assert finished.status == 3
    assert r"no\x1b[31msuch.yaml" in finished.err
    assert_no_control(finished.said)
