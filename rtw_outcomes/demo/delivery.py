"""Write the demo: a delivery, a cohort and a study file that belong together."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from rtw_outcomes.demo.cohort import compute_last_days, draw_cohort, lay_out_cohort
from rtw_outcomes.demo.dirt import Dirt, break_rows, soil
from rtw_outcomes.demo.effect import choose_shortened
from rtw_outcomes.demo.persons import draw_persons
from rtw_outcomes.demo.register import cut_into_subspells
from rtw_outcomes.demo.spells import draw_spells
from rtw_outcomes.demo.study import COHORT_FILE, DEFINITION, DEFINITION_FILE, SPELLS_FILE, STUDY
from rtw_outcomes.errors import UsageError
from rtw_outcomes.jobs.schema import render_schema

# The layout of a delivery of subspells, in its order. SYNTHETIC is ours: the file labels itself.
COLUMNS = (
    "lopnr",
    "DELFORMAN1_KOD",
    "DELFORMAN2_KOD",
    "OMFATTNING",
    "DAGBELOPP",
    "DEL_FROM_DATUM",
    "DEL_TOM_DATUM",
    "DEL_DAGAR_TOT",
    "DEL_DAGAR_BRUTTO",
    "DEL_DAGAR_NETTO",
    "DEL_BELOPP_BRUTTO",
    "FALL_FROM_DATUM",
    "FALL_FROM_DATUM2",
    "FALL_TOM_DATUM",
    "FALL_DAGAR_TOT",
    "FORSAKRADTYP_KOD",
    "DIAGNOS_KOD",
    "SNI_2007",
    "KON_KOD",
    "fodelsear",
    "KOMMUN_KOD",
    "KOMMUN_fromdat",
    "KOMMUN_tomdat",
    "SYNTHETIC",
)

# Fractions as a delivery writes them: 1 and not 1.0.
EXTENTS = {0.0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1.0: "1"}


@dataclass(frozen=True)
class DemoFiles:
    """The files that were written, and the numbers of persons and rows; rows are counted with the dirt."""

    study: Path
    spells: Path
    cohort: Path
    persons: int
    spell_rows: int
    cohort_rows: int


def write_demo(folder: Path, persons: int = 20_000, seed: int = 1) -> DemoFiles:
    """Write a synthetic delivery, its cohort and its study file under a folder.

    The same persons and seed give the same files, byte for byte, with the same version.

    Raises:
        UsageError: the folder holds files that are not those of an earlier demo, or the persons
            are too few to have a cohort among them.
    """
    _check_folder(folder)
    # One stream a stage: a change in one leaves the draws of the others as they were.
    streams = np.random.SeedSequence(seed).spawn(6)
    rngs = [np.random.Generator(np.random.PCG64(stream)) for stream in streams]
    people = draw_persons(persons, rngs[0])
    spells = draw_spells(people, rngs[1])
    cohort = draw_cohort(people, spells, rngs[2])
    last_days = compute_last_days(people, cohort)
    spells = choose_shortened(spells, cohort, rngs[5])
    rows = cut_into_subspells(people, spells, last_days, rngs[3])
    if cohort.is_empty():
        raise UsageError("So few persons give no index dates. Ask for more; 1000 are enough.")
    delivery = lay_out_delivery(rows, rngs[4], Dirt())
    return _write(folder, persons, delivery, lay_out_cohort(cohort))


def lay_out_delivery(rows: pl.DataFrame, rng: np.random.Generator, dirt: Dirt) -> pl.DataFrame:
    """Bring the register's rows into the layout and the state of a delivery."""
    rows = soil(rows, rng, dirt).sort("lopnr", "DEL_FROM_DATUM", maintain_order=True)
    text = rows.select(COLUMNS).with_columns(
        pl.col("OMFATTNING").replace_strict(EXTENTS, return_dtype=pl.String),
        pl.col("lopnr").cast(pl.String),
        pl.col("DEL_FROM_DATUM", "DEL_TOM_DATUM").dt.to_string(),
    )
    return break_rows(text, rng, dirt)


def _check_folder(folder: Path) -> None:
    """An earlier demo may be written anew; nobody's own files may."""
    study = folder / "study.yaml"
    if folder.is_dir() and any(folder.iterdir()):
        if study.is_file() and study.read_bytes() == STUDY.encode():
            return
        raise UsageError(
            f"{folder.name}/ holds other files, or a demo whose study was changed since. "
            "Give the demo a folder of its own."
        )


def _write(folder: Path, persons: int, delivery: pl.DataFrame, cohort: pl.DataFrame) -> DemoFiles:
    written = DemoFiles(
        study=folder / "study.yaml",
        spells=folder / SPELLS_FILE,
        cohort=folder / COHORT_FILE,
        persons=persons,
        spell_rows=delivery.height,
        cohort_rows=cohort.height,
    )
    written.spells.parent.mkdir(parents=True, exist_ok=True)
    delivery.write_csv(written.spells, separator="\t")
    cohort.write_csv(written.cohort)
    written.study.write_text(STUDY, encoding="utf-8", newline="\n")
    definition = folder / DEFINITION_FILE
    definition.write_text(DEFINITION, encoding="utf-8", newline="\n")
    schema = folder / "study.schema.json"
    schema.write_text(render_schema("study"), encoding="utf-8", newline="\n")
    return written
