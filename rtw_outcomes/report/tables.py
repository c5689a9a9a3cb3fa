"""Tables of the page: a heading, a head for each column, and rows of texts. Long ones go down, not across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rtw_outcomes.report.numbers import HIDDEN
from rtw_outcomes.report.reading import ReportNumber
from rtw_outcomes.report.wording import Wording

MANY_GROUPS = 6  # more than so many columns are not read side by side
NOTHING_SHOWN = "–"
LIMITS = (".low", ".high")  # how the names of limits end


@dataclass(frozen=True)
class PageTable:
    """A table as the page shows it.

    Attributes:
        caption: what the table is about.
        head: the heads of the columns; the cells of the first column are the heads of the rows.
        rows: the cells, as many in each row as there are heads.
        words: how many columns from the left hold words; the others hold numbers.
        notes: sentences under the table; they stand alone where the table has no rows.
        methods: how its numbers were made, a sentence for each method, in the language of the record.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    notes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    def turned(self, corner: str) -> "PageTable":
        """The table with its rows as columns."""
        columns = list(zip(self.head, *self.rows, strict=True))
        head, *rows = columns
        return replace(self, head=(corner, *head[1:]), rows=tuple(rows))


@dataclass(frozen=True)
class TableLine:
    """Statistics that are read together, such as a mean and its standard deviation.

    Attributes:
        label: what they are.
        names: of the statistics.
        form: how they are put together; the first stands alone where the table has no other.
        lone: how they are put together where the first is hidden; empty where that makes no difference.
        bare: how those before the limits of an interval are put together where there are no limits.
    """

    label: str
    names: tuple[str, ...]
    form: str = "{}"
    bare: str = "{}"
    lone: str = ""


def name_limits(statistic: str) -> tuple[str, str]:
    """The names of the limits of an interval that stands beside a statistic."""
    return f"{statistic}.low", f"{statistic}.high"


def list_lines(names: Sequence[str], wording: Wording, level: str = "") -> list[TableLine]:
    """The lines that statistics make, in the order of the first of each.

    A share is told beside its count, the quartiles beside the median, and limits beside what they are of.
    A standard deviation is told beside its mean, unless that has limits.

    Args:
        names: of the statistics.
        wording: the texts.
        level: the words for the intervals.
    """
    beside = {f"{name}_percent": name for name in names if f"{name}_percent" in names}
    if "n" in names and "p" in names:
        beside["p"] = "n"
    pairs = {name: share for share, name in beside.items()}
    taken = set(beside)
    lines: list[TableLine] = []
    for name in names:
        if name in taken:
            continue
        together = _put_together(name, names, pairs, wording, level or wording("interval.any"))
        taken.update(together.names)
        lines.append(together)
    return lines


def _put_together(
    name: str, names: Sequence[str], pairs: Mapping[str, str], wording: Wording, level: str
) -> TableLine:
    quartiles = ("median", "p25", "p75")
    limits = name_limits(pairs.get(name, name))
    has_limits = set(limits) <= set(names)
    if name in quartiles and set(quartiles) <= set(names):
        return TableLine(wording("line.median"), quartiles, wording.form("quartiles"))
    if name in ("mean", "sd") and {"mean", "sd"} <= set(names) and "mean.low" not in names:
        return TableLine(wording("line.mean"), ("mean", "sd"), "{} ({})")
    if name in pairs:
        label = wording("line.share") if name == "n" else wording.word(name)
        key = "line.count_interval" if has_limits else "line.count"
        label = label if name == "n" else wording(key, label=label, level=level)
        bare, form = wording.form("share"), wording.form("share_interval")
        if has_limits:
            lone = wording.form("hidden_share_interval")
            return TableLine(label, (name, pairs[name], *limits), form, bare, lone)
        return TableLine(label, (name, pairs[name]), bare, lone=wording.form("hidden_share"))
    label = _name_line(name, wording)
    if has_limits:
        label = wording("line.interval", label=label, level=level)
        return TableLine(label, (name, *limits), wording.form("interval"))
    return TableLine(label, (name,))


def _name_line(name: str, wording: Wording) -> str:
    if name.endswith("_percent"):
        return wording("line.percent", label=wording.word(name.removesuffix("_percent")))
    return wording.word(name)


def show_lines(
    line: TableLine, column: Sequence[Mapping[str, ReportNumber]], wording: Wording
) -> list[str]:
    """The cells of one line, for the statistics of each row of a column.

    A number and its limits have the same decimals.
    """
    numbers = [[cells.get(name) for cells in column] for name in line.names]
    first_limit = next(
        (place for place, name in enumerate(line.names) if name.endswith(LIMITS)), len(numbers) + 1
    )
    of_interval = numbers[first_limit - 1 :]
    parts = [wording.show(cells) for cells in numbers[: first_limit - 1]]
    together = wording.show([each for cells in of_interval for each in cells])
    size = len(column)
    parts += [together[place * size : (place + 1) * size] for place in range(len(of_interval))]
    return [_fill(line, cell) for cell in zip(*parts, strict=True)]


def _fill(line: TableLine, parts: Sequence[str]) -> str:
    """The parts of a cell; one mark where all are hidden, and the first alone where there is no other."""
    first, others = parts[0], parts[1:]
    if not any(parts):
        return ""
    if all(part in ("", HIDDEN) for part in parts):
        return HIDDEN
    if not others or not any(others):
        return first
    if first == HIDDEN and line.lone and HIDDEN not in others and all(others):
        return line.lone.format(*parts)
    limits = [name for name in line.names if name.endswith(LIMITS)]
    if limits and not any(parts[-len(limits) :]):
        return line.bare.format(*map(_show_part, parts[: -len(limits)]))
    return line.form.format(*map(_show_part, parts))


def _show_part(part: str) -> str:
    return NOTHING_SHOWN if part in ("", HIDDEN) else part
