"""Small pictures for the page: what they show, and where each part of them is drawn.

The template draws them as SVG, without a library and without the network. They are told by shape and
by words, never by colour alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH, HEIGHT = 420, 190
LEFT, RIGHT, TOP, BOTTOM = 58, 8, 26, 34
LABELS = 8  # as many as fit side by side
NICE_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Mark:
    """A line through a picture, between two of its values.

    Attributes:
        place: the number of the value that it stands before.
        label: a letter or a few words.
    """

    place: int
    label: str


@dataclass(frozen=True)
class Figure:
    """A picture of one series: a line over months, or bars.

    Attributes:
        kind: `line` or `bars`.
        title: its heading.
        description: what it shows, for those who do not see it.
        labels: one for each value; those that are empty are not written.
        values: the numbers; None where one is hidden.
        marks: lines through it.
    """

    kind: Literal["line", "bars"]
    title: str
    description: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def top(self) -> float:
        """The highest value of the scale: a round number.

        >>> Figure("bars", "", "", ("a",), (437.0,)).top
        500.0
        """
        highest = max((value for value in self.values if value), default=1)
        power = 10.0 ** math.floor(math.log10(highest))
        return next(step * power for step in NICE_STEPS if step * power >= highest)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Heights of the scale with their numbers."""
        return [(self.y(part * self.top), f"{part * self.top:,.4g}") for part in (0, 0.5, 1)]

    @property
    def step(self) -> float:
        """The width of one value."""
        return (WIDTH - LEFT - RIGHT) / len(self.values)

    def y(self, value: float) -> float:
        """The height at which a value is drawn."""
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM), 1)

    def x(self, place: float) -> float:
        """The distance from the left at which a value begins."""
        return round(LEFT + place * self.step, 1)

    @property
    def written(self) -> list[tuple[float, str]]:
        """The labels that are written, with their places; not more than fit side by side."""
        told = [place for place, label in enumerate(self.labels) if label]
        every = max(1, math.ceil(len(told) / LABELS))
        return [(self.x(place + 0.5), self.labels[place]) for place in told[::every]]

    @property
    def bars(self) -> list[tuple[float, float, float, float]]:
        """x, y, width and height of each bar."""
        return [
            (self.x(place + 0.1), self.y(value), round(self.step * 0.8, 1), self.height_of(value))
            for place, value in enumerate(self.values)
            if value
        ]

    def height_of(self, value: float) -> float:
        """The height of a bar."""
        return round(HEIGHT - BOTTOM - self.y(value), 1)

    @property
    def hidden(self) -> list[float]:
        """Where values are hidden."""
        return [self.x(place + 0.5) for place, value in enumerate(self.values) if value is None]

    @property
    def lines(self) -> list[str]:
        """The points of each unbroken part of a line."""
        return [" ".join(f"{x},{y}" for x, y in part) for part in self._list_parts()]

    @property
    def points(self) -> list[tuple[float, float]]:
        """The values that stand alone, which make no line."""
        return [part[0] for part in self._list_parts() if len(part) == 1]

    @property
    def shows_something(self) -> bool:
        """Whether any value is known and above 0."""
        return any(self.values)

    def _list_parts(self) -> Iterator[Sequence[tuple[float, float]]]:
        part: list[tuple[float, float]] = []
        for place, value in enumerate((*self.values, None)):
            if value is None:
                if part:
                    yield part
                part = []
            else:
                part.append((self.x(place + 0.5), self.y(value)))

    @property
    def marked(self) -> list[tuple[float, str]]:
        """The places of the marks with their labels."""
        return [(self.x(mark.place), mark.label) for mark in self.marks]
