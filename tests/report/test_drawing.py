"""Figures: text that can be read, ids of their own, and nothing in them that the table does not tell."""

import re

import pytest

from rtw_outcomes.report import drawing, figures, placing, sections
from rtw_outcomes.report.drawing import draw
from rtw_outcomes.report.figures import ForestFigure, find_day, make_figures, make_forest
from rtw_outcomes.report.overview import choose_main
from rtw_outcomes.report.reading import read_analyses
from rtw_outcomes.report.wording import read_wording

from .made_up_trial import OUTCOMES, make_table

LEAST_CONTRAST = 4.5


def list_figures(groups=("control", "intervention")):
    analyses, wording = read_analyses(make_table(groups)), read_wording("en")
    by_outcome = {name: [each for each in analyses if each.outcome == name] for name in OUTCOMES}
    found = [
        figure for name, some in by_outcome.items() for figure in make_figures(name, some, wording)
    ]
    mains = [choose_main(name, name, False, some) for name, some in by_outcome.items()]
    return [*found, *make_forest(mains, wording)]


@pytest.fixture(scope="module")
def drawings():
    return [draw(each, "svg", f"d{place}").svg for place, each in enumerate(list_figures())]


def test_there_is_a_figure_of_each_kind():
    assert [type(each).__name__ for each in list_figures()] == [
        "CurvesFigure",
        "PeriodsFigure",
        "StatesFigure",
        "ForestFigure",
    ]


def contrast(colour):
    """The contrast of a colour to white, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    return 1.05 / (light + 0.05)


def test_all_texts_of_figures_can_be_read_on_white(drawings):
    colours = {
        colour
        for svg in drawings
        for style in re.findall('<text [^>]*style="([^"]*)"', svg)
        for colour in re.findall("fill: (#[0-9a-f]{6})", style)
    }
    assert len(colours) > 1
    assert {colour for colour in colours if contrast(colour) < LEAST_CONTRAST} == set()


def test_text_is_text_and_nothing_of_matplotlib_is_left(drawings):
    for svg in drawings:
        assert "<text" in svg
        assert not re.search("<!--|<style|<metadata|http://purl|DejaVu|[Mm]atplotlib v", svg)


def test_ids_are_the_figures_own(drawings):
    for place, svg in enumerate(drawings):
        assert all(name.startswith(f"d{place}-") for name in re.findall(' id="([^"]*)"', svg))
        assert all(name.startswith(f"d{place}-") for name in re.findall(r"url\(#([^)]*)\)", svg))


def test_a_png_is_the_same_twice():
    figure = list_figures()[0]
    assert draw(figure, "png", "a").png == draw(figure, "png", "b").png


def test_curves_start_at_0_and_competing_exits_have_their_own():
    curves = list_figures()[0]
    assert {each.label for each in curves.courses} == {
        "event, control",
        "event, intervention",
        "disability pension, control",
        "disability pension, intervention",
    }
    assert curves.days == (0, 90, 180, 365)
    assert ("Censored", ("", "", "", "")) in curves.counts
    assert curves.counts[-1] == ("intervention", ("0", "9", "18", "(–)"))


def test_a_hidden_mean_is_no_point():
    periods = list_figures()[1]
    assert [len(each.x) for each in periods.courses] == [12, 11]


def test_full_work_is_at_the_bottom_and_a_rare_state_is_in_the_table_only():
    states = list_figures()[2]
    assert states.states == ("full work", "part work", "full absence", "disability pension")


def test_units_have_scales_of_their_own_and_ratios_come_last():
    forest = list_figures()[-1]
    assert isinstance(forest, ForestFigure)
    assert [panel.x_label for panel in forest.panels] == [
        "difference, days",
        "difference, percentage points",
        "ratio",
    ]


def test_more_groups_than_can_be_told_apart_have_no_curves():
    many = list_figures([f"office {number}" for number in range(8)])
    assert [type(each).__name__ for each in many] == ["ForestFigure"]


def test_an_estimate_without_a_limit_is_drawn_and_one_that_is_hidden_is_not():
    table = make_table()
    no_limit = table.with_columns(
        stat=table["stat"].set(table["stat_name"].eq("conf.low"), float("nan")),
    )
    figure = make_forest(
        [
            choose_main(
                "net_sick_days_12m",
                "x",
                True,
                [each for each in read_analyses(no_limit) if each.outcome == "net_sick_days_12m"],
            )
        ],
        read_wording("en"),
    )[0]
    assert isinstance(figure, ForestFigure)
    assert figure.panels[0].rows[0].low is None
    assert draw(figure, "svg", "x").svg
    hidden = table.with_columns(stat=None, suppressed=True)
    assert (
        make_forest([choose_main("x", "x", True, read_analyses(hidden))], read_wording("en")) == []
    )


def test_states_reach_the_whole_and_have_a_key(drawings):
    assert "hidden or rare" in drawings[2]


def test_a_narrow_forest_has_its_texts_above_the_points():
    forest = list_figures()[-1]
    wide, narrow = (draw(forest, "svg", "n", is_narrow=each).svg for each in (False, True))
    width = [float(svg.split('viewBox="')[1].split()[2]) for svg in (wide, narrow)]
    assert width[1] < 300 < width[0]  # points
    assert "0.93 (0.88 to 0.99)" in narrow


def test_a_day_that_nobody_can_read_does_not_stop_the_page():
    assert find_day("someday") == find_day("nan") == 0


@pytest.mark.parametrize("module", [drawing, figures, placing, sections])
def test_the_examples_of_docstrings_hold(module):
    import doctest

    assert doctest.testmod(module).failed == 0
