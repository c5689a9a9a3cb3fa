"""The record of a run: what went in, what it meant, what was done, and what came out."""

import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from rtw_outcomes.definitions.plain_language.questions import ask_question
from rtw_outcomes.intake.account import TableAccount, list_spells
from rtw_outcomes.intake.delivered_table import fingerprint
from rtw_outcomes.intake.delivery import Intake
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.planning.optimizer import list_users
from rtw_outcomes.planning.plan import Plan, PlannedOutcome
from rtw_outcomes.results.finished_run import Run
from rtw_outcomes.results.released import Released
from rtw_outcomes.results.told_account import ToldAccount

PACKAGES = ("rtw-outcomes", "duckdb", "polars", "pyarrow", "pandera", "pydantic", "sqlglot")


def describe_run(
    loaded: LoadedStudy,
    intake: Intake,
    plan: Plan,
    optimized: Plan,
    engine: str,
    sql: str,
    run: Run[Any],
    released: Released,
) -> dict[str, Any]:
    """The manifest without the fingerprints of the files that are yet to be written."""
    return {
        "study": loaded.study.model_dump(mode="json", by_alias=True),
        "synthetic": loaded.study.synthetic,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": engine,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
        "register": _describe_registers(loaded),
        "disclosure": _describe_disclosure(loaded.study.rules, released),
        "primary": list(loaded.study.primary),
        "pitfalls": [asdict(each) for each in released.pitfalls],
        "employer_periods": _describe_employer_periods(loaded),
        "rows": {each.table: _describe_account(each) for each in intake.accounts},
        "outcomes": [
            _describe_outcome(each, planned)
            for each, planned in zip(loaded.outcomes, plan.outcomes, strict=True)
        ],
        "steps": _describe_steps(optimized),
        "counts": _count_stages(intake),
        "told_account": {each.table: _describe_told(each) for each in run.told_accounts},
        "warnings": list(run.warnings),
        "sql": sql,
    }


# What tells exact counts of rows, and stays where the persons are.
STAYS = ("rows", "counts")


def tell_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a run as it may leave."""
    return {key: value for key, value in manifest.items() if key not in STAYS}


def _describe_disclosure(rules: RuleSet, released: Released) -> dict[str, Any]:
    hidden = released.hidden
    described = asdict(rules)
    return {
        "rule_set": described.pop("name"),
        **described,
        "hidden": sum(hidden.values()),
        "reasons": hidden,
    }


def _describe_told(account: ToldAccount) -> dict[str, Any]:
    """Counts as texts, for some say only that they are small."""
    described = asdict(account)
    described["notes"] = [{"explanation": note} for note in account.notes]
    return described


def _count_stages(intake: Intake) -> list[dict[str, Any]]:
    """The number of rows that each stage of the run left, from the delivery to the persons computed for."""
    spells, cohort = list_spells(intake.accounts), intake.accounts[-1]
    people = intake.tables.scan_spells().select("person_id").unique()
    with_rows = intake.tables.cohort.lazy().join(people, on="person_id", how="semi")
    stages = {
        "register rows delivered": sum(each.rows for each in spells),
        "register rows left out by design": sum(each.left_out for each in spells),
        "register rows faulty": sum(each.faulty for each in spells),
        "register rows used": sum(each.used for each in spells),
        "register rows about persons in the cohort": intake.rows_about_cohort,
        "index dates delivered": cohort.rows,
        "index dates used": cohort.used,
        "index dates of persons with any register row": with_rows.select(pl.len())
        .collect(engine="streaming")
        .item(),
    }
    return [{"stage": stage, "rows": rows} for stage, rows in stages.items()]


def fingerprint_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by name."""
    return {path.name: fingerprint(path) for path in sorted(folder.iterdir()) if path.is_file()}


def _describe_registers(loaded: LoadedStudy) -> Any:
    """The profile of the spells; a list of profiles where there are several sources."""
    profiles = [each.model_dump(mode="json", by_alias=True) for each in loaded.profiles]
    return profiles[0] if len(profiles) == 1 else profiles


def _describe_employer_periods(loaded: LoadedStudy) -> list[dict[str, Any]] | None:
    """Those that lengths of spells were counted with; None where no outcome asks for them."""
    asked = any(each.counts_from_true_first_day for each in loaded.outcomes)
    if not asked or loaded.employer_periods is None:
        return None
    return [each.model_dump(mode="json", by_alias=True) for each in loaded.employer_periods]


def _describe_account(account: TableAccount) -> dict[str, Any]:
    counts = {"rejected": account.rejected, "left_out": account.left_out, "faulty": account.faulty}
    return asdict(account) | counts


def _describe_outcome(resolved: ResolvedOutcome, planned: PlannedOutcome) -> dict[str, Any]:
    outcome = resolved.outcome
    meaning: Mapping[str, Any] = outcome.model_dump(mode="json", by_alias=True, exclude_unset=True)
    described: dict[str, Any] = {
        "outcome": outcome.outcome,
        "title": outcome.title,
        "fingerprint": resolved.fingerprint,
        "columns": [column.name for column in planned.columns],
        "question": ask_question(resolved),
        "in_words": describe_outcome(resolved),
        "definition": meaning,
    }
    if outcome.is_time_to_event:
        described["statuses"] = dict(enumerate(outcome.statuses))
    if resolved.named:
        described["computed_from"] = list(map(_describe_definition, resolved.named))
    return described


def _describe_definition(resolved: ResolvedOutcome) -> dict[str, Any]:
    """A definition that another one is computed from, with those that it is computed from."""
    described = {
        "fingerprint": resolved.fingerprint,
        "definition": resolved.outcome.model_dump(mode="json", by_alias=True, exclude_unset=True),
    }
    named = list(map(_describe_definition, resolved.named))
    return described | ({"computed_from": named} if named else {})


def _describe_steps(plan: Plan) -> list[dict[str, Any]]:
    """Each step once, with the outcomes that use it: what two of them need is computed once."""
    names = plan.names()
    return [
        {
            "step": names[step],
            "grain": step.grain.value,
            "works_on": [names[part] for part in step.inputs()],
            "used_by": used_by,
        }
        for step, used_by in list_users(plan).items()
    ]
