"""All sections of the quality page, in the order in which they are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rtw_outcomes.errors import ContractError, Problem
from rtw_outcomes.intake.account import TableAccount
from rtw_outcomes.intake.delivery import Intake
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.quality.account import inspect_account
from rtw_outcomes.quality.breaks import inspect_breaks
from rtw_outcomes.quality.codes import inspect_codes
from rtw_outcomes.quality.exits import inspect_exits
from rtw_outcomes.quality.extents import inspect_extents
from rtw_outcomes.quality.faults import inspect_faults
from rtw_outcomes.quality.gaps import inspect_gaps
from rtw_outcomes.quality.inspection import Inspection
from rtw_outcomes.quality.lengths import inspect_lengths
from rtw_outcomes.quality.linkage import inspect_linkage
from rtw_outcomes.quality.months import inspect_months
from rtw_outcomes.quality.section import Section
from rtw_outcomes.quality.truncation import inspect_truncation

SECTIONS: tuple[Callable[[Inspection], Section], ...] = (
    inspect_account,
    inspect_faults,
    inspect_months,
    inspect_breaks,
    inspect_lengths,
    inspect_extents,
    inspect_gaps,
    inspect_truncation,
    inspect_codes,
    inspect_linkage,
    inspect_exits,
)


@dataclass(frozen=True)
class Quality:
    """A delivery, looked at.

    Attributes:
        accounts: the account of each source.
        sections: what was found.
        excess: the faults for which the intake stopped; empty where it did not.
    """

    accounts: tuple[TableAccount, ...]
    sections: tuple[Section, ...]
    excess: tuple[Problem, ...] = ()

    def raise_for_stops(self) -> None:
        """Raise where a section says stop.

        Raises:
            ContractError: one does; holds a problem for each, and the faults for which the intake stopped.
        """
        stops = [
            Problem(f"quality: {section.name}", finding.reason)
            for section in self.sections
            for finding in section.findings
            if finding.judgement == "stop"
        ]
        if stops:
            raise ContractError([*self.excess, *stops])


def inspect_delivery(
    loaded: LoadedStudy, intake: Intake, excess: Sequence[Problem] = ()
) -> Quality:
    """Look at a delivery that was read, while its files are there.

    Args:
        loaded: the study.
        intake: what was read.
        excess: the faults for which the intake stopped.
    """
    inspection = Inspection(loaded, intake, is_stopped=bool(excess))
    sections = tuple(inspect(inspection) for inspect in SECTIONS)
    return Quality(intake.accounts, sections, tuple(excess))
