"""How a run looks on the screen and in a notebook: what it is, and no row about a person."""

from html.parser import HTMLParser

import pytest

from rtw_outcomes import compute, run_study
from tests.library.conftest import COHORT, MAKERS, OBSERVED, SPELLS

ARMS = ["<script>alert(1)</script>", '"&']
VOID = {"br", "hr", "img", "input", "link", "meta"}
OF_A_NETWORK = ("http", "src=", "href=", "<script", "<link", "<style", "@import", "url(")
IDENTIFYING = ("7013", "7014", "2019-11-13", "2020-04-01")


class Page(HTMLParser):
    """Reads a fragment and keeps what it holds; a tag that is not closed in its place is an error."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, _):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


def make(cohort, **arguments):
    outcomes = ["full_rtw_28d", "days_to_first_relapse"]
    settings = {"observed": OBSERVED, "by": "arm", "suppress_below": 1}
    return compute(outcomes, SPELLS, cohort, **{**settings, **arguments})


def with_arms():
    return COHORT.with_columns(COHORT["arm"].replace(COHORT["arm"].to_list(), ARMS))


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_a_notebook_shows_valid_html_whatever_the_frames(kind):
    page = Page(make(MAKERS[kind](with_arms()))._repr_html_())
    assert page.tags.count("table") == 2
    assert page.tags.count("details") == 2  # the outcomes in words, and the notes on the data
    assert "full_rtw_28d" in page.texts
    assert "days_at_risk" in page.texts


def test_names_of_groups_and_of_columns_are_escaped():
    html = make(with_arms())._repr_html_()
    assert {*ARMS} <= {*Page(html).texts}
    assert "<script" not in html


def test_a_notebook_shows_nothing_that_needs_a_network_and_little_in_all():
    html = make(with_arms())._repr_html_()
    assert [word for word in OF_A_NETWORK if word in html] == []
    assert len(html) < 10_000


def test_no_row_about_a_person_is_shown():
    run = make(COHORT, by=(), suppress_below=5)
    for text in (run._repr_html_(), repr(run)):
        assert [value for value in IDENTIFYING if value in text] == []
    assert "(–)" in Page(run._repr_html_()).texts


def test_what_was_rejected_is_noted():
    spells = SPELLS.with_columns(extent=SPELLS["extent"].replace(50.0, -1.0))
    run = compute(
        "net_sick_days_12m",
        spells,
        COHORT,
        observed=OBSERVED,
        tolerate="100 percent",
        suppress_below=1,
    )
    warning, *others = run.warnings
    assert warning == (
        "spells: 1 row (33.33 percent) faulty and rejected under extent_above_0: the extent is 0 or less"
    )
    assert any("1 person of the cohort with faulty rows" in each for each in others)
    page = Page(run._repr_html_())
    assert warning in page.texts
    assert f"Notes on the data: {len(run.warnings)}" in page.texts
    assert repr(run) == (
        "Run of compute: 1 outcome, engine polars\n"
        "  outcomes: net_sick_days_12m\n"
        "  spells: 3 rows, 2 used, 0 left out by design, 1 faulty\n"
        "  cohort: 2 rows, 2 used, 0 left out by design, 0 faulty\n"
        + "\n".join(f"  note: {each}" for each in run.warnings)
    )


def test_synthetic_data_are_called_so(tmp_path):
    SPELLS.write_parquet(tmp_path / "spells.parquet")
    COHORT.write_parquet(tmp_path / "cohort.parquet")
    (tmp_path / "study.yaml").write_text(
        "study: made-up\nregister: canonical\nobserved: {from: 2019-01-01, to: 2021-12-31}\n"
        "spells: spells.parquet\ncohort: cohort.parquet\noutcomes: full_rtw_28d\nsynthetic: true\n"
    )
    run = run_study(tmp_path / "study.yaml", tmp_path / "results")
    assert repr(run).startswith("Run of made-up: 1 outcome")
    assert "synthetic data" in repr(run)
    assert "synthetic data" in run._repr_html_()
