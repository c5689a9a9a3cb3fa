"""The registers of deaths and migrations: their rows as exits and entries of persons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlglot import exp
from sqlglot.expressions import Select

from rtw_outcomes.errors import refuse, telling_all
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.canonical_column import DATE_TYPES, OPEN_END, CanonicalColumn, literal
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.deduplication import (
    POSITION,
    Delivered,
    check_types,
    count_rows,
    list_rejected,
    note_reading,
    place_of,
)
from rtw_outcomes.intake.delivered_table import DeliveredTable, check_columns
from rtw_outcomes.intake.exit_sources import ExitSource
from rtw_outcomes.intake.person_ids import with_whole_ids
from rtw_outcomes.intake.plain_forms import Validated, expect_column, validate_in_plain_forms
from rtw_outcomes.intake.plausibility import check_open_ends
from rtw_outcomes.intake.validation import NamedRule, missing_or_unreadable

ROLES = {"person_id": "id", "date": "date", "from": "date", "to": "date", "kind": "text"}
DAY_AFTER = "first_day_after"
EQUAL_ROW = "duplicate_row"

# The tables that this module makes. Ids are texts in them: all tables of a study are compared so.
MOVES, PERSONS_IN_DOUBT = "exit_moves", "exit_persons_in_doubt"


@dataclass(frozen=True)
class ExitsRead:
    """The registers of exits, read; their exits and entries are in the table `exit_moves`.

    Attributes:
        deliveries: the account and the rejected rows of each register.
        reasons: the reasons that the registers may give.
        of_periods: the names of those that say when persons are resident, so that nobody else is.
    """

    deliveries: tuple[Delivered, ...]
    reasons: tuple[str, ...]
    of_periods: tuple[str, ...]

    @property
    def has_periods(self) -> bool:
        """Whether one of them says when persons are resident."""
        return bool(self.of_periods)


def read_exits(
    database: Database, sources: Sequence[DeliveredTable], said: Sequence[ExitSource]
) -> ExitsRead:
    """Validate each register; its good rows become exits and entries, its faulty ones persons in doubt.

    Args:
        database: where the tables are made.
        sources: the registers.
        said: what the study says of each.

    Raises:
        ContractError: a register breaks a rule that stops the run, or its dates could mean two things.
    """
    database.create(
        MOVES,
        "SELECT '' AS person_id, DATE '1970-01-01' AS day, FALSE AS is_out, '' AS reason LIMIT 0",
    )
    database.create(PERSONS_IN_DOUBT, "SELECT '' AS person_id LIMIT 0")
    with telling_all() as attempt:
        registers = [
            attempt(partial(_read_register, database, *each))
            for each in zip(sources, said, strict=True)
        ]
    reasons = dict.fromkeys(reason for each in said for reason in each.reasons)
    of_periods = tuple(each.account.source for each, is_periods in registers if is_periods)
    return ExitsRead(tuple(each for each, _ in registers), tuple(reasons), of_periods)


def _read_register(
    database: Database, source: DeliveredTable, said: ExitSource
) -> tuple[Delivered, bool]:
    names, is_periods = check_exits_header(source, said), _is_of_periods(source)
    types = database.describe(source)
    cells = with_whole_ids(
        database, source, [_read_column(source, said, name, types[name]) for name in names]
    )
    check_types(source, cells, names)
    validated = validate_in_plain_forms(
        database,
        source,
        cells,
        build_rules=lambda cells: list(_build_rules(cells, names)),
        beside=(),
    )
    _check_partial_dates(database, validated, said)
    for end in ("to", "date"):
        if end in names and not (end == "date" and said.has_kind):
            check_open_ends(database, validated.source, validated.rules, end)
    _check_codes(database, validated.source, said)
    _leave_out_equal_rows(database, validated)
    account = count_rows(database, validated)
    for move in _list_moves(validated.source.key, said, is_periods):
        database.insert(MOVES, move)
    faulty = [str(n) for n, rule in enumerate(validated.rules) if not rule.is_design]
    database.insert(
        PERSONS_IN_DOUBT,
        f"SELECT DISTINCT CAST(person_id AS VARCHAR) FROM deduplicated_{validated.source.key} "
        f"WHERE rule IN ({', '.join(faulty)}) AND person_id IS NOT NULL",
    )
    noted = replace(account, notes=note_reading(validated))
    day = "from" if is_periods else "date"
    rejected_rows = database.frame(
        f'SELECT person_id, "{day}" AS start_date, rule FROM deduplicated_{validated.source.key} '
        "WHERE rule IS NOT NULL"
    )
    rejected = list_rejected(database, validated)
    return Delivered(noted, rejected, validated, rejected_rows.lazy()), is_periods


def check_exits_header(source: DeliveredTable, said: ExitSource) -> list[str]:
    """The columns that are read, once all are there.

    Raises:
        ContractError: a column is missing, or the register could be one of days and one of periods.
    """
    names = ["person_id", *(("from", "to") if _is_of_periods(source) else ("date",))]
    names += ["kind"] if said.has_kind else []
    check_columns(source, {name: name for name in names})
    return names


def _is_of_periods(source: DeliveredTable) -> bool:
    """Whether a row is a period of residence, and not a day on which something happens.

    Raises:
        ContractError: it could be both.
    """
    has_date, has_period = "date" in source.names, {"from", "to"} <= {*source.names}
    if has_date and has_period:
        hint = f"Name either `date`, or `from` and `to`, in {source.renamed_by}"
        raise refuse(
            source.name, "the register has the columns of a date and of a period", hint=hint
        )
    # A register that has neither is told that it lacks the column `date`.
    return has_period or bool({"from", "to"} & {*source.renamed})


def _read_column(
    source: DeliveredTable, said: ExitSource, name: str, kind: str | None
) -> CanonicalColumn:
    cell = expect_column(source, name, name, ROLES[name], kind)
    if name == "kind":  # a code may be written like a usual mark of a missing value
        return replace(cell, missing=source.format.missing or ())
    if name == "person_id":
        return cell
    cell = replace(
        cell,
        may_be_partial=kind not in DATE_TYPES,
        day_of_month=_day_of(said.partial_dates.month),
        day_of_year=_day_of(said.partial_dates.year),
    )
    if name == "from" or (name == "date" and said.has_kind):
        return cell
    day_after = name == "to" and source.format.end_is == DAY_AFTER
    return replace(cell, is_end=True, open_end=source.format.open_end, day_after=day_after)


def _day_of(said: str | None) -> str | None:
    return None if said == "reject" else said


def _build_rules(cells: Sequence[CanonicalColumn], names: Sequence[str]) -> Iterator[NamedRule]:
    for cell in cells:
        if cell.role == "date":
            yield NamedRule(
                f"{cell.name}_without_day", cell.called, "the date has no day", cell.lacks_day
            )
            yield NamedRule(
                f"{cell.name}_without_month", cell.called, "the date has no month", cell.lacks_month
            )
    yield from missing_or_unreadable(cells, names)
    by_name = {cell.name: cell for cell in cells}
    if "date" in by_name and by_name["date"].is_end:
        never = by_name["date"].value.eq(literal(OPEN_END))
        called = by_name["date"].called
        yield NamedRule("no_exit", called, "the row has no exit", never, is_design=True)
    if "to" in by_name:
        begins, ends = by_name["from"], by_name["to"]
        late = begins.value > ends.value
        yield NamedRule("dates_in_order", begins.called, "the row ends before it starts", late)
    equal = "an equal row stands before it"
    yield NamedRule(EQUAL_ROW, "", equal, exp.false(), is_design=True)


def _check_partial_dates(database: Database, validated: Validated, said: ExitSource) -> None:
    """The study says what a date without a day or a month means, where there is one.

    Raises:
        ContractError: it does not.
    """
    source = validated.source
    for lacks, key, answer in (("day", "month", "last_day"), ("month", "year", "reject")):
        if getattr(said.partial_dates, key) is not None:
            continue
        for number, rule in enumerate(validated.rules):
            if not rule.name.endswith(f"_without_{lacks}"):
                continue
            ((rows,),) = database.rows(
                f"SELECT count(*) FROM validated_{source.key} WHERE rule = {number}"
            )
            if rows:
                raise refuse(
                    source.name,
                    f"{count_words(rows, 'row')} in the column `{rule.column}` with a date without a {lacks}",
                    hint=f"Say which day stands for it: `partial_dates: {{{key}: {answer}}}` beside the file, "
                    "with `first_day`, `middle`, `last_day`, or `reject` for a faulty row",
                )


def _check_codes(database: Database, source: DeliveredTable, said: ExitSource) -> None:
    """A code that nobody named stops the run."""
    if not said.has_kind:
        return
    known = exp.column("kind").isin(*map(exp.Literal.string, (*said.out_codes, *said.in_)))
    ((rows, kinds, first),) = database.rows(
        f"SELECT count(*), count(DISTINCT kind), min({POSITION}) FROM validated_{source.key} "
        f"WHERE kind IS NOT NULL AND NOT {known.sql(dialect='duckdb')}"
    )
    if rows:
        raise refuse(
            source.name,
            f"the column `{source.call('kind')}` holds codes that the study does not name",
            found=f"{count_words(kinds, 'unknown code')} on {count_words(rows, 'row')}, "
            f"the first at {place_of(source, first)}",
            hint="Name each code under `out`, `in` or `reason`",
        )


def _leave_out_equal_rows(database: Database, validated: Validated) -> None:
    """Make the deduplicated table, in which a row that repeats an earlier one is left out by design."""
    key, columns = validated.source.key, [cell.name for cell in validated.cells]
    names = ", ".join(f'"{name}"' for name in columns)
    database.create(
        f"deduplicated_{key}",
        "SELECT * REPLACE (CASE WHEN rule IS NULL AND row_number() OVER "
        f"(PARTITION BY rule, {names} ORDER BY source_file, source_row) > 1 "
        f"THEN {len(validated.rules) - 1} ELSE rule END AS rule) FROM validated_{key}",
    )


def _list_moves(key: str, said: ExitSource, is_periods: bool) -> Iterator[Select]:
    """The exits and entries of the good rows of a register."""
    kind, codes = exp.column("kind"), said.out_codes
    reason: exp.Expr = exp.Literal.string(said.reasons[0] if said.reasons else "")
    if said.has_kind:
        reason = exp.case(kind)
        for code, name in codes.items():
            reason = reason.when(exp.Literal.string(code), exp.Literal.string(name))
    leaves: exp.Expr = exp.convert(said.rows_are == "exits")
    if said.has_kind:
        leaves = kind.isin(*map(exp.Literal.string, codes)) if codes else exp.false()
    day = exp.column("to" if is_periods else "date", quoted=True)

    def select(day: exp.Expr, is_out: exp.Expr, reason: exp.Expr) -> Select:
        person = exp.cast(exp.column("person_id"), "text")
        columns = (
            person.as_("person_id"),
            day.as_("day"),
            is_out.as_("is_out"),
            reason.as_("reason"),
        )
        return exp.select(*columns).from_(f"deduplicated_{key}").where("rule IS NULL")

    if not is_periods:
        yield select(day, leaves, reason)
        return
    yield select(exp.column("from", quoted=True), exp.false(), exp.null())
    yield select(day, exp.true(), reason).where(leaves).where(day < literal(OPEN_END))
