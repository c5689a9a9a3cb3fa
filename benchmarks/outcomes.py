"""The outcomes that are computed: the stock ones, a panel of twelve, a hundred variants of one."""

from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from rtw_outcomes.definitions.catalogue import CORE, find_outcome, list_ids
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.planning.planner.build import plan_outcomes

PANEL = Path(__file__).with_name("panel")

SUSTAINED_DAYS = range(28, 181, 8)
WHEN = {"full": "full", "half": "{at_least: 50}", "any": "any"}
# Threshold and gap; the first is that of the stock definition.
ABSENCES = (("full", 5), ("full", 0), ("half", 5), ("any", 5), ("any", 0))
ONE_SUSTAINED_DAYS = 92
VARIANT = """\
outcome: {name}
language: 1
title: Return to work, sustained for {days} days ({absence} absence, gap {gap})
source:
  text: A variant of `sustainable_rtw_3m`.
  certainty: Made to measure what variants cost.
absence:
  benefits: sickness_related
  when: {when}
  join_gap: {gap} days
follow_up: 12 months
measure:
  return_to_work: {{sustained: {days} days}}
competing: [disability_pension, death]
"""


@cache
def list_library() -> tuple[str, ...]:
    """The ids of all stock outcomes, but for those that take numbers from the cohort."""
    every = {name: plan_outcomes((find_outcome(name),), ()) for name in list_ids()}
    return tuple(name for name, plan in every.items() if not plan.cohort_numbers())


@cache
def read_outcomes(which: str) -> tuple[ResolvedOutcome, ...]:
    """The outcomes of a task: `stock`, `panel`, `library`, `one_variant` or `variants`."""
    match which:
        case "stock":
            return tuple(find_outcome(name) for name in list_ids(CORE))
        case "panel":
            files = sorted(PANEL.glob("*.yaml"))
            return (*read_outcomes("stock"), *(find_outcome(str(file)) for file in files))
        case "library":
            return tuple(find_outcome(name) for name in list_library())
        case "one_variant":
            return _read_variants(((ONE_SUSTAINED_DAYS, *ABSENCES[0]),))
        case "variants":
            cases = product(SUSTAINED_DAYS, ABSENCES)
            return _read_variants(tuple((days, *absence) for days, absence in cases))
    raise AssertionError(f"no outcomes are called {which}")


def write_variant(folder: Path, days: int, absence: str, gap: int) -> Path:
    """Write the definition file of one variant, which `rtw show` and `rtw run` can read."""
    name = f"rtw_{days}d_{absence}_gap_{gap}"
    text = VARIANT.format(name=name, days=days, absence=absence, when=WHEN[absence], gap=gap)
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def _read_variants(cases: tuple[tuple[int, str, int], ...]) -> tuple[ResolvedOutcome, ...]:
    with TemporaryDirectory() as folder:
        files = [write_variant(Path(folder), *case) for case in cases]
        return tuple(find_outcome(str(file)) for file in files)
