"""What became of the rows of each file, where a source has several."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell, hide_small
from rtw_outcomes.intake.account import share
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.quality.inspection import Inspection, count_persons
from rtw_outcomes.quality.section import Finding, SectionNumber

USED, LEFT_OUT, FAULTY = "used", "left_out_by_design", "faulty"
KINDS = (USED, LEFT_OUT, FAULTY)
ENOUGH_ROWS = 100  # of fewer, one faulty row is one percent

Cells = Mapping[tuple[str, str], Cell]


def count_by_file(inspection: Inspection, delivered: Delivered) -> Cells:
    """The rows of each file by what became of them; none where the source is one file, or the cohort."""
    names = delivered.validated.source.part_names
    if len(names) == 1 or delivered is inspection.cohort:
        return {}
    rules = delivered.validated.rules
    kinds = [LEFT_OUT if rule.is_design else FAULTY for rule in rules]
    rule = pl.col("rule").cast(pl.Int32)
    kind = rule.replace_strict(range(len(rules)), kinds, return_dtype=pl.String).fill_null(USED)
    counts = (
        delivered.rows.group_by("source_file", kind.alias("kind"))
        .agg(pl.len(), count_persons())
        .collect(engine="streaming")
    )
    found = {(names[file - 1], kind): Cell(*cell) for file, kind, *cell in counts.iter_rows()}
    return {
        (name, kind): found.get((name, kind), Cell(0, 0))
        for name in dict.fromkeys(names)
        for kind in KINDS
    }


def list_file_numbers(inspection: Inspection, source: str, cells: Cells) -> Iterator[SectionNumber]:
    """The rows of each file; what the totals of files and of kinds would tell is hidden, too."""
    hidden = _hide_both_ways(cells, inspection.below)
    for (name, kind), cell in cells.items():
        rows = None if (name, kind) in hidden else cell.rows
        yield SectionNumber(kind, rows, source=source, item=name)


def judge_files(inspection: Inspection, cells: Cells) -> Iterator[Finding]:
    """A finding for each file with many faulty rows."""
    limit = inspection.limits.faulty_rows
    for name in dict.fromkeys(name for name, _ in cells):
        rows = sum(cells[name, kind].rows for kind in KINDS)
        if rows >= ENOUGH_ROWS:
            judgement = limit.judge(share(cells[name, FAULTY].rows, rows))
            yield Finding(
                judgement, f"{limit.tell(judgement)} percent of the rows of {name} are faulty"
            )


def _hide_both_ways(cells: Cells, below: int) -> set[tuple[str, str]]:
    """The cells to hide, so that no line of the table, across or down, has one hidden cell alone."""
    names = list(dict.fromkeys(name for name, _ in cells))
    lines = [[(name, kind) for kind in KINDS] for name in names]
    lines += [[(name, kind) for name in names] for kind in KINDS]
    hidden = set[tuple[str, str]]()
    for line in lines:
        shown = hide_small({str(place): cells[each] for place, each in enumerate(line)}, below)
        hidden |= {line[int(place)] for place, rows in shown.items() if rows is None}
    while protection := _find_protection(lines, hidden, cells):
        hidden.add(protection)
    return hidden


def _find_protection(
    lines: Sequence[Sequence[tuple[str, str]]], hidden: set[tuple[str, str]], cells: Cells
) -> tuple[str, str] | None:
    """The cell to hide beside one that is alone in its line; best one that can be protected itself."""
    for line in lines:
        others = [each for each in line if each not in hidden and cells[each].persons]
        if others and len(hidden & set(line)) == 1:
            return min(
                others,
                key=lambda each: (_is_alone(each, line, lines, cells), cells[each].persons, each),
            )
    return None


def _is_alone(
    cell: tuple[str, str],
    line: Sequence[tuple[str, str]],
    lines: Sequence[Sequence[tuple[str, str]]],
    cells: Cells,
) -> bool:
    """Whether the line that crosses this one has no other cell about anybody."""
    (crossing,) = (each for each in lines if cell in each and each != line)
    return not any(cells[other].persons for other in crossing if other != cell)
