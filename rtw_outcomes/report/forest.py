"""The forest: estimates of all outcomes with their intervals, for a page and for a phone."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from rtw_outcomes.report.canvas import COLOURS, SOFT, format_numbers, open_canvas
from rtw_outcomes.report.figures import ForestFigure, ForestPanel, ForestRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

NARROW = 3.6  # inches, the width of a phone


def draw_forest(data: ForestFigure, is_narrow: bool) -> "Canvas":
    """A panel for each unit; labels to the left and numbers to the right, or both above where it is narrow."""
    labels = [[_label(row, is_narrow) for row in panel.rows] for panel in data.panels]
    heights = [
        0.2 + sum(_list_sizes(panel.rows, each, is_narrow))
        for panel, each in zip(data.panels, labels, strict=True)
    ]
    gap = 0.62
    whole = sum(heights) + gap * len(heights)
    canvas = open_canvas(whole, width=NARROW if is_narrow else 4.2)
    top = whole
    for panel, texts, height in zip(data.panels, labels, heights, strict=True):
        axes = canvas.add_axes((0.02, (top - height) / whole, 0.96, height / whole))
        _draw_panel(axes, panel, texts, data.decimal, is_narrow)
        top -= height + gap
    return canvas


def _label(row: ForestRow, is_narrow: bool) -> str:
    if not is_narrow:
        return fill(row.label, 42)
    return "\n".join(filter(None, (fill(row.label, 44), row.text)))


def _list_sizes(rows: Sequence[ForestRow], labels: Sequence[str], is_narrow: bool) -> list[float]:
    """The height of each row in inches; a point has a place of its own below labels that stand above it."""
    below = [(0.36 if row.value is not None else 0.05) if is_narrow else 0.17 for row in rows]
    return [
        space + 0.17 * (1 + text.count("\n")) for space, text in zip(below, labels, strict=True)
    ]


def _draw_panel(
    axes: "Axes", panel: ForestPanel, labels: Sequence[str], decimal: str, is_narrow: bool
) -> None:
    sizes = _list_sizes(panel.rows, labels, is_narrow)
    tops = [-sum(sizes[:place]) for place in range(len(sizes))]
    places = [
        top - (size - 0.2 if is_narrow else size / 2) for top, size in zip(tops, sizes, strict=True)
    ]
    none = 1.0 if panel.is_ratio else 0.0
    ends = [none]
    for row, place in zip(panel.rows, places, strict=True):
        if row.value is None:
            continue
        if row.low is not None and row.high is not None:
            axes.hlines(place, row.low, row.high, color=COLOURS[0], linewidth=1.6)
            ends += [row.low, row.high]
        axes.plot([row.value], [place], marker="s", markersize=5.5, color=COLOURS[0])
        ends.append(row.value)
        if not is_narrow:
            axes.text(
                1.03, place, row.text, transform=axes.get_yaxis_transform(), va="center", ha="left"
            )
    if is_narrow:  # a line through all rows would cross the texts
        points = [
            place for row, place in zip(panel.rows, places, strict=True) if row.value is not None
        ]
        axes.vlines(
            [none] * len(points),
            [each - 0.08 for each in points],
            [each + 0.08 for each in points],
            color=SOFT,
            linewidth=0.9,
        )
    else:
        axes.axvline(none, color=SOFT, linewidth=0.9, linestyle=(0, (3, 2)))
    if panel.is_ratio:
        _set_ratio_scale(axes, ends, decimal)
    else:
        room = 0.06 * (max(ends) - min(ends)) or 1
        axes.set_xlim(min(ends) - room, max(ends) + room)
        axes.locator_params(axis="x", nbins=6)
        axes.xaxis.set_major_formatter(format_numbers(decimal))
    axes.set_ylim(-sum(sizes) - 0.1, 0.1)
    if is_narrow:
        axes.set_yticks([])
        for top, text in zip(tops, labels, strict=True):
            axes.text(0, top, text, transform=axes.get_yaxis_transform(), va="top", ha="left")
    else:
        axes.set_yticks(places, labels, ha="left")
        axes.tick_params(axis="y", length=0, pad=232)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(panel.x_label)


def _set_ratio_scale(axes: "Axes", ends: Sequence[float], decimal: str) -> None:
    """A scale on which twice and half are as far from 1; ticks at numbers that people know."""
    from matplotlib.ticker import NullFormatter, NullLocator

    known = (
        0.01,
        0.02,
        0.05,
        0.1,
        0.2,
        0.33,
        0.5,
        0.67,
        0.8,
        0.9,
        1,
        1.1,
        1.25,
        1.5,
        2,
        3,
        5,
        10,
        20,
        50,
        100,
    )
    positive = [end for end in ends if end > 0]
    low, high = min(positive) / 1.05, max(positive) * 1.05
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [each for each in known if low <= each <= high]
    if len(ticks) == 1:  # intervals so short that no other number that people know is near
        ticks = sorted({*ticks, round(min(positive), 2), round(max(positive), 2)})
    axes.set_xticks(ticks, [f"{each:g}".replace(".", decimal) for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
