"""Figures drawn with matplotlib, which is loaded when the first one is drawn.

The same data give the same bytes. Nothing is told by colour alone: groups have dashes and a label at the
end of their line.
"""

import base64
import re
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any, Literal, assert_never

from rtw_outcomes.report.canvas import COLOURS, INK, SOFT, WIDTH, format_numbers, open_canvas
from rtw_outcomes.report.figures import (
    Course,
    CurvesFigure,
    FigureData,
    ForestFigure,
    PeriodsFigure,
    StatesFigure,
)
from rtw_outcomes.report.forest import draw_forest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

LINE = "#c9ced8"
# From work to absence; only areas, with a label beside them.
FILLS = ("#1f5f8b", "#7fb2d3", "#d7e6f1", "#f3c98b", "#c96f2e", "#8a4b1a", "#7a7f8a", "#3f4450")
DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    *((0, None), (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (4, 4)), (0, (1, 3))),
)
WHOLE = 100  # percent
FEW_DAYS = 3
REST = "#f4f6f9"
LEAST_REST = 0.05  # percent; less than that is rounding
HALF_YEAR = 183  # days
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
        return draw_forest(data, is_narrow)
    assert_never(data)


def _draw_curves(data: CurvesFigure) -> "Canvas":
    """Steps in percent, and under the axis the counts at the fixed days."""
    rows = len(data.counts)
    plot, row = 3.6, 0.21  # inches
    canvas = open_canvas(plot + row * (rows + 2))
    share = plot / (plot + row * (rows + 2))
    axes = canvas.add_axes((0.12, 1 - share + 0.02, 0.66, share - 0.05))
    last = max([*data.days, *(each.x[-1] for each in data.courses)])
    axes.set(xlim=(0, last * 1.005 or 1), ylim=(0, data.top), ylabel=data.y_label)
    axes.set_xlabel(data.x_label)
    if data.days:
        ticks = _choose_days(data.days, last)
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


def _choose_days(days: Sequence[float], last: float) -> list[float]:
    """The days on the axis: those of the counts, and quarters or months of a year where they are few.

    >>> _choose_days([0.0, 365.0], 365.0)
    [0.0, 90.0, 180.0, 270.0, 365.0]
    """
    if len(days) >= FEW_DAYS:
        return list(days)
    step = 90 if last > HALF_YEAR else 30
    between = (float(day) for day in range(0, int(last), step))
    free = [day for day in between if all(abs(day - other) >= step / 2 for other in days)]
    return sorted([*days, *free])


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
    places = _spread(ends, heights, low, high)
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


def _spread(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """The middles of labels, as near to the wanted ones as goes, so that none stands on another.

    >>> _spread([1.0, 1.0, 50.0], [4.0, 4.0, 4.0], -10.0, 100.0)
    [1.0, 5.0, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    places = list(wanted)
    floor = low
    for place in order:
        half = heights[place] / 2
        places[place] = max(wanted[place], floor + half)
        floor = places[place] + half
    ceiling = high
    for place in reversed(order):
        half = heights[place] / 2
        places[place] = min(places[place], ceiling - half)
        ceiling = places[place] - half
    return places


def _draw_periods(data: PeriodsFigure) -> "Canvas":
    canvas = open_canvas(3.6)
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
    axes.yaxis.set_major_formatter(format_numbers(data.decimal))
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
    canvas = open_canvas(3.7)
    left, right = 0.08, 0.8
    width = (right - left) / panels
    for panel, (group, shares) in enumerate(zip(data.groups, data.shares, strict=True)):
        axes = canvas.add_axes((left + panel * width, 0.12, width * 0.92, 0.78))
        bottom = [0.0] * len(data.days)
        for state, percents in enumerate(shares):
            heights = [percent or 0.0 for percent in percents]
            fill_colour = FILLS[(data.places[state] if data.places else state) % len(FILLS)]
            axes.bar(
                range(len(data.days)),
                heights,
                bottom=bottom,
                width=0.86,
                color=fill_colour,
                edgecolor="white",
                linewidth=0.8,
            )
            bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
        rest = [max(0.0, WHOLE - height) for height in bottom]
        if max(rest) >= LEAST_REST:
            axes.bar(
                range(len(data.days)),
                rest,
                bottom=bottom,
                width=0.86,
                color=REST,
                edgecolor=SOFT,
                linewidth=0.3,
                hatch="....",
            )
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


def _draw_key(axes: "Axes", data: StatesFigure) -> None:
    """The colours of the states, in the order in which they are stacked."""
    from matplotlib.patches import Patch

    keys = [
        Patch(
            facecolor=FILLS[(data.places[place] if data.places else place) % len(FILLS)],
            label=fill(state, 22),
        )
        for place, state in enumerate(data.states)
    ]
    keys.append(
        Patch(
            facecolor=REST, edgecolor=SOFT, linewidth=0.3, hatch="....", label=fill(data.rest, 22)
        )
    )
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
