"""The query that would run, with the steps that several outcomes use named above it."""

from collections.abc import Iterator
from pathlib import Path

from rtw_outcomes.definitions.catalogue import find_outcome
from rtw_outcomes.engines.sql.query import BETWEEN_QUERIES, render_queries
from rtw_outcomes.engines.sql.tsql import HEAD
from rtw_outcomes.intake.study_reader import read_study
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.optimizer import list_users, optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes

SQL_TABLES = """\
-- spells: person_id, start_date, end_date, extent_ppm (millionths of full time), benefit
-- cohort: row_id (order of the result), person_id, index_date, entry_date, censor_date, censor_reason{numbers}
-- observed: one row with observed_from, observed_to"""


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
    optimized = optimize(plan)
    numbers = "".join(f", {number.name}" for number in plan.cohort_numbers())
    tables = SQL_TABLES.format(numbers=numbers)
    head = [HEAD] if dialect == "tsql" else []
    queries = BETWEEN_QUERIES.join(render_queries(optimized, dialect))
    return "\n".join([*head, tables, *_list_shared(optimized), queries])


def _list_shared(optimized: Plan) -> Iterator[str]:
    """The steps that several outcomes use, as comments."""
    names = optimized.names()
    for step, outcomes in list_users(optimized).items():
        if len(outcomes) > 1:
            yield f"-- {names[step]} serves {', '.join(outcomes)}"
