"""The index dates of a delivery, with the columns that are carried along."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from rtw_outcomes.errors import ContractError, Problem, refuse, suggest
from rtw_outcomes.intake.account import Note, agree, count_words
from rtw_outcomes.intake.canonical_column import CanonicalColumn, read_cells
from rtw_outcomes.intake.column_names import list_hidden
from rtw_outcomes.intake.contract import cohort_schema, list_key_columns, list_row_rules
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
from rtw_outcomes.intake.exits import ExitsRead
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.observed_stretch import (
    NOT_OBSERVED,
    note_last_days,
    set_observed_stretch,
)
from rtw_outcomes.intake.person_ids import with_whole_ids
from rtw_outcomes.intake.plain_forms import (
    IN_DOUBT,
    Validated,
    expect_column,
    validate_in_plain_forms,
)
from rtw_outcomes.intake.study import Study
from rtw_outcomes.intake.validation import from_contract, missing_or_unreadable
from rtw_outcomes.language.control_characters import has_controls
from rtw_outcomes.language.measures.kind import CohortNumbers
from rtw_outcomes.language.vocabulary import EXITS, KEY_COLUMNS
from rtw_outcomes.planning.nodes.values import CohortNumber

ROLES = {
    "person_id": "id",
    "index_date": "date",
    "entry_date": "date",
    "censor_date": "date",
    "censor_reason": "text",
}
OPTIONAL = ("entry_date", "censor_date", "censor_reason")

# `Death` is a death. A reason that definitions do not know stays as it is, and is told.
KNOWN_REASONS = ", ".join(f"'{reason}'" for reason in EXITS)
REASON = (
    f"CASE WHEN lower(censor_reason) IN ({KNOWN_REASONS}) THEN lower(censor_reason) "
    "ELSE censor_reason END"
)


def validate_cohort(database: Database, source: DeliveredTable, study: Study) -> Validated:
    """Validate the index dates into the table `validated_cohort`.

    Raises:
        ContractError: the file breaks a rule that stops the run.
    """
    types = check_header(database, source)
    cells = with_whole_ids(
        database,
        source,
        (
            expect_column(source, name, name, role, types[name])
            for name, role in ROLES.items()
            if name in types
        ),
    )
    contract = cohort_schema(study.observed.from_, study.observed.to)
    keys = list_key_columns(contract)
    check_types(source, cells, keys)
    return validate_in_plain_forms(
        database,
        source,
        cells,
        build_rules=lambda cells: [
            *missing_or_unreadable([cell for cell in cells if cell.name in keys], keys),
            *from_contract(list_row_rules(contract), cells),
        ],
        beside=list_carried(types),
        optional=OPTIONAL,
    )


def read_cohort(
    database: Database,
    validated: Validated,
    study: Study,
    asked: Sequence["AskedNumbers"],
    exits: ExitsRead,
) -> Delivered:
    """The index dates, once they are validated, in the table `deduplicated_cohort`.

    The numbers that outcomes ask for stand in it too, and what the registers of exits say.

    Raises:
        ContractError: two rows have the same key, or none is left to use.
    """
    source, names = validated.source, {cell.name for cell in validated.cells}
    asked_cells = list(dict.fromkeys(each.cell for each in asked))
    rows = read_cells("validated_cohort", asked_cells) if asked_cells else "validated_cohort"
    columns = f"* REPLACE ({REASON} AS censor_reason)" if "censor_reason" in names else "*"
    database.create("deduplicated_cohort", exp.select(columns, dialect="duckdb").from_(rows))
    of_reasons = tuple(_note_reasons(database, names))
    of_exits: tuple[Note, ...] = ()
    if exits.deliveries:
        rule = len(validated.rules)
        of_exits = set_observed_stretch(database, exits, study.return_within, rule)
        of_exits += note_last_days(database, study.observed.to, study.suppress_below)
        validated = replace(validated, rules=(*validated.rules, NOT_OBSERVED))
    account = count_rows(database, validated)
    _check_unique(database, source, KEY_COLUMNS)
    notes = (*note_reading(validated), *_note_doubts(database), *of_reasons, *of_exits)
    rejected_rows = database.frame(
        "SELECT person_id, index_date AS start_date, rule FROM deduplicated_cohort "
        "WHERE rule IS NOT NULL"
    )
    return Delivered(
        replace(account, notes=notes),
        list_rejected(database, validated),
        validated,
        rejected_rows.lazy(),
    )


def _note_doubts(database: Database) -> Iterator[Note]:
    """A cell that cannot be read and that no row is rejected for: the exit is in doubt, not the person."""
    ((count,),) = database.rows(
        f"SELECT count(*) FROM deduplicated_cohort WHERE rule IS NULL AND {IN_DOUBT}"
    )
    if count:
        what = (
            "whose entry or exit cannot be read; the person counts as observed, and is marked as affected by "
            "faulty data"
        )
        yield Note("exit_in_doubt", f"{agree(count, 'row', 'rows')} {what}", count, f"rows {what}")


def _note_reasons(database: Database, columns: set[str]) -> Iterator[Note]:
    """Notes on reasons of censoring without a date, or other than the ones that definitions know."""
    if "censor_reason" not in columns:
        return
    dated = "censor_date IS NOT NULL" if "censor_date" in columns else "FALSE"
    for note, explanation, condition in (
        (
            "exit_without_date",
            "with a reason and no censor_date; the exit is not seen",
            f"NOT {dated}",
        ),
        (
            "other_reason",
            f"with a reason other than {', '.join(EXITS)}; read as end of data",
            f"censor_reason NOT IN ({KNOWN_REASONS})",
        ),
    ):
        ((count,),) = database.rows(
            "SELECT count(*) FROM deduplicated_cohort "
            f"WHERE rule IS NULL AND censor_reason IS NOT NULL AND {condition}"
        )
        if count:
            of = agree(count, "row", "rows")
            yield Note(note, f"{of} {explanation}", count, f"rows {explanation}")


def check_header(database: Database, source: DeliveredTable) -> dict[str, str | None]:
    """The columns of the cohort with their types, once the key is among them.

    Raises:
        ContractError: a column is missing, or the first line is not a header; or the study gives the
            name of a column to another one, or the name of a carried column holds a control character.
    """
    optional = set(OPTIONAL) - set(source.renamed)
    check_columns(source, {name: name for name in ROLES if name not in optional})
    hidden = list_hidden(source)
    if hidden:
        what = f"the column `{hidden[0]}` is there, and the study gives its name to another one"
        raise refuse(source.name, what, hint="Remove one of the two")
    types = database.describe(source)
    for name in list_carried(types):
        if has_controls(name):
            place = source.columns.index(name) + 1 if name in source.columns else "of the cohort"
            what = f"the name of column {place} holds a line break or another control character"
            raise refuse(source.name, what, hint="Rename the column")
    return types


@dataclass(frozen=True)
class AskedNumbers:
    """The numbers that an outcome takes from a carried column, and where they stand.

    Attributes:
        outcome: the id of an outcome that asks for them.
        numbers: which ones they may be.
        cell: as it stands in `deduplicated_cohort`, under the name that engines know it by.
    """

    outcome: str
    numbers: CohortNumbers
    cell: CanonicalColumn


def list_asked_numbers(
    database: Database, source: DeliveredTable, loaded: LoadedStudy
) -> tuple[AskedNumbers, ...]:
    """The carried columns that outcomes take numbers from; asked before any row is read.

    A column stands there as often as outcomes ask for other numbers in it.

    Raises:
        ContractError: a column is not there, or a typed file has other than numbers in it.
    """
    types = check_header(database, source)
    carried = tuple(list_carried(types))
    users = {
        part.outcome.from_cohort: part.outcome.outcome
        for each in loaded.outcomes
        for part in (each, *each.parts())
        if part.outcome.from_cohort is not None
    }
    problems = [
        Problem(
            source.name,
            f"the cohort carries no column `{asked.column}`, which `{user}` takes numbers from",
            hint=suggest(asked.column, carried)
            or f"The definition says its name under `{asked.place[0]}`",
        )
        for asked, user in users.items()
        if asked.column not in carried
    ]
    if problems:
        raise ContractError(problems)
    columns = dict.fromkeys(asked.column for asked in users)
    cells = [expect_column(source, column, column, "number", types[column]) for column in columns]
    check_types(source, cells, keys=())
    known_as = {
        cell.name: replace(cell, name=CohortNumber(cell.name).name, delivered=f"d_{cell.name}")
        for cell in cells
    }
    return tuple(AskedNumbers(user, asked, known_as[asked.column]) for asked, user in users.items())


def check_numbers(
    database: Database, source: DeliveredTable, asked: Sequence[AskedNumbers]
) -> None:
    """Every number of a row that is used is one that the outcome can take, or the cell is empty.

    A row is not rejected for its number: it would be missing from the other outcomes too.

    Raises:
        ContractError: a cell holds something else.
    """
    for each in asked:
        cell, numbers = each.cell, each.numbers
        limits: list[exp.Expr] = [cell.value < exp.convert(numbers.least)]
        if numbers.most is not None:
            limits.append(cell.value > exp.convert(numbers.most))
        other = exp.or_(cell.value.is_(exp.null()), *limits)
        broken = cell.raw.is_(exp.null()).not_().and_(other)
        ((rows, first),) = database.rows(
            f"SELECT count(*), min({POSITION}) FROM deduplicated_cohort "
            f"WHERE rule IS NULL AND {broken.sql(dialect='duckdb')}"
        )
        if rows:
            raise refuse(
                source.name,
                f"the column `{numbers.column}` holds cells that `{each.outcome}` cannot take",
                expected=f"{numbers}, in digits, or empty cells",
                hint=_hint_decimal(database, source, cell),
                found=f"{count_words(rows, 'other cell')}, the first at {place_of(source, first)}",
            )


def _hint_decimal(database: Database, source: DeliveredTable, cell: CanonicalColumn) -> str:
    """The key that reads the cells, where they are written with a decimal comma."""
    if not cell.is_text or source.format.decimal is not None:
        return ""
    (comma,) = cell.readings([","])
    ((point, with_comma),) = database.rows(
        exp.select(exp.func("COUNT", cell.value), exp.func("COUNT", comma)).from_(
            "deduplicated_cohort"
        )
    )
    return '`format: {decimal: ","}` reads a decimal comma' if with_comma > point else ""


def list_carried(types: Mapping[str, str | None]) -> list[str]:
    """The delivered columns that mean nothing to the engines and go along into the results."""
    return [name for name in types if name not in ROLES]


def _check_unique(database: Database, source: DeliveredTable, key: Sequence[str]) -> None:
    columns = ", ".join(key)
    repeated = database.rows(
        f"SELECT count(*), min(first) FROM (SELECT count(*) AS rows, min({POSITION}) AS first "
        f"FROM deduplicated_cohort WHERE rule IS NULL GROUP BY {columns}) WHERE rows > 1"
    )
    ((keys, first),) = repeated
    if keys:
        raise refuse(
            source.name,
            f"{' and '.join(key)} must be unique together",
            found=f"{count_words(keys, 'such pair')} on several rows, the first at {place_of(source, first)}",
            hint="Keep one row per person and index date",
        )
