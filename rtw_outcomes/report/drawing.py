"""Figures drawn with matplotlib, which is loaded when the first one is drawn.

The same data give the same bytes. Nothing is told by colour alone: groups have dashes and a label at the
end of their line.
"""

import base64
import re
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any, Literal, assert_never

from rtw_outcomes.report.figures import (
    Course,
    CurvesFigure,
    FigureData,
    ForestFigure,
    ForestPanel,
    ForestRow,
    PeriodsFigure,
    StatesFigure,
)
from rtw_outcomes.report.placing import choose_days, choose_ratios, spread_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

INK, SOFT, LINE = "#1d2433", "#4d5566", "#c9ced8"
# All with a contrast of at least 4.5 to white, because labels have the colours of their lines.
COLOURS = ("#1f5f8b", "#a8430a", "#5b3a8c", "#2b6e3f", "#8a1c4a", "#5b6476")
WIDTH = 8.2  # inches
NARROW = 3.6  # inches, the width of a phone
# From work to absence; only areas, with a label beside them.
FILLS = ("#1f5f8b", "#7fb2d3", "#d7e6f1", "#f3c98b", "#c96f2e", "#8a4b1a", "#7a7f8a", "#3f4450")
DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    *((0, None), (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (4, 4)), (0, (1, 3))),
)
WHOLE = 100  # percent
REST = "#f4f6f9"
LEAST_REST = 0.05  # percent; less than that is rounding
LABEL_WIDTH = 40  # letters
SHORT_LABEL = 32
SETTINGS: dict[Any, Any] = {  # keys are literals to matplotlib
    "svg.hashsalt": "rtw_outcomes",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.parse_math": False,
}
FONTS = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
DPI = 144


@dataclass(frozen=True)
class Picture:
    """A drawn figure.

    Attributes:
        name: its name on the page, for the labels of a screen reader.
        title, about: what it shows.
        svg: the drawing as text; empty for a PNG.
        png: the drawing in base64; empty for an SVG.
    """

    name: str
    title: str
    about: str
    svg: str = ""
    png: str = ""


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def draw(
    data: FigureData, form: Literal["svg", "png"], name: str, is_narrow: bool = False
) -> Picture:
    """A figure, drawn; narrow for a phone, where a figure has such a form."""
    with _settings(), warnings.catch_warnings():
        # A letter that the font does not have is the reader's browser's to find.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        canvas = _draw_data(data, is_narrow)
        buffer = BytesIO()
        if form == "png":
            canvas.savefig(
                buffer, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None}
            )
            png = base64.b64encode(buffer.getvalue()).decode("ascii")
            return Picture(name, data.title, data.about, png=png)
        canvas.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    return Picture(
        name, data.title, data.about, svg=_clean(buffer.getvalue().decode("utf-8"), name)
    )


def _settings() -> AbstractContextManager[None]:
    from matplotlib import rc_context

    return rc_context(SETTINGS)


def _clean(svg: str, name: str) -> str:
    """The drawing as a part of a page: only the element, its ids its own, its style on nothing else.

    The first attributes, which say what the element is to a screen reader, are the page's.
    """
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\1{name}-", svg)
    svg = re.sub(r"'DejaVu Sans'(, sans-serif)?", FONTS, svg)
    size = re.match(r"<svg [^>]*?viewBox=\"(?P<box>[^\"]*)\"[^>]*>", svg)
    assert size, "matplotlib writes the size of its drawing"
    width, height = (float(each) for each in size["box"].split()[2:])
    head = (
        f'<svg viewBox="{size["box"]}" width="{round(width * 4 / 3)}" height="{round(height * 4 / 3)}" '
        f'role="img" aria-labelledby="{name}-title {name}-about">'
    )
    return head + svg[size.end() :].strip()


def _draw_data(data: FigureData, is_narrow: bool) -> "Canvas":
    if isinstance(data, CurvesFigure):
        return _draw_curves(data)
    if isinstance(data, PeriodsFigure):
        return _draw_periods(data)
    if isinstance(data, StatesFigure):
        return _draw_states(data)
    if isinstance(data, ForestFigure):
        return _draw_forest(data, is_narrow)
    assert_never(data)


def _open(height: float, width: float = WIDTH) -> "Canvas":
    """An empty canvas; sizes are in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def _draw_curves(data: CurvesFigure) -> "Canvas":
    """Steps in percent, and under the axis the counts at the fixed days."""
    rows = len(data.counts)
    plot, row = 3.6, 0.21  # inches
    canvas = _open(plot + row * (rows + 2))
    share = plot / (plot + row * (rows + 2))
    axes = canvas.add_axes((0.12, 1 - share + 0.02, 0.66, share - 0.05))
    last = max([*data.days, *(each.x[-1] for each in data.courses)])
    axes.set(xlim=(0, last * 1.005 or 1), ylim=(0, data.top), ylabel=data.y_label)
    axes.set_xlabel(data.x_label)
    if data.days:
        ticks = choose_days(data.days, last)
        axes.set_xticks(ticks, [f"{day:.0f}" for day in ticks])
    if data.top == WHOLE:
        axes.set_yticks(range(0, 101, 20))
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    for each in data.courses:
        _draw_course(axes, each, steps=True)
    _label_ends(axes, data.courses, last, 5.5)
    top = -0.62 / plot  # under the ticks and the name of the axis
    step = row / (plot * (1 - 0.05 / share))
    for place, (label, cells) in enumerate(data.counts):
        y = top - step * (place + 0.5)
        is_head = not any(cells)
        weight = "bold" if is_head else "normal"
        axes.annotate(
            shorten(label, SHORT_LABEL, placeholder="…"),
            (0, y),
            xycoords=axes.transAxes,
            xytext=(-24, 0),  # beside the counts of the first day
            textcoords="offset points",
            ha="right",
            va="center",
            weight=weight,
            size=8.5,
        )
        for day, cell in zip(data.days, cells, strict=True):
            axes.text(
                day,
                y,
                cell,
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="center",
                size=8.5,
            )
    return canvas


def _draw_course(axes: "Axes", course: Course, steps: bool) -> None:
    colour = COLOURS[course.cause % len(COLOURS)]
    dash = DASHES[course.group % len(DASHES)]
    if steps:
        axes.plot(
            course.x, course.y, color=colour, linestyle=dash, linewidth=1.7, drawstyle="steps-post"
        )
    else:
        axes.plot(
            course.x,
            course.y,
            color=colour,
            linestyle=dash,
            linewidth=1.7,
            marker="o",
            markersize=3.5,
        )
    if course.low and course.high:
        step: Literal["post"] | None = "post" if steps else None
        axes.fill_between(
            course.x, course.low, course.high, step=step, color=colour, alpha=0.13, linewidth=0
        )


def _label_ends(axes: "Axes", courses: Sequence[Course], x: float, apart: float) -> None:
    """A label beside the end of each line, moved up or down where two would stand on each other."""
    low, high = axes.get_ylim()
    ends = [each.y[-1] for each in courses]
    labels = [fill(each.label, LABEL_WIDTH) for each in courses]
    heights = [(1 + label.count("\n")) * apart * (high - low) / 100 for label in labels]
    places = spread_labels(ends, heights, low, high)
    for each, label, end, place in zip(courses, labels, ends, places, strict=True):
        colour = COLOURS[each.cause % len(COLOURS)]
        axes.annotate(
            label,
            xy=(each.x[-1], end),
            xytext=(x * 1.03, place),
            va="center",
            color=colour,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "relpos": (0, 0.5),  # from the beginning of the label
                "color": colour,
                "linewidth": 0.6,
                "shrinkA": 0,
                "shrinkB": 2,
            },
        )


def _draw_periods(data: PeriodsFigure) -> "Canvas":
    canvas = _open(3.6)
    axes = canvas.add_axes((0.1, 0.14, 0.7, 0.82))
    groups = len(data.courses)
    for place, each in enumerate(data.courses):
        _draw_points(axes, each, (place - (groups - 1) / 2) * 0.12)
    top = axes.get_ylim()[1]
    axes.set(xlim=(0.5, len(data.ticks) + 0.5), ylim=(min(0, axes.get_ylim()[0]), top))
    axes.set_xlabel(data.x_label)
    axes.set_ylabel(data.y_label)
    several = 1 + len(data.ticks) // 16
    axes.set_xticks(range(1, len(data.ticks) + 1, several), data.ticks[::several])
    axes.yaxis.set_major_formatter(_format_numbers(data.decimal))
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    _label_ends(axes, data.courses, len(data.ticks) + 0.5, 6)
    return canvas


def _draw_points(axes: "Axes", course: Course, shift: float) -> None:
    """Points with their intervals, beside those of the other groups."""
    colour = COLOURS[course.group % len(COLOURS)]
    x = [each + shift for each in course.x]
    axes.plot(
        *(x, course.y),
        color=colour,
        linestyle=DASHES[course.group % len(DASHES)],
        linewidth=1.4,
        marker="os^Dv*"[course.group % 6],
        markersize=4,
    )
    if course.low and course.high:
        axes.vlines(x, course.low, course.high, color=colour, linewidth=1.1)


def _draw_states(data: StatesFigure) -> "Canvas":
    """A panel for each group: full work at the bottom, the names of the states beside the last one."""
    panels = len(data.groups)
    canvas = _open(3.7)
    left, right = 0.08, 0.8
    width = (right - left) / panels
    for panel, (group, shares) in enumerate(zip(data.groups, data.shares, strict=True)):
        axes = canvas.add_axes((left + panel * width, 0.12, width * 0.92, 0.78))
        bottom = [0.0] * len(data.days)
        for state, percents in enumerate(shares):
            heights = [percent or 0.0 for percent in percents]
            _stack(axes, heights, bottom, _choose_fill(data, state), "white", 0.8)
            bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
        rest = [max(0.0, WHOLE - height) for height in bottom]
        if max(rest) >= LEAST_REST:
            _stack(axes, rest, bottom, REST, SOFT, 0.3)
        axes.set(ylim=(0, 100), xlim=(-0.6, len(data.days) - 0.4), yticks=range(0, 101, 20))
        several = 1 + panels * len(data.days) // 12
        ticks = range(0, len(data.days), several)
        axes.set_xticks(
            ticks,
            [fill(_break(data.days[each]), 7) for each in ticks],
            size=_choose_size([data.days[each] for each in ticks], width),
        )
        axes.set_title(fill(group, 30), loc="left", fontsize=9.5, color=INK)
        if panel:
            axes.set_yticklabels([])
        else:
            axes.set_ylabel(data.y_label)
        if panel == panels - 1:
            _draw_key(axes, data)
    return canvas


def _stack(
    axes: "Axes",
    heights: Sequence[float],
    bottom: Sequence[float],
    colour: str,
    edge: str,
    edge_width: float,
) -> None:
    """A part of each bar, on top of those below it."""
    axes.bar(
        range(len(heights)),
        heights,
        bottom=bottom,
        width=0.86,
        color=colour,
        edgecolor=edge,
        linewidth=edge_width,
    )


def _choose_fill(data: StatesFigure, state: int) -> str:
    return FILLS[(data.places[state] if data.places else state) % len(FILLS)]


def _draw_key(axes: "Axes", data: StatesFigure) -> None:
    """The colours of the states, in the order in which they are stacked."""
    from matplotlib.patches import Patch

    keys = [
        Patch(
            facecolor=_choose_fill(data, place),
            label=fill(state, 22),
        )
        for place, state in enumerate(data.states)
    ]
    keys.append(Patch(facecolor=REST, edgecolor=SOFT, linewidth=0.3, label=fill(data.rest, 22)))
    axes.legend(
        handles=keys[::-1],
        loc="upper left",
        bbox_to_anchor=(1.0, 1.03),
        frameon=False,
        fontsize=9.5,
        handlelength=1.1,
        handleheight=1.1,
    )


def _choose_size(labels: Sequence[str], width: float) -> float:
    """The size of the letters with which labels stand beside each other in a part of the figure's width."""
    room = WIDTH * width * 0.92 / len(labels) * 72  # points
    longest = max(len(word) for label in labels for word in _break(label).split())
    return min(9.5, 0.8 * room / (0.62 * longest))


def _break(text: str) -> str:
    """A length that may be broken between its number and its unit."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _draw_forest(data: ForestFigure, is_narrow: bool) -> "Canvas":
    """A panel for each unit; labels to the left and numbers to the right, or both above where it is narrow."""
    labels = [[_label(row, is_narrow) for row in panel.rows] for panel in data.panels]
    heights = [
        0.2 + sum(_list_sizes(panel.rows, each, is_narrow))
        for panel, each in zip(data.panels, labels, strict=True)
    ]
    gap = 0.62
    whole = sum(heights) + gap * len(heights)
    canvas = _open(whole, width=NARROW if is_narrow else 4.2)
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
        axes.xaxis.set_major_formatter(_format_numbers(decimal))
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

    positive = [end for end in ends if end > 0]
    low, high = min(positive) / 1.05, max(positive) * 1.05
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = choose_ratios(low, high, positive)
    axes.set_xticks(ticks, [f"{each:g}".replace(".", decimal) for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _format_numbers(decimal: str) -> Callable[[float, float], str]:
    """The numbers of an axis, with the decimal mark of the language."""

    def show(value: float, _: float) -> str:
        return f"{round(value, 6):g}".replace("-", "−").replace(".", decimal)

    return show
