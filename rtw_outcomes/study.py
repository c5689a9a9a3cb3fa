"""The study file: which data, which outcomes, and what the delivery needs to be understood."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from rtw_outcomes.catalogue import (
    ResolvedOutcome,
    UnknownDefinitionError,
    find_definition,
    resolve_outcomes,
)
from rtw_outcomes.model import Part, Period, Text, one_or_many
from rtw_outcomes.registers.profile import Profile, find_registers, read_profile
from rtw_outcomes.rules import Fault, suggest
from rtw_outcomes.vocabulary import BENEFITS
from rtw_outcomes.yaml_reader import YamlFile

Names = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]


class RenamedColumns(Part):
    """Canonical column -> the name that it has in this delivery, where that is another one."""

    spells: dict[str, str] = Field(default_factory=dict)
    cohort: dict[str, str] = Field(default_factory=dict)


class Study(Part):
    """A study file."""

    study: Text
    register_: Text = Field(alias="register")
    # Says that no row is about a person; repeated in the manifest, the report and on the screen.
    synthetic: bool = False
    observed: Period
    spells: Text
    cohort: Text
    outcomes: Names = Field(min_length=1)
    by: Names = ()
    engine: Text | None = None
    benefit_codes: dict[str, str] = Field(default_factory=dict)
    columns: RenamedColumns = RenamedColumns()
    # Groups of fewer persons are not shown in the summary. 5 is what Nordic practice shows; no
    # register holder publishes a number.
    suppress_below: int = Field(default=5, ge=1)


@dataclass(frozen=True)
class LoadedStudy:
    """A study with all that its file points to."""

    study: Study
    file: YamlFile
    folder: Path
    profile: Profile
    outcomes: tuple[ResolvedOutcome, ...]


def read_study(path: Path, only: Sequence[str] = ()) -> LoadedStudy:
    """Read a study file and the definitions that it names; no data are read.

    Args:
        path: the study file; the paths in it are relative to its folder.
        only: ids of outcomes; when given, the study is narrowed to them.

    Raises:
        DefinitionError: the study or a definition is wrong; holds all problems of the file.
    """
    file = YamlFile.read(path)
    study = file.validate(Study)
    definitions, faults = [], list(_find_faults(study, path.parent))
    for place, name in enumerate(study.outcomes):
        try:
            definitions.append(find_definition(name, path.parent))
        except UnknownDefinitionError as unknown:
            what = f"there is no outcome definition `{name}`"
            faults.append(Fault(("outcomes", place), what, hint=str(unknown)))
    file.raise_for(faults)
    outcomes = resolve_outcomes(definitions)
    ids = tuple(resolved.outcome.outcome for resolved in outcomes)
    file.raise_for(
        [
            Fault(("outcomes",), f"the study has no outcome `{name}`", hint=suggest(name, ids))
            for name in only
            if name not in ids
        ]
    )
    return LoadedStudy(
        study=study,
        file=file,
        folder=path.parent,
        profile=read_profile(study.register_),
        outcomes=tuple(each for each in outcomes if not only or each.outcome.outcome in only),
    )


def _find_faults(study: Study, folder: Path) -> Iterator[Fault]:
    if study.register_ not in find_registers():
        yield Fault(
            ("register",),
            f"unknown register `{study.register_}`",
            expected=f"one of {', '.join(find_registers())}",
            hint=suggest(study.register_, find_registers()),
        )
    if study.observed.to < study.observed.from_:
        yield Fault(("observed",), "the observed period ends before it starts")
    for key in ("spells", "cohort"):
        path = folder / getattr(study, key)
        if not path.exists() and not list(folder.glob(getattr(study, key))):
            what = f"there is no file `{getattr(study, key)}`"
            yield Fault((key,), what, hint=f"Paths are relative to {folder.resolve().name}/")
    for code, benefit in study.benefit_codes.items():
        if benefit not in BENEFITS:
            yield Fault(
                ("benefit_codes", code),
                f"unknown benefit `{benefit}`",
                expected=f"one of {', '.join(BENEFITS)}",
                hint=suggest(benefit, BENEFITS),
            )
    for table, known in (
        ("spells", ("person_id", "start_date", "end_date", "extent", "benefit", "diagnosis")),
        ("cohort", ("person_id", "index_date", "censor_date", "censor_reason")),
    ):
        for column in getattr(study.columns, table):
            if column not in known:
                yield Fault(
                    ("columns", table, column),
                    f"unknown column `{column}`",
                    expected=f"one of {', '.join(known)}",
                    hint=suggest(column, known),
                )
