"""Compute outcomes from Python, on one page: read the arguments, plan, optimize, read the tables, run."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, overload

import polars as pl
from narwhals.typing import IntoDataFrameT

from rtw_outcomes.definitions.catalogue import OutcomeLike, take_definition
from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.errors import UsageError
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.delivery import read_delivery
from rtw_outcomes.intake.frames import read_frame
from rtw_outcomes.intake.loaded_study import LoadedStudy, name_table
from rtw_outcomes.intake.study_reader import load_study
from rtw_outcomes.jobs.arguments import check_text
from rtw_outcomes.jobs.memory import read_memory
from rtw_outcomes.jobs.progress import Progress, read_progress
from rtw_outcomes.jobs.study_checks import check_engine, check_libraries, find_database
from rtw_outcomes.jobs.test import warn_of_examples
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.contract import check_results
from rtw_outcomes.results.finished_run import Run, finish_run
from rtw_outcomes.results.released import release_study

PathText = str | os.PathLike[str]
DayOrText = str | date
Observed = tuple[DayOrText, DayOrText] | Mapping[str, DayOrText]
ColumnNames = Mapping[str, Mapping[str, str]]
Codes = Mapping[str, str] | Mapping[int, str]
CompareKeys = Mapping[str, str | float | Sequence[str]]
FormatKeys = Mapping[str, str | Sequence[str] | Mapping[str, str]]
Exits = Mapping[str, Any] | Sequence[Mapping[str, Any]]
EmployerPeriodMappings = Sequence[Mapping[str, DayOrText | int]]

NAME = "compute"  # in place of the name of a study


@overload
def compute(
    outcomes: OutcomeLike | Sequence[OutcomeLike],
    spells: Any,
    cohort: PathText | pl.LazyFrame,
    *,
    observed: Observed,
    register: str = ...,
    by: str | Sequence[str] = ...,
    columns: ColumnNames | None = ...,
    exits: Exits | None = ...,
    return_within: str | None = ...,
    benefit_codes: Codes | None = ...,
    employer_periods: EmployerPeriodMappings | None = ...,
    compare: CompareKeys | None = ...,
    describe: str | Sequence[str] = ...,
    disclosure: str | int | None = ...,
    suppress_below: int | None = ...,
    format: FormatKeys | None = ...,
    overlap: str | None = ...,
    tolerate: str | None = ...,
    affected: str | None = ...,
    without: str | Sequence[str] = ...,
    engine: str | None = ...,
    memory_limit: int | str | None = ...,
    progress: Progress = ...,
) -> Run[pl.DataFrame]: ...


@overload
def compute(
    outcomes: OutcomeLike | Sequence[OutcomeLike],
    spells: Any,
    cohort: IntoDataFrameT,
    *,
    observed: Observed,
    register: str = ...,
    by: str | Sequence[str] = ...,
    columns: ColumnNames | None = ...,
    exits: Exits | None = ...,
    return_within: str | None = ...,
    benefit_codes: Codes | None = ...,
    employer_periods: EmployerPeriodMappings | None = ...,
    compare: CompareKeys | None = ...,
    describe: str | Sequence[str] = ...,
    disclosure: str | int | None = ...,
    suppress_below: int | None = ...,
    format: FormatKeys | None = ...,
    overlap: str | None = ...,
    tolerate: str | None = ...,
    affected: str | None = ...,
    without: str | Sequence[str] = ...,
    engine: str | None = ...,
    memory_limit: int | str | None = ...,
    progress: Progress = ...,
) -> Run[IntoDataFrameT]: ...


def compute(
    outcomes: OutcomeLike | Sequence[OutcomeLike],
    spells: Any,
    cohort: Any,
    *,
    observed: Observed,
    register: str = "canonical",
    by: str | Sequence[str] = (),
    columns: ColumnNames | None = None,
    exits: Exits | None = None,
    return_within: str | None = None,
    benefit_codes: Codes | None = None,
    employer_periods: EmployerPeriodMappings | None = None,
    compare: CompareKeys | None = None,
    describe: str | Sequence[str] = (),
    disclosure: str | int | None = None,
    suppress_below: int | None = None,
    format: FormatKeys | None = None,  # noqa: A002 the key of a study file
    overlap: str | None = None,
    tolerate: str | None = None,
    affected: str | None = None,
    without: str | Sequence[str] = (),
    engine: str | None = None,
    memory_limit: int | str | None = None,
    progress: Progress = None,
) -> Run[Any]:
    """Compute outcomes from frames or files, and give them back as a frame.

    The tables go through the same contract as those of a study file. A row that breaks a rule is
    rejected, counted and listed in the result. Nothing is written, and nothing is printed.

    Dates in a frame are dates, datetimes at midnight, or texts like `2020-01-31`. Ids are whole
    numbers or texts; floats that are all whole count as whole numbers. Each column has a name that is a
    text. The index of a pandas frame is not read.

    Args:
        outcomes: one outcome or several, in the order in which the results have them. Each is the id
            of a stock definition, the path of a definition file, a mapping with the keys of one, or
            an outcome from `find_outcome` or `list_outcomes`.
        spells: the register rows: a frame of pandas, Polars or Arrow, or a path as in a study file.
            Columns as the register's profile names them; for `canonical` these are `person_id`,
            `start_date`, `end_date` (the last day), `extent` (percent of full time) and `benefit`.
        cohort: one row per person and index date, as a frame or a path: `person_id`, `index_date`,
            and perhaps `entry_date`, `censor_date` and `censor_reason`. All other columns go along into
            the results.
        observed: the first and the last day that the extract covers, both included, as dates or
            texts; or a mapping with `from` and `to`.
        register: the name of the profile that says how the spells are laid out.
        by: the columns of the cohort that make the groups of the summary; those of `compare` when it is
            empty.
        columns: for `spells` and `cohort`, the own name of each column that has another name.
        exits: registers of deaths and migrations: mappings with the keys that `exits` has in a study file.
            The `file` of each is a frame or a path.
        return_within: a stay abroad that is shorter ends no observation, like `6 months`.
        benefit_codes: the benefit that each code in the spells stands for.
        employer_periods: how long employers pay before the register sees a spell, in place of what
            the profile says: mappings with `from`, a date, and `days`.
        compare: a comparison of groups: a mapping with the keys that `compare` has in a study file, such as
            `{"groups": "arm", "reference": "control"}`.
        describe: the columns of the cohort that describe its persons.
        disclosure: the rules for numbers about groups: `default`, `dst`, `opensafely`, `sacro`, or a number:
            groups of fewer persons are hidden. `default` when it is None, which hides those of fewer than 5.
        suppress_below: the short form of `disclosure` with a number.
        format: how the tables are written, with the keys that `format` has in a study file.
        overlap: what rows of one person and benefit on one day mean, in place of what the profile says:
            `sum` or `largest`.
        tolerate: the share of faulty rows, and of persons with faulty rows, up to which the run goes on,
            like `5 percent`; `1 percent` when it is None.
        affected: what the summary does with persons who have faulty rows: `keep` or `leave_out`.
        without: rules of the profile that may not run because the spells lack their columns.
        engine: `polars`, `duckdb`, `spark`, `postgres` or `reference`; the first when it is None. `spark` computes on
            the session that is active, such as that of a notebook, or else on one of its own. `postgres` copies
            the rows into the database that the environment variable RTW_POSTGRES names, and computes there.
        memory_limit: in bytes, or a text like `6GB`. What does not fit is kept in temporary files.
        progress: is called with a sentence as each step begins; True prints it to standard error.

    Returns:
        The outcomes with all that there is to know about them. Its frames are of the kind of the
        cohort: pandas, Polars or Arrow; they are of Polars where the cohort is a path. Categories come
        back as the texts or numbers that they stand for. In pandas, whole numbers with a missing one
        among them, such as a status, come as `float64` with NaN.

    Raises:
        DefinitionError: a definition or an argument is wrong; the message names the argument.
        ContractError: the data break a rule that stops the run.
        UsageError: an argument is of a type that it cannot have.
        RtwError: the run stopped for another reason, such as too little memory, or a library that the
            comparison needs and that is not installed.
    """
    tell, limit = read_progress(progress), read_memory(memory_limit)
    arguments = {
        "observed": observed,
        "register": register,
        "by": by,
        "columns": columns,
        "return_within": return_within,
        "benefit_codes": _codes_as_text(benefit_codes),
        "employer_periods": employer_periods,
        "compare": compare,
        "describe": describe,
        "disclosure": disclosure,
        "suppress_below": suppress_below,
        "format": format,
        "overlap": overlap,
        "tolerate": tolerate,
        "affected": affected,
        "without": without,
        "engine": engine,
    }
    registers = _read_exits(exits)
    tables = {"spells": spells, "cohort": cohort} | {
        name: register["file"] for name, register in registers.items() if "file" in register
    }
    loaded = _load(outcomes, tables, registers, arguments)
    engine = check_engine(loaded, None)
    database = find_database(loaded, engine)
    check_libraries(loaded)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    optimized = optimize(plan)
    with open_workspace() as folder:
        tell("Reading the tables")
        intake = read_delivery(loaded, plan, folder, limit)
        number = count_words(len(plan.outcomes), "outcome")
        tell(f"Computing {number} for {count_words(intake.keys.height, 'index date')}")
        computed = run_plan(engine, plan, optimized, intake.tables, limit, database)
        results = check_results(computed, plan)
        rejected = intake.rejected.collect(engine="streaming")
    table = pl.concat([intake.keys, results, intake.marks], how="horizontal")
    released = release_study(loaded, intake, plan, table)
    cautions = warn_of_examples(loaded.outcomes)
    return finish_run(loaded, intake, plan, engine, table, released, rejected, cautions)


def _load(
    outcomes: OutcomeLike | Sequence[OutcomeLike],
    tables: Mapping[str, Any],
    registers: Mapping[str, Mapping[str, Any]],
    arguments: Mapping[str, Any],
) -> LoadedStudy:
    """The arguments as a study, so that the same rules check them."""
    check_text(arguments["register"], "register")
    names, definitions = _read_outcomes(outcomes)
    frames = {
        table: read_frame(given, table)
        for table, given in tables.items()
        if not isinstance(given, str | os.PathLike)
    }
    keys = {
        "study": NAME,
        **{table: table if table in frames else tables[table] for table in ("spells", "cohort")},
        "exits": [
            {**register, "file": name} if name in frames else register
            for name, register in registers.items()
        ],
        "outcomes": names[0] if _is_one(outcomes) else names,
        **{key: value for key, value in arguments.items() if value is not None},
        "observed": _read_observed(arguments["observed"]),
    }
    file = YamlFile.from_mapping(keys, NAME)
    return load_study(file, Path(), definitions=definitions, frames=frames)


def _read_exits(exits: Any) -> dict[str, Mapping[str, Any]]:
    """The registers of exits, by the names that their tables have."""
    registers = [] if exits is None else [exits] if isinstance(exits, Mapping) else list(exits)
    if not all(isinstance(each, Mapping) for each in registers):
        raise UsageError(
            "`exits` is no list of registers. Expected mappings like "
            '`{"file": deaths, "reason": "death"}`.'
        )
    return {name_table("exits", number): each for number, each in enumerate(registers, start=1)}


def _read_outcomes(
    outcomes: OutcomeLike | Sequence[OutcomeLike],
) -> tuple[list[str], dict[str, Definition]]:
    """The names of the outcomes, and the definitions that were handed over, by these names."""
    single = _is_one(outcomes)
    all_given: Any = [outcomes] if single else outcomes
    names: list[str] = []
    definitions: dict[str, Definition] = {}
    for place, given in enumerate(all_given):
        if isinstance(given, str | os.PathLike):
            names.append(os.fspath(given))
            continue
        definition = take_definition(given, "outcomes" if single else f"outcomes[{place}]")
        names.append(definition.outcome.outcome)
        definitions[names[-1]] = definition
    return names, definitions


def _is_one(outcomes: object) -> bool:
    """Whether one outcome is given, and no list of them."""
    return isinstance(outcomes, str | Mapping | Outcome) or not isinstance(outcomes, Iterable)


def _codes_as_text(codes: Any) -> Any:
    """A column of whole numbers is read as text, and so are the codes that stand in it."""
    return {str(code): codes[code] for code in codes} if isinstance(codes, Mapping) else codes


def _read_observed(observed: Any) -> Mapping[str, DayOrText]:
    if isinstance(observed, Mapping):
        return observed
    if isinstance(observed, tuple | list) and len(observed) == 2:
        return {"from": observed[0], "to": observed[1]}
    raise UsageError(
        "`observed` is no period. Expected the first and the last day that the extract covers, like "
        "`(date(2015, 1, 1), date(2019, 12, 31))`."
    )
