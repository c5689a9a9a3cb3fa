"""The main job on one page: read the study, read the data, compute, check, write."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from rtw_outcomes.catalogue import ResolvedOutcome, find_outcome
from rtw_outcomes.comparison import Comparison, Steps, compare_results, compare_variants
from rtw_outcomes.contracts.results import check_results
from rtw_outcomes.engines.registry import ENGINES, find_engine
from rtw_outcomes.engines.sql.query import render_sql
from rtw_outcomes.errors import ContractError, Problem, UsageError
from rtw_outcomes.faults import Fault, suggest
from rtw_outcomes.intake.account import TableAccount, count_words, share_words
from rtw_outcomes.intake.reading import Intake, read_delivery
from rtw_outcomes.manifest import describe_run, fingerprint_files
from rtw_outcomes.plan import Plan
from rtw_outcomes.planner import plan_outcomes
from rtw_outcomes.report import render_report
from rtw_outcomes.results_folder import RESULT_FILES, stage_results, telling_the_disk
from rtw_outcomes.sharing import find_users, share_work
from rtw_outcomes.study import LoadedStudy, find_files, read_study
from rtw_outcomes.summary import split_groups, summarise
from rtw_outcomes.variants import change_one_at_a_time
from rtw_outcomes.yaml_reader import YamlFile

SQL_TABLES = """\
-- spells: person_id, start_date, end_date, extent_ppm (millionths of full time), benefit
-- cohort: row_id (order of the result), person_id, index_date, censor_date, censor_reason{amounts}
-- observed: one row with observed_from, observed_to"""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """A finished run: what the screen shows of it."""

    loaded: LoadedStudy
    accounts: tuple[TableAccount, ...]
    summary: pl.DataFrame
    warnings: tuple[str, ...]
    engine: str


def run_study(
    path: Path,
    out: Path,
    engine: str | None = None,
    only: Sequence[str] = (),
    tell: Tell = print,
    memory_limit: int | None = None,
) -> Run:
    """Compute a study's outcomes and write the five result files into `out`.

    Args:
        path: the study file.
        out: the folder of the results; made when it is not there.
        engine: overrides the study's; the first of ENGINES when neither says.
        only: ids of outcomes that the study is narrowed to.
        tell: is called with the name of each stage as it begins.
        memory_limit: in bytes; what does not fit is kept in temporary files. None lets each library
            take what it takes.

    Raises:
        RtwError: the study, the data or the machine does not allow it; old results still stand.
    """
    loaded = read_study(path, only)
    engine = check_engine(loaded, engine)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    _check_inputs_are_safe(loaded, out)
    with stage_results(out) as staging, open_workspace() as folder:
        tell("Reading the delivery")
        intake = _check_names(read_delivery(loaded, folder, memory_limit), plan, loaded)
        outcomes = count_words(len(plan.outcomes), "outcome")
        tell(f"Computing {outcomes} for {count_words(intake.keys.height, 'index date')}")
        results = find_engine(engine)(plan, intake.tables, memory_limit)
        results = check_results(results, plan)
        tell("Writing the results")
        run = _summarise(loaded, intake, plan, results, engine)
        with telling_the_disk(out):
            _write_files(staging, run, intake, plan, results)
    return run


@contextmanager
def open_workspace() -> Iterator[Path]:
    """A folder for what a run keeps in files; gone when the run ends, however it ends."""
    with TemporaryDirectory(prefix="rtw-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def validate_study(
    path: Path, tell: Tell = print, memory_limit: int | None = None
) -> tuple[TableAccount, ...]:
    """Read a study and its data and give the account of every row; compute nothing.

    Raises:
        RtwError: as `run_study` does.
    """
    loaded = read_study(path)
    check_engine(loaded, None)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    tell("Reading the delivery")
    with open_workspace() as folder:
        return _check_names(read_delivery(loaded, folder, memory_limit), plan, loaded).accounts


@dataclass(frozen=True)
class GroupResults:
    """Two definitions on the people of one group.

    Attributes:
        index_dates: how many there are.
        comparison: the results side by side.
        steps: what each parameter in which they differ does by itself; empty where that has no number.
    """

    index_dates: int
    comparison: Comparison
    steps: tuple[Steps, ...]


@dataclass(frozen=True)
class TwoResults:
    """Two definitions on the people of a study.

    Attributes:
        by: the columns of the cohort that make the groups.
        summary: that of a run with the two outcomes.
        groups: each under its values of `by`, for what all groups have together would tell what one
            of them hides.
    """

    by: tuple[str, ...]
    summary: pl.DataFrame
    groups: dict[tuple[str, ...], GroupResults]


def compare_on_study(
    path: Path,
    both: tuple[ResolvedOutcome, ResolvedOutcome],
    tell: Tell = print,
    memory_limit: int | None = None,
) -> TwoResults:
    """Compute two definitions on the people of a study, and compare what they give.

    Raises:
        RtwError: as `run_study` does.
    """
    if both[0].outcome.outcome == both[1].outcome.outcome:
        both = _rename(both[0], "a"), _rename(both[1], "b")
    variants = change_one_at_a_time(*both)
    outcomes = (*both, *(each.resolved for each in variants))
    loaded = replace(read_study(path), outcomes=outcomes)
    plan = plan_outcomes(outcomes, loaded.employer_periods)
    with open_workspace() as folder:
        tell("Reading the delivery")
        intake = _check_names(read_delivery(loaded, folder, memory_limit), plan, loaded)
        tell("Computing two outcomes, and what lies between them")
        engine = find_engine(check_engine(loaded, None))
        results = check_results(engine(plan, intake.tables, memory_limit), plan)
    table = pl.concat([intake.keys, results], how="horizontal")
    first, second = plan.outcomes[:2]
    by, below = loaded.study.by, loaded.study.suppress_below
    groups = {
        group: GroupResults(
            members.height,
            compare_results(both, (first, second), members.table, below),
            compare_variants(both, variants, plan.outcomes, members.table, below),
        )
        for group, members in split_groups(table, by).items()
    }
    return TwoResults(by, summarise(both, Plan((first, second)), table, by, below), groups)


def _rename(resolved: ResolvedOutcome, letter: str) -> ResolvedOutcome:
    """Two files may define one id, such as an older and a newer one: they are told apart."""
    name = f"{resolved.outcome.outcome} ({letter.upper()})"
    return replace(resolved, outcome=resolved.outcome.model_copy(update={"outcome": name}))


def explain(study_or_id: str, dialect: str) -> str:
    """The query of a study, or of a single definition, by its id or file, in a dialect of SQL.

    Raises:
        DefinitionError: it is wrong, or a single definition measures spells from their true first day:
            that lies as far back as the register of a study says.
    """
    path = Path(study_or_id)
    is_file = study_or_id.endswith((".yaml", ".yml"))
    if is_file and not YamlFile.read(path).has_key("outcome"):
        loaded = read_study(path)
        plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    else:
        plan = plan_outcomes((find_outcome(study_or_id),))
    amounts = "".join(f", {amount.name}" for amount in plan.amounts())
    tables = SQL_TABLES.format(amounts=amounts)
    return "\n".join([tables, *_describe_sharing(plan), render_sql(plan, dialect)])


def _describe_sharing(plan: Plan) -> Iterator[str]:
    """The steps that several outcomes use, as comments."""
    shared = share_work(plan)
    names = shared.names()
    for step, outcomes in find_users(shared).items():
        if len(outcomes) > 1:
            yield f"-- {names[step]} serves {', '.join(outcomes)}"


def check_engine(loaded: LoadedStudy, engine: str | None) -> str:
    """The engine to use: asked for, or named by the study, or the default."""
    named = loaded.study.engine
    if engine is None and named is not None and named not in ENGINES:
        fault = Fault(
            ("engine",),
            f"unknown engine `{named}`",
            expected=f"one of {', '.join(ENGINES)}",
            hint=suggest(named, ENGINES),
        )
        loaded.file.raise_for([fault])
    return engine or named or ENGINES[0]


def _check_inputs_are_safe(loaded: LoadedStudy, out: Path) -> None:
    """Results never take the place of the data that they come from."""
    results = {(out / name).resolve() for name in RESULT_FILES}
    for name in (loaded.study.spells, loaded.study.cohort):
        if results & {path.resolve() for path in find_files(loaded.folder, name)}:
            raise UsageError(f"The results would replace {name}. Choose another folder for them.")


def _check_names(intake: Intake, plan: Plan, loaded: LoadedStudy) -> Intake:
    """A carried column may not have the name of a result."""
    taken = sorted({column.name for column in plan.columns} & set(intake.keys.columns))
    if taken:
        raise ContractError(
            [
                Problem(
                    loaded.study.cohort,
                    f"the column `{name}` has the name of a result",
                    hint="Rename it in the cohort file",
                )
                for name in taken
            ]
        )
    return intake


def _summarise(
    loaded: LoadedStudy, intake: Intake, plan: Plan, results: pl.DataFrame, engine: str
) -> Run:
    table = pl.concat([intake.keys, results], how="horizontal")
    summary = summarise(loaded.outcomes, plan, table, loaded.study.by, loaded.study.suppress_below)
    return Run(loaded, intake.accounts, summary, tuple(find_warnings(intake.accounts)), engine)


def find_warnings(accounts: Sequence[TableAccount]) -> Iterator[str]:
    """What the analyst should know of the rows, in sentences without values."""
    for account in accounts:
        for rule in account.rules:
            yield (
                f"{account.table}: {count_words(rule.rows, 'row')} ({share_words(rule.share)}) "
                f"rejected under {rule.rule}: {rule.reason}"
            )
        for note in account.notes:
            yield (
                f"{account.table}: {note.count} {note.explanation}"
                if note.count
                else f"{account.table}: {note.explanation}"
            )


def _write_files(
    staging: Path, run: Run, intake: Intake, plan: Plan, results: pl.DataFrame
) -> None:
    shown = [column.name for planned in plan.outcomes for column in planned.columns]
    outcomes = pl.concat([intake.keys, results.select(shown)], how="horizontal")
    _write_parquet(outcomes, staging / "outcomes.parquet")
    _write_parquet(intake.rejected.collect(engine="streaming"), staging / "rejected.parquet")
    (staging / "summary.csv").write_text(run.summary.write_csv(), encoding="utf-8")
    sql = render_sql(plan, "duckdb")
    manifest = describe_run(run.loaded, intake, plan, run.engine, sql, run.warnings)
    (staging / "report.html").write_text(render_report(manifest, run.summary), encoding="utf-8")
    manifest["files"] = fingerprint_files(staging)
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (staging / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Through memory, because Polars would tell a full disk as an error of its own."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    path.write_bytes(buffer.getbuffer())
