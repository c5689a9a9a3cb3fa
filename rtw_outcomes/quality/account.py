"""Section: what became of the rows of each source."""

from collections.abc import Iterator, Mapping

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.quality.inspection import Inspection
from rtw_outcomes.quality.per_file import count_by_file, judge_files, list_file_numbers
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    Table,
    find_or_fine,
    hide,
    tabulate,
)

USED = "used"


def inspect_account(inspection: Inspection) -> Section:
    """The rows of each source: used, left out by design, and faulty."""
    statistics, tables, of_files = list[SectionNumber](), list[Table](), list[Finding]()
    for delivered in inspection.intake.deliveries:
        account = delivered.account
        delivered_rows, shown = hide_account(inspection, delivered)
        kinds = {
            each.rule: "left out by design" if each.is_design else "faulty"
            for each in account.rules
        }
        reasons = {each.rule: each.reason for each in account.rules}
        statistics += [
            SectionNumber("rows", delivered_rows, source=account.table, item="delivered"),
            *(
                SectionNumber("rows", rows, source=account.table, item=rule)
                for rule, rows in shown.items()
            ),
        ]
        tables.append(
            Table(
                f"{account.table}: {account.source}",
                ("number", "rows", "rule", "reason"),
                (
                    (delivered_rows, "delivered", "", ""),
                    *(
                        (rows, kinds[rule], rule, reasons[rule])
                        for rule, rows in shown.items()
                        if rule != USED
                    ),
                    (shown[USED], USED, "", ""),
                ),
            )
        )
        if cells := count_by_file(inspection, delivered):
            numbers = list(list_file_numbers(inspection, account.table, cells))
            statistics += numbers
            tables.append(tabulate(numbers, f"{account.table}, by file", {"item": "file"}))
            of_files += judge_files(inspection, cells)
    limits = inspection.limits
    return Section(
        name="account",
        title="What became of the rows",
        question="Were the rows of each source read, and how many of them can be used?",
        how="Every delivered row is used, left out by design or faulty, under the first rule that it breaks. "
        f"Faulty rows are judged by `faulty_rows` ({limits.faulty_rows.words} percent of a source or file), rows "
        f"left out by `left_out_rows` ({limits.left_out_rows.words} percent). A delivery with more "
        "faulty rows than the study tolerates stops.",
        findings=find_or_fine(
            [*_judge(inspection), *of_files],
            "Nearly all rows of each source were used or left out by design",
        ),
        statistics=tuple(statistics),
        tables=tuple(tables),
    )


def hide_account(
    inspection: Inspection, delivered: Delivered
) -> tuple[int | None, Mapping[str, int | None]]:
    """The rows of a source, and those that are used or not under each rule; small numbers hidden."""
    account = delivered.account
    names = [rule.name for rule in delivered.validated.rules]
    counted = inspection.cells_by_rule[account.table]
    cells = {USED if rule is None else names[rule]: cell for rule, cell in counted.items()}
    if delivered is inspection.cohort:  # only its rejected rows are there
        cells[USED] = Cell(account.used, inspection.intake.keys["person_id"].n_unique())
    shown = hide(cells, inspection.below, spare=USED)
    # Other sections tell how many rows are used, and the total would then tell the rest.
    return None if shown[USED] is None else account.rows, shown


def _judge(inspection: Inspection) -> Iterator[Finding]:
    if inspection.is_stopped:
        yield Finding(
            "stop", "More rows are faulty than the study tolerates, so no run would start"
        )
    limits = inspection.limits
    for account in inspection.intake.accounts:
        for limit, percent, what in (
            (limits.faulty_rows, share(account.faulty, account.rows), "faulty"),
            (limits.left_out_rows, share(account.left_out, account.rows), "left out by design"),
        ):
            judgement = limit.judge(percent)
            yield Finding(
                judgement,
                f"{limit.tell(judgement)} percent of the rows of {account.table} are {what}",
            )
        for note in account.notes:
            if note.note == "rule_not_run":
                yield Finding("look", f"{account.table}: {note.explanation}")
