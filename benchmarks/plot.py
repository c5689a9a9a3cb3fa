"""The stock outcomes as a plot: seconds and peak memory by the number of spells."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.measurements import Measurements

mpl.rcParams["svg.hashsalt"] = "benchmark"  # the same measurements give the same file
DRAWN = ("stock", "floor")


def write_plot(file: Path, measurements: Measurements) -> None:
    """Write an SVG file; no display is needed."""
    figure = Figure(figsize=(11, 5.5), layout="constrained")
    time, memory = figure.subplots(1, 2)
    lines = _list_lines(measurements)
    for number, (name, points) in enumerate(lines.items()):
        sizes, seconds, peaks = zip(*points, strict=True)
        style = {"marker": "osD^vP*X<>hp"[number % 12], "color": f"C{number % 10}", "label": name}
        time.plot(sizes, seconds, **style)
        memory.plot(sizes, [peak / 1024 for peak in peaks], **style)
    _label(time, "seconds")
    _label(memory, "peak memory, GiB")
    figure.legend(*time.get_legend_handles_labels(), loc="outside right upper", fontsize="small")
    figure.suptitle("Stock outcomes, one index date per ten spells")
    figure.savefig(file, metadata={"Date": None})


def _list_lines(measurements: Measurements) -> dict[str, list[tuple[int, float, float]]]:
    lines: dict[str, list[tuple[int, float, float]]] = {}
    for each in measurements:
        who = each.contestant
        if who.task in DRAWN and not who.is_check and each.report and each.seconds:
            name = who.name if who.layout == "sorted" else f"{who.name}, {who.layout}"
            lines.setdefault(name, []).append((each.spells, each.seconds, each.report.peak_mib))
    return lines


def _label(axes: Axes, what: str) -> None:
    axes.set(xlabel="spells", ylabel=what, xscale="log", yscale="log")
    axes.grid(visible=True, which="major", alpha=0.3)
