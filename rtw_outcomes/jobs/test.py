"""Run the worked examples inside a definition: rows in, value out, compared with what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from rtw_outcomes.definitions.catalogue import collect, find_outcome
from rtw_outcomes.definitions.stock_files import list_stock_ids
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.errors import UsageError
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.language.vocabulary import BENEFITS, expand_benefits
from rtw_outcomes.language.worked_examples import Example
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.nodes.values import CohortNumber
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import COHORT_SCHEMA, SPELLS_SCHEMA, Tables

# An example that says nothing of observation is about people who are observed for five years before
# the index date and after it; one with a longer follow-up says how long they are.
OBSERVED_AROUND_INDEX = timedelta(days=5 * 366)
REFERENCE = "reference"
PERSON: dict[str, pl.DataType] = {"person_id": pl.Int64()}


@dataclass(frozen=True)
class ExampleResult:
    """One example on one engine, with what was expected and what came out."""

    outcome: str
    case: str
    engine: str
    expected: dict[str, Any]
    found: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every stated value came out."""
        return all(self.found[key] == value for key, value in self.expected.items())


def collect_definitions(names: Sequence[str]) -> tuple[ResolvedOutcome, ...]:
    """The definitions that are named by id, by file, or by a folder of files.

    Raises:
        DefinitionError: one is not there, or is wrong.
        UsageError: a folder has no definition in it.
    """
    return collect(find_outcome, [each for name in names for each in _list_files(name)])


def _list_files(name: str) -> list[str]:
    """The definition files of a folder; what is no folder is named as it is."""
    folder = Path(name)
    if name in list_stock_ids() or not folder.is_dir():
        return [name]
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    found = [str(path) for path in paths if YamlFile.read(path).has_key("outcome")]
    if not found:
        raise UsageError(f"There is no definition in the folder {name}.")
    return found


def run_examples(resolved: ResolvedOutcome, engine: str) -> Iterator[ExampleResult]:
    """Run all examples of one outcome on one engine, and give their results in their order.

    Examples of the same extract and the same employer periods are the persons of one run, because
    to start an engine takes longer than an example.
    """
    examples = resolved.outcome.examples
    runs: dict[object, list[int]] = {}
    for number, example in enumerate(examples):
        runs.setdefault((_observed(example), example.employer_periods), []).append(number)
    results: dict[int, ExampleResult] = {}
    for numbers in runs.values():
        together = [examples[number] for number in numbers]
        results |= zip(numbers, _run_together(together, resolved, engine), strict=True)
    yield from (results[number] for number in range(len(examples)))


def warn_of_examples(outcomes: Sequence[ResolvedOutcome]) -> list[str]:
    """A warning for each definition of one's own with worked examples that fail on the reference engine.

    A run goes on: results are wanted while a definition is written. Those of the stock are tested before they
    are shipped. An example takes milliseconds.
    """
    stock, warnings = list_stock_ids(), []
    own = {
        each.id: each
        for outcome in outcomes
        for each in (outcome, *outcome.parts())
        if each.id not in stock
    }
    for each in own.values():
        results = list(run_examples(each, REFERENCE))
        failed = sum(not result.passed for result in results)
        if failed:
            several = f"{failed} of the {len(results)} worked examples"
            which = several if len(results) > 1 else "the one worked example"
            warnings.append(
                f"{which} of `{each.id}` {'fails' if failed == 1 else 'fail'}: the "
                "definition gives other results than it says. `rtw test` with its file shows which"
            )
    return warnings


def _run_together(
    examples: Sequence[Example], resolved: ResolvedOutcome, engine: str
) -> Iterator[ExampleResult]:
    outcome = resolved.outcome
    plan = plan_outcomes((resolved,), examples[0].employer_periods)
    (planned,) = plan.outcomes
    tables = _make_tables(examples, resolved, plan.cohort_numbers())
    rows = run_plan(engine, plan, optimize(plan), tables).iter_rows(named=True)
    for example, row in zip(examples, rows, strict=True):
        expected = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in example.expect.model_dump(exclude_unset=True).items()
        }
        found = _name_results(outcome, planned, row)
        yield ExampleResult(outcome.outcome, example.case, engine, expected, found)


def _make_tables(
    examples: Sequence[Example], resolved: ResolvedOutcome, numbers: tuple[CohortNumber, ...] = ()
) -> Tables:
    """The tables of examples that share an extract: a person with one index date for each."""
    first = expand_benefits(_list_benefits(resolved)[:1])
    benefit = next(each for each in BENEFITS if each in first)
    persons = list(enumerate(examples, start=1))
    spells = [row.to_row(person, benefit) for person, example in persons for row in example.spells]
    number_types: dict[str, pl.DataType] = {each.name: pl.Float64() for each in numbers}
    cohort = [
        (
            person,
            example.index,
            example.entered,
            *((each.date, each.reason) if (each := example.censored) else (None, None)),
            *(example.cohort_numbers.get(number.column) for number in numbers),
        )
        for person, example in persons
    ]
    return Tables(
        pl.DataFrame(spells, schema=PERSON | SPELLS_SCHEMA, orient="row"),
        pl.DataFrame(cohort, schema=PERSON | COHORT_SCHEMA | number_types, orient="row"),
        *_observed(examples[0]),
    )


def _list_benefits(resolved: ResolvedOutcome) -> tuple[str, ...]:
    """The benefits that a definition counts: its own, or those of its first state or outcome."""
    for each in (resolved, *resolved.parts()):
        if own := each.outcome.kind.benefits_of_an_example:
            return own
        if each.outcome.absence:
            return each.outcome.absence.benefits
    return BENEFITS  # no row means anything to it


def _observed(example: Example) -> tuple[date, date]:
    if example.observed:
        return example.observed.from_, example.observed.to
    return example.index - OBSERVED_AROUND_INDEX, example.index + OBSERVED_AROUND_INDEX


def _name_results(outcome: Outcome, planned: PlannedOutcome, row: dict[str, Any]) -> dict[str, Any]:
    """A row of results under the names that examples use."""
    found = {column.role: row[column.name] for column in planned.columns}
    if outcome.is_time_to_event:
        status = found[Role.STATUS]
        named = "not_at_risk" if status is None else outcome.statuses[status]
        return {"days": found[Role.DAYS], "status": named}
    if outcome.result in (Result.NUMBERS, Result.STATES):
        values = [row[column.name] for column in planned.values]
        return {"parts": values, "states": values}
    value = found[Role.NUMERATOR if outcome.result is Result.RATE else Role.VALUE]
    return {
        "value": value,
        "state": value,
        "observed_days": found.get(Role.OBSERVED_DAYS),
        "over": found.get(Role.DENOMINATOR),
    }
