"""The report: what is on it, in both languages, and what never is."""

import re
import tomllib
from html.parser import HTMLParser
from itertools import pairwise
from string import Formatter

import polars as pl
import pytest

from rtw_outcomes import list_outcomes
from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from rtw_outcomes.errors import UsageError
from rtw_outcomes.report import report
from rtw_outcomes.report.report import render_report
from rtw_outcomes.report.sections import ABOUT_ABSENCE, choose_lead
from rtw_outcomes.report.wording import LANGUAGES

from .made_up_trial import SCHEMA, Rows, make_manifest, make_table

DRAWN = {"curve", "competing_cif", "summary"}  # figures need these; the others are faster without
VOID = {"meta", "br", "img", "link", "input"}
HOSTILE = "<script>alert('&')</script>\x1b[31m{0}"


class Page(HTMLParser):
    """The elements of a page, and whether each is closed where it was opened."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def values(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.fixture(scope="module")
def text():
    return render_report(make_manifest(), make_table())


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def render(rows, manifest=None, **more):
    return render_report(
        manifest or make_manifest(), pl.DataFrame(rows.rows, schema=SCHEMA), **more
    )


@pytest.mark.parametrize("figures", ["svg", "png"])
def test_the_same_table_gives_the_same_bytes(figures):
    first, second = (render_report(make_manifest(), make_table(), figures=figures) for _ in "ab")
    assert first == second


def test_the_page_loads_nothing_and_runs_nothing(page, text):
    policy = next(each for each in page.elements if each[1].get("http-equiv"))
    assert "default-src 'none'" in policy[1]["content"]
    assert {tag for tag, _ in page.elements} & {
        "script",
        "link",
        "iframe",
        "object",
        "form",
    } == set()
    assert [link for link in page.values("href") if not link.startswith("#")] == []
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []


def test_elements_are_closed_in_order_and_ids_are_unique(page):
    ids = page.values("id")
    assert page.open == []
    assert len(ids) == len(set(ids))
    links = {link.removeprefix("#") for link in page.values("href")}
    labels = {name for names in page.values("aria-labelledby") for name in names.split()}
    assert links | labels <= set(ids)


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_table_has_a_caption_heads_and_a_box_that_scrolls(page):
    tags = [tag for tag, _ in page.elements]
    assert tags.count("caption") == tags.count("table") > 10
    assert all("scope" in attributes for tag, attributes in page.elements if tag == "th")
    boxes = [attributes for _, attributes in page.elements if attributes.get("role") == "region"]
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in boxes)
    assert len({each["aria-label"] for each in boxes}) == len(boxes)


def test_the_primary_outcome_comes_first_and_is_marked(text):
    places = [text.index(f'id="outcome-{name}"') for name in ("full_rtw_28d", "net_sick_days_12m")]
    assert places == sorted(places)
    assert "sustained for 28 days [primary]" in text


def test_the_overview_has_every_outcome_with_groups_difference_and_ratio(text):
    table = text[
        text.index("All outcomes at a glance: intervention against control</caption>") :
    ].partition("</table>")[0]
    assert all(each["title"] in table for each in make_manifest()["outcomes"])
    for shown in ("121.37 (98.20)", "−9.00 (−15.40 to −2.60)", "0.93 (0.88 to 0.99)", "77.1%"):
        assert shown in table


def test_a_stock_outcome_is_led_by_a_sentence_of_its_own():
    for each in list_outcomes():
        lead = choose_lead(describe_outcome(each))
        assert not lead.startswith(ABOUT_ABSENCE)
        assert lead.endswith(".")


@pytest.mark.parametrize("stat", [0.0, 3.0, None])
def test_a_hidden_number_is_a_mark_whatever_the_table_holds_for_it(stat):
    rows = Rows(["control"])
    rows.add("net_sick_days_12m", "summary", {"missing": 777.0}, group="control", decimals=0)
    hidden = {"stat": stat, "stat_fmt": "" if stat is None else f"{stat:.0f}", "suppressed": True}
    rows.add("net_sick_days_12m", "summary", {"fully_observed": stat}, group="control", **hidden)
    cells = re.findall('<td class="number">(.*?)</td>', render(rows))
    assert cells[:2] == ["777", "(–)"]


def test_a_number_that_is_not_there_is_told_as_that_with_its_reason(text):
    assert '<td class="number">none</td>' in text
    assert "fewer than two clusters in a group" in text


def test_a_pair_with_one_hidden_part_shows_the_other(text):
    assert "5.66 (5.06 to 6.26)" in text
    rows = Rows(["control"])
    rows.add("x", "summary", {"mean": 5.0, "sd": None}, group="control")
    assert "5.00 (–)" in render(rows)


def test_a_state_is_told_the_same_as_a_level_and_as_a_statistic():
    first, second = Rows(["a"]), Rows(["a"])
    shares = {"full_work": (60, 60.0), "full_absence": (40, 40.0)}
    for state, (n, percent) in shares.items():
        level = {"variable": "state", "variable_level": state, "group": "a", "decimals": 1}
        first.add("x", "summary", {"n": n, "p": percent}, **level)
        second.add("x", "summary", {state: n}, group="a", decimals=0)
        second.add("x", "summary", {f"{state}_percent": percent}, group="a", decimals=1)
    assert render(first) == render(second)
    assert "60 (60.0%)" in render(first)


def test_what_names_hold_is_shown_and_not_obeyed():
    manifest = make_manifest()
    manifest["study"]["study"] = manifest["warnings"][0] = HOSTILE
    manifest["outcomes"][0]["title"] = manifest["outcomes"][0]["in_words"] = HOSTILE
    manifest["pitfalls"] = [{"outcome": "full_rtw_28d", "text": HOSTILE, "count": HOSTILE}]
    page = render_report(manifest, make_table([HOSTILE, "other $x^2$ \n\x1b[31m"]))
    assert "<script" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;\\x1b[31m{0}" in page
    assert Page(page).open == []


def test_a_very_long_name_of_a_group_makes_a_page():
    assert "x" * 300 in render_report(make_manifest(), make_table(["x" * 300, "long " * 60]))


@pytest.mark.parametrize("context", sorted(make_table()["context"].unique()))
def test_a_table_without_a_context_and_one_of_it_alone_make_a_page(context, monkeypatch):
    monkeypatch.setattr(report, "can_draw", lambda: context in DRAWN)
    table = make_table()
    for found in (pl.col("context") != context, pl.col("context") == context):
        assert Page(render_report(make_manifest(), table.filter(found))).open == []


def test_a_bare_record_and_an_empty_table_make_a_page():
    manifest = {"study": {"study": "bare"}, "outcomes": [], "written_at": "", "versions": {}}
    assert "bare" in render_report(manifest, make_table().clear())


def test_columns_that_are_not_there_are_empty():
    table = make_table().drop(
        "warning", "error", "method", "n", "n_events", "n_clusters", "conf_level"
    )
    assert "−9.00 (−15.40 to −2.60)" in render_report(make_manifest(), table)


def test_many_groups_go_down_and_not_across():
    many = render_report(
        make_manifest(), make_table([f"office {number}" for number in range(1, 9)])
    )
    heads = re.findall("<thead>(.*?)</thead>", many)
    assert max(head.count("<th ") for head in heads) <= 8
    assert not any("office 2" in head for head in heads)


def test_without_matplotlib_there_are_tables_and_a_sentence(monkeypatch):
    monkeypatch.setattr(report, "can_draw", lambda: False)
    text = render_report(make_manifest(), make_table())
    assert "pip install" in text
    assert "<svg" not in text
    assert "121.37 (98.20)" in text


def test_what_nobody_has_told_is_listed_as_open(text):
    assert "Not filled in by the program: the design of the trial" in text
    assert "which outcome is primary" not in text
    manifest = make_manifest()
    manifest["study"]["trial"] = {"design": "parallel groups, by office"}
    told = render_report(manifest, make_table())
    assert "parallel groups, by office" in told
    assert "by the program: the allocation" in told


def test_the_page_tells_how_many_numbers_are_hidden_and_why(text):
    assert "Hidden numbers in this report: 9." in text
    assert "fewer than 5 persons. Their number: 7." in text
    silent = {name: value for name, value in make_manifest().items() if name != "disclosure"}
    table = make_table()
    counted = render_report(silent, table)
    assert f"Hidden numbers in this report: {table['suppressed'].sum()}." in counted


def test_swedish_has_its_own_words_and_a_decimal_comma():
    text = render_report(make_manifest(), make_table(), language="sv")
    assert '<html lang="sv">' in text
    for shown in (
        "Översikt",
        "−9,00 (−15,40 till −2,60)",
        "65\N{NO-BREAK SPACE}630",
        "12\N{NO-BREAK SPACE}månader",
    ):
        assert shown in text
    assert '<span lang="en">A person is absent' in text


def test_another_language_is_refused():
    with pytest.raises(UsageError, match="`en` or `sv`"):
        render_report(make_manifest(), make_table(), language="se")


def test_all_languages_have_the_same_texts_with_the_same_places(root):
    folder = root / "rtw_outcomes" / "report" / "texts"
    assert {path.stem for path in folder.glob("*.toml")} == set(LANGUAGES)
    tables = [tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in LANGUAGES]
    places = [
        {
            (part, key): sorted(
                name for _, name, _, _ in Formatter().parse(text) if name is not None
            )
            for part, texts in table.items()
            for key, text in texts.items()
        }
        for table in tables
    ]
    assert places[0] == places[1]


def test_every_text_is_used(root):
    folder = root / "rtw_outcomes" / "report"
    code = "".join(path.read_text("utf-8") for path in [*folder.glob("*.py"), *folder.glob("*.j2")])
    table = tomllib.loads((folder / "texts" / "en.toml").read_text("utf-8"))
    # found under the names of the data
    by_name = {"word", "context", "length", "open", "split", "pitfall", "sentence", "reason"}
    unused = [
        f"{part}.{key}"
        for part, texts in table.items()
        if part not in by_name
        for key in texts
        if not any(each in code for each in (f'"{part}.{key}"', f'form("{key}")', f'"{key}"'))
    ]
    assert unused == []


def test_counts_have_marks_from_1000_on_and_years_have_none():
    rows = Rows(["control"])
    rows.add("", "flow", {"n": 1534}, group="control", variable="index_dates")
    born = {"mean": 1976.4, "sd": 12.1}
    rows.add("", "continuous", born, group="control", variable="birth_year", decimals=1)
    rows.add(
        "", "categorical", {"n": 1403, "p": 38.8967}, group="control", variable="sex", decimals=2
    )
    text = render(rows)
    for shown in ("1,534", "1976.4 (12.1)", "1,403 (38.9%)"):
        assert f'<td class="number">{shown}</td>' in text


def test_a_hidden_count_beside_a_share_is_marked():
    rows = Rows(["control"])
    rows.add("state", "summary", {"full_work": None, "full_work_percent": 7.5}, group="control")
    assert "(–); 7.50%" in render(rows)


def test_a_hidden_number_of_a_warning_is_said_in_words(text):
    box = text[text.index('id="outcome-full_rtw_28d"') :].partition("</div>")[0]
    assert "(–)" not in box


def test_the_page_does_not_point_to_files_that_do_not_leave_with_it(text):
    assert "rejected.parquet" not in text
    assert "manifest.json" not in text
    assert "does not leave" in text


def test_groups_tell_rates_where_the_effect_is_of_rates_and_means_where_it_is_of_periods(text):
    rows = Rows(["control", "letter"])
    for group in rows.groups:
        rows.add("new", "summary", {"mean": 0.81, "sd": 1.1}, group=group, unit="spells")
        rate = {"estimate": 0.9, "conf.low": 0.7, "conf.high": 1.1}
        rows.add("new", "group_rate", rate, group=group, unit="per person-year")
    rows.compare("new", "rate_difference", 0.1, 0.2, unit="per person-year")
    overview = render(rows).partition('<h2 id="outcomes">')[0]
    assert "events per person-year" in overview
    assert "0.81" not in overview
    assert "mean, days, in period 1 and in period 12" in text
    assert (
        "see below" not in text.partition('<h2 id="flow">')[0].partition("Net sick days in each")[2]
    )
