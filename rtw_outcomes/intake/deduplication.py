"""From validated rows to deduplicated ones: repeated rows, the account, and the list of rejected rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from rtw_outcomes.errors import ContractError, Problem, refuse
from rtw_outcomes.intake.account import Note, RuleCount, TableAccount, share
from rtw_outcomes.intake.canonical_column import NO_VALUES, CanonicalColumn, quoted
from rtw_outcomes.intake.column_names import note_matches
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import (
    DeliveredTable,
    ends_with_line_break,
    fingerprint,
    note_text,
)
from rtw_outcomes.intake.fault_words import describe_fault, suggest_ways_out
from rtw_outcomes.intake.parts import note_lacking
from rtw_outcomes.intake.plain_forms import Validated
from rtw_outcomes.intake.validation import ALLOWED_TYPES, TYPES_IN_WORDS, ZONED_TYPES

ROWS_A_FILE = 2**40  # a file and a row in it as one number, which sorts as the two
POSITION = f"source_file * {ROWS_A_FILE} + source_row"


@dataclass(frozen=True)
class Delivered:
    """A source that was read.

    Attributes:
        account: the account of its rows.
        rejected: where each rejected row stood, and why it is rejected.
        validated: how it was read.
        rows: person_id, dates, and `rule`, the number of the rule under which a row is rejected, among those
            of `validated`. Of the spells all rows, with extent and code; of others the rejected ones.
    """

    account: TableAccount
    rejected: pl.LazyFrame
    validated: Validated
    rows: pl.LazyFrame


def check_types(
    source: DeliveredTable, cells: Sequence[CanonicalColumn], keys: Sequence[str]
) -> None:
    """Every column of a typed file or a frame has a type that its role allows.

    A column that is not among the `keys` may also hold nothing at all.

    Raises:
        ContractError: one has not.
    """
    problems = [
        Problem(
            source.name,
            f"the column `{cell.called}` has the wrong type",
            expected=TYPES_IN_WORDS[cell.role],
            found=f"the type {cell.type.lower()}",
            hint="Export dates without a time zone" if cell.type in ZONED_TYPES else "",
        )
        for cell in cells
        if cell.type is not None
        and cell.type not in ALLOWED_TYPES[cell.role]
        and not (cell.type == NO_VALUES and cell.name not in keys)
    ]
    if problems:
        raise ContractError(problems)


def deduplicate_equal_rows(
    database: Database,
    key: str,
    possible_repeats: pl.DataFrame,
    same: Sequence[str],
    duplicate: int,
) -> None:
    """Make `deduplicated_<key>`: the first of good rows that are equal in the columns `same` is used.

    The others get the rule with the number `duplicate`.

    Args:
        database: holds `validated_<key>`.
        key: the name of the source.
        possible_repeats: source_file and source_row of all rows that may be equal to another one.
        same: the columns in which rows must be equal.
        duplicate: the number of the rule.
    """
    validated, deduplicated = f"validated_{key}", f"deduplicated_{key}"
    if not same or possible_repeats.is_empty():
        database.view(deduplicated, f"SELECT * FROM {validated}")
        return
    database.put("possible_repeats", possible_repeats)
    first_equal = exp.Window(
        this=exp.func("ROW_NUMBER"),
        partition_by=[quoted(name) for name in same],
        order=exp.Order(expressions=[quoted("source_file"), quoted("source_row")]),
    )
    numbered = (
        exp.select("source_file", "source_row", first_equal.as_("number"))
        .from_(validated)
        .where("rule IS NULL")
        .join("possible_repeats", using=["source_file", "source_row"], join_type="semi")
    )
    repeated = (
        exp.select("source_file", "source_row").from_(numbered.subquery("n")).where("number > 1")
    )
    database.create(f"repeated_{key}", repeated)
    if not database.rows(f"SELECT count(*) FROM repeated_{key}")[0][0]:
        # Without the join, which every later look at the rows would make again.
        database.view(deduplicated, f"SELECT * FROM {validated}")
        return
    rule = exp.case().when(
        exp.column("source_row", "r").is_(exp.null()).not_(), exp.Literal.number(duplicate)
    )
    marked = (
        exp.select("v.* EXCLUDE (rule)", rule.else_(exp.column("rule", "v")).as_("rule"))
        .from_(f"{validated} AS v")
        .join(
            f"repeated_{key} AS r",
            on="v.source_file = r.source_file AND v.source_row = r.source_row",
            join_type="left",
        )
    )
    database.view(deduplicated, marked)


def count_rows(database: Database, validated: Validated) -> TableAccount:
    """The account of a deduplicated table, from one query.

    Raises:
        ContractError: there are no rows, or none is left to use.
    """
    source, rules = validated.source, validated.rules
    counts = database.rows(
        f"SELECT rule, count(*), min({POSITION}) "
        f"FROM deduplicated_{source.key} GROUP BY rule ORDER BY rule"
    )
    rows = sum(count for _, count, _ in counts)
    if not rows and source.table != "exits":
        raise refuse(source.name, f"the {'frame' if source.frame else 'file'} has no rows")
    rejections = tuple(
        RuleCount(
            rule=rules[number].name,
            column=rules[number].column,
            reason=rules[number].reason,
            rows=count,
            share=share(count, rows),
            first=place_of(source, first),
            is_design=rules[number].is_design,
        )
        for number, count, first in counts
        if number is not None
    )
    used = rows - sum(each.rows for each in rejections)
    if not used and source.table != "exits":  # nobody may have left
        worst = max(rejections, key=lambda each: each.rows)
        raise refuse(
            source.name,
            "every row breaks a rule, so none is left to use",
            found=describe_fault(worst, validated, of=rows),
            hint=suggest_ways_out(database, rejections, validated),
        )
    digests = {part.delivered.name: fingerprint(part.delivered) for part in source.parts}
    return TableAccount(
        source.key, source.name, rows, used, rejections, files=digests, holds=source.table
    )


def note_reading(validated: Validated) -> tuple[Note, ...]:
    """Notes on how a source was read: its files, its columns and its cells."""
    source = validated.source
    return (
        *_note_cut(source),
        *note_text(source),
        *note_matches(source),
        *note_lacking(source),
        *validated.notes,
    )


def _note_cut(source: DeliveredTable) -> Iterator[Note]:
    """A file that ends inside a line may have lost more than that line."""
    if source.is_text and not all(map(ends_with_line_break, source.parts)):
        what = "the file does not end with a line break; make sure that it is not cut off"
        yield Note("no_line_break_at_end", what, 0)


def place_of(source: DeliveredTable, number: int) -> str:
    """File and row for people, from a POSITION; the first row below the header is row 1.

    In a text file it is also the line that an editor shows, unless a cell before it has a line break.
    """
    file, row = divmod(number, ROWS_A_FILE)
    text = source.parts[file - 1].text if source.is_text else None
    line = f" (line {row + 1 + text.lines_above})" if text else ""
    return f"{source.part_names[file - 1]}, row {row}{line}"


def list_rejected(database: Database, validated: Validated) -> pl.LazyFrame:
    """Each row of a deduplicated table that was not used, as a file: where it stood, and why."""
    source, rules = validated.source, validated.rules
    path = database.write(
        f"rejected_{source.key}",
        f"SELECT source_file, source_row, rule FROM deduplicated_{source.key} "
        "WHERE rule IS NOT NULL ORDER BY source_file, source_row",
    )
    files = source.part_names
    return pl.scan_parquet(path, glob=False).select(
        pl.lit(source.key).alias("table"),
        _named("source_file", range(1, len(files) + 1), files).alias("file"),
        pl.col("source_row").cast(pl.Int64),
        _named("rule", range(len(rules)), [rule.name for rule in rules]),
        _named("rule", range(len(rules)), [rule.reason for rule in rules]).alias("reason"),
    )


def scan_rows(database: Database, key: str) -> pl.LazyFrame:
    """All rows of a source of the spells with their canonical values; to be read while its files are there."""
    place = ("source_file", "source_row")
    rejected, validated = database.scan(f"rejected_{key}"), database.scan(f"validated_{key}")
    values = validated.select(
        *place, "person_id", "start_date", "end_date", "extent", pl.col("benefit").alias("code")
    )
    return values.join(rejected, on=place, how="left")


def _named(column: str, numbers: Sequence[int], names: Sequence[str]) -> pl.Expr:
    return pl.col(column).replace_strict(numbers, names, return_dtype=pl.String)
