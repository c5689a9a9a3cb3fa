"""What all figures are drawn with: a canvas, colours that can be read on white, and numbers of the language."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

INK, SOFT = "#1d2433", "#4d5566"
# All with a contrast of at least 4.5 to white, because labels have the colours of their lines.
COLOURS = ("#1f5f8b", "#a8430a", "#5b3a8c", "#2b6e3f", "#8a1c4a", "#5b6476")
WIDTH = 8.2  # inches


def open_canvas(height: float, width: float = WIDTH) -> "Canvas":
    """An empty canvas; sizes are in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def format_numbers(decimal: str) -> Callable[[float, float], str]:
    """The numbers of an axis, with the decimal mark of the language."""

    def show(value: float, _: float) -> str:
        return f"{round(value, 6):g}".replace("-", "−").replace(".", decimal)

    return show
