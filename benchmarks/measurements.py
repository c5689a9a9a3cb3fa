"""What was measured: one entry per contestant and size, and how to find the one that is wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.field import Contestant
from benchmarks.timing import Report


@dataclass(frozen=True)
class Measurement:
    """A contestant at one size: what it reported, or why there is nothing to report."""

    contestant: Contestant
    spells: int
    index_dates: int
    report: Report | None
    why_not: str = ""

    @property
    def seconds(self) -> float | None:
        """Of the fastest repetition: on a computer with other users the slower ones are noise."""
        return min(self.report.seconds) if self.report else None

    @property
    def spells_per_second(self) -> float | None:
        """Register rows by second, whether or not they belong to a person of the cohort."""
        return self.spells / self.seconds if self.seconds else None


class Measurements:
    """All that was measured in one run."""

    def __init__(self, measured: Iterable[Measurement]) -> None:
        self._measured = list(measured)

    def __iter__(self) -> Iterator[Measurement]:
        return iter(self._measured)

    @property
    def sizes(self) -> list[int]:
        """Numbers of spells, in ascending order."""
        return sorted({each.spells for each in self._measured})

    def find_seconds(
        self, name: str, task: str, spells: int, layout: str = "sorted", part: str | None = None
    ) -> float | None:
        """Seconds of a contestant, or of one part of its work; None when it was not measured."""
        report = self.find(name, task, spells, layout)
        if report is None:
            return None
        return report.parts.get(part) if part else min(report.seconds)

    def find(self, name: str, task: str, spells: int, layout: str = "sorted") -> Report | None:
        """What a contestant reported; None when it was not measured."""
        for each in self._measured:
            found = each.contestant
            if (found.name, found.task, found.layout, each.spells) == (name, task, layout, spells):
                return each.report
        return None

    def find_cpu(self, name: str, task: str, spells: int, part: str | None = None) -> float | None:
        """CPU seconds of a contestant, or of one part of its work; None when it was not measured."""
        report = self.find(name, task, spells)
        if report is None:
            return None
        return report.cpu_parts.get(part) if part else report.cpu_seconds

    def find_smaller(self, one: Measurement) -> Measurement | None:
        """The same contestant at the next smaller size at which it was measured."""
        same = [
            each
            for each in self._measured
            if each.contestant == one.contestant and each.spells < one.spells and each.seconds
        ]
        return max(same, key=lambda each: each.spells, default=None)

    def find_fastest_engine(self, spells: int) -> float | None:
        """Seconds of the faster engine for the stock outcomes, on the sorted file."""
        seconds = [
            each.seconds
            for each in self._measured
            if (each.contestant.module, each.contestant.task) == ("engines", "stock")
            and (each.contestant.layout, each.spells) == ("sorted", spells)
            and not each.contestant.is_check
            and each.seconds
        ]
        return min(seconds, default=None)
