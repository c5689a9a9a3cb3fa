"""A finished run, as Python code gets it and as a notebook shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import polars as pl

from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from rtw_outcomes.intake.account import TableAccount, count_words
from rtw_outcomes.intake.delivery import Intake
from rtw_outcomes.intake.frames import POLARS, to_kind
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.report.page import render_template
from rtw_outcomes.results.released import Released
from rtw_outcomes.results.summary import explain_hidden, put_groups_side_by_side
from rtw_outcomes.results.told_account import (
    ToldAccount,
    list_told_warnings,
    row_words,
    tell_accounts,
)

TEMPLATE = "notebook.html.j2"

FrameT = TypeVar("FrameT")


@dataclass(frozen=True, eq=False, repr=False)
class Run(Generic[FrameT]):
    """A finished run: the outcomes, and all that there is to know about them.

    `run_study` gives frames of Polars; `compute` gives them in the kind of the cohort.

    Attributes:
        outcomes: one row per row of the cohort that was used, in the cohort's order: `person_id`,
            `index_date`, the other columns of the cohort, the columns of each outcome, and
            `rejected_rows`, the number of the person's faulty register rows. Where an exit could not
            be read there is `exit_in_doubt` too.
        summary: one row per outcome, group and statistic: `outcome`, the columns of `by`, `statistic`,
            `value`, `n`. Both numbers are missing where they are hidden.
        results: the table of `results.csv`, one row per statistic: those of the summary, of the persons and of
            the comparison. It has no rows where the study has neither `compare` nor `describe`.
        rejected: one row per row that was not used: `table`, `file`, `source_row`, `rule`, `reason`.
            The first row of a table is row 1.
        accounts: for each source of the spells and for the cohort, how many rows were used, left out
            by design, and faulty, and why.
        definitions: what was computed, in the order of the columns.
        study: the name of the study; `compute` for a run without a study file.
        by: the columns of the cohort that make the groups of the summary.
        suppress_below: groups of fewer persons are hidden in the summary.
        synthetic: whether the study says that all persons are made up.
        engine: the engine that computed the outcomes.
    """

    outcomes: FrameT
    summary: FrameT
    results: FrameT
    rejected: FrameT
    accounts: tuple[TableAccount, ...]
    definitions: tuple[ResolvedOutcome, ...]
    study: str
    by: tuple[str, ...]
    suppress_below: int
    synthetic: bool
    engine: str
    # The summary again, for the notebook, whatever kind of frame the user works with.
    _summary: pl.DataFrame = field(kw_only=True)
    # The accounts as they may leave.
    _told: tuple[ToldAccount, ...] = field(kw_only=True)
    # What else the analyst should know.
    _cautions: tuple[str, ...] = field(kw_only=True, default=())

    @property
    def told_accounts(self) -> tuple[ToldAccount, ...]:
        """The accounts as they may leave: counts of few rows say only that they are few."""
        return self._told

    @property
    def descriptions(self) -> dict[str, str]:
        """The computed outcomes in plain language, by their ids."""
        return {each.outcome.outcome: describe_outcome(each) for each in self.definitions}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings for the analyst about the rows, in sentences that may leave."""
        return (*list_told_warnings(self._told), *self._cautions)

    def __repr__(self) -> str:
        outcomes = ", ".join(each.outcome.outcome for each in self.definitions)
        lines = [self._headline(), f"  outcomes: {outcomes}"]
        lines += [
            f"  {each.table}: {f'{row_words(each.rows)}, ' if each.rows else ''}{each.words}"
            for each in self._told
        ]
        lines += [f"  note: {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The view in a notebook: counts and the summary, and no row about a person."""
        return render_template(
            TEMPLATE,
            room="results",
            run=self,
            headline=self._headline(),
            tables=put_groups_side_by_side(self._summary, self.by),
            hidden=explain_hidden(self.suppress_below),
        )

    def _headline(self) -> str:
        made_up = ", synthetic data" if self.synthetic else ""
        return (
            f"Run of {self.study}: {count_words(len(self.definitions), 'outcome')}, "
            f"engine {self.engine}{made_up}"
        )


def finish_run(
    loaded: LoadedStudy,
    intake: Intake,
    plan: Plan,
    engine: str,
    table: pl.DataFrame,
    released: Released,
    rejected: pl.DataFrame,
    cautions: Sequence[str] = (),
) -> Run[Any]:
    """Put a run together, with frames of the kind of the cohort, or of Polars where that is a file.

    Columns of `table` that only the summary needs are left out of the outcomes. `cautions` are warnings
    besides those of the rows.
    """
    kind = loaded.frames["cohort"].kind if "cohort" in loaded.frames else POLARS
    results = [column.name for planned in plan.outcomes for column in planned.columns]
    # Column by column, because to `select` a column that is called `*` is a pattern.
    outcomes = pl.DataFrame(
        [table[name] for name in (*intake.keys.columns, *results, *intake.marks.columns)]
    )
    told = tell_accounts(intake.accounts, loaded.study.rules, released.has_unnamed_groups)
    return Run(
        outcomes=to_kind(outcomes, kind),
        summary=to_kind(released.summary, kind),
        results=to_kind(
            released.results if released.has_results else released.results.clear(), kind
        ),
        rejected=to_kind(rejected, kind),
        accounts=intake.accounts,
        definitions=loaded.outcomes,
        study=loaded.study.study,
        by=loaded.study.by,
        suppress_below=loaded.study.suppress_below,
        synthetic=loaded.study.synthetic,
        engine=engine,
        _summary=released.summary,
        _told=told,
        _cautions=tuple(cautions),
    )
