"""What is written for people to open: CSV for spreadsheets, and pages."""

import csv
from io import StringIO
from types import SimpleNamespace

import polars as pl
import pytest

from rtw_outcomes.language.control_characters import LINES, has_controls
from rtw_outcomes.report.page import render_template
from rtw_outcomes.results.files import render_csv
from rtw_outcomes.results.finished_run import TEMPLATE


def read(frame):
    return list(csv.reader(StringIO(render_csv(frame))))


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "=", "\N{FULLWIDTH EQUALS SIGN}1+1", "-2+3"]
)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    expected = text if len(text) == 1 else f"'{text}"
    assert read(pl.DataFrame({"arm": [text]})) == [["arm"], [expected]]


@pytest.mark.parametrize("text", ["-5", "+0.5", "-1e3", "-0,5", "treated", "a=b", "", "-"])
def test_numbers_and_other_texts_stay_as_they_are(text):
    assert read(pl.DataFrame({"arm": [text], "n": [1]}))[1] == [text, "1"]


def test_columns_of_numbers_stay_numbers():
    frame = pl.DataFrame({"arm": ["=A1"], "value": [-0.5], "n": [None]})
    assert read(frame)[1:] == [["'=A1", "-0.5", ""]]


def test_the_name_of_a_column_is_a_text_too():
    assert read(pl.DataFrame({"=A1": ["x"], "'=A1": ["y"]})) == [["'=A1", "'=A1"], ["x", "y"]]


def test_a_tab_or_a_line_break_is_shown_and_not_obeyed():
    assert read(pl.DataFrame({"arm": ["\t=A1", "\r=A1", "a\x1b[31m"]}))[1:] == [
        [r"\t=A1"],
        [r"\r=A1"],
        [r"a\x1b[31m"],
    ]


def test_quotation_marks_and_commas_are_quoted_as_before():
    frame = pl.DataFrame({'a "name"': ['"x", y']})
    assert read(frame) == [['a "name"'], ['"x", y']]


def test_control_characters_in_a_page_are_escaped_and_its_lines_stay():
    account = SimpleNamespace(table="t\x1b[2J", rows=None, used="9", left_out="0", faulty="0")
    run = SimpleNamespace(
        told_accounts=(account,), descriptions={"e\x07": "f\x00"}, warnings=["a\x1b[31m\nb"]
    )
    page = render_template(TEMPLATE, "results", run=run, headline="c\x9bd", tables={}, hidden="")
    assert "<li>a\\x1b[31m\nb</li>" in page
    assert "<p>c\\x9bd</p>" in page
    assert "<th>t\\x1b[2J</th>" in page
    assert "<dt>e\\x07</dt>" in page
    assert "<dd>f\\x00</dd>" in page
    assert not has_controls(page, LINES)
