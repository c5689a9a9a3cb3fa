"""From spells to the subspell rows that a register delivers, still without dirt."""

import numpy as np
import polars as pl

from rtw_outcomes.demo.effect import shorten
from rtw_outcomes.demo.extents import Quarters, draw_paths, lay_out_parts
from rtw_outcomes.demo.period import DayNumbers

SICKNESS, REHABILITATION, WORK_INJURY = "DEMO_SP", "DEMO_RP", "DEMO_AS"
PREVENTIVE, PENSION = "DEMO_FP", "DEMO_SE"

# The demo's own: the share of spells with a benefit other than sickness
# benefit. Rehabilitation benefit is paid in the last part of a spell.
OTHER_BENEFITS = {SICKNESS: 0.97, REHABILITATION: 0.02, WORK_INJURY: 0.005, PREVENTIVE: 0.005}

DATES = ("DEL_FROM_DATUM", "DEL_TOM_DATUM", "FALL_FROM_DATUM", "FALL_FROM_DATUM2", "FALL_TOM_DATUM")


def cut_into_subspells(
    persons: pl.DataFrame, spells: pl.DataFrame, last_days: DayNumbers, rng: np.random.Generator
) -> pl.DataFrame:
    """Turn spells into register rows; `last_days` is the last day with rows of each person.

    Spells with a day in `shortened_from` last half as long from that day on. The columns are those of the delivery, with `person` and `spell` to find rows by.
    """
    spells = spells.with_columns(last_day=last_days[spells["person"].to_numpy()]).filter(
        pl.col("start") + pl.col("waiting") <= pl.col("last_day")
    )
    paths = draw_paths(persons, spells, rng)
    edges, quarters = lay_out_parts(spells, paths, rng)
    edges = shorten(edges, spells)
    spells = spells.with_columns(length=pl.Series(edges[:, -1]))
    pensions = _pension_rows(spells, edges)
    rows = pl.concat([_spell_rows(spells, edges, quarters, rng), pensions])
    return _describe(rows, persons)


def add_day_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the day and amount columns from the dates and the extent of each row.

    Gross days are paid days; net days are gross days times extent.
    """
    length = (pl.col("DEL_TOM_DATUM") - pl.col("DEL_FROM_DATUM")).dt.total_days() + 1
    paid = pl.when(pl.col("OMFATTNING") > 0).then(length).otherwise(0)
    net = paid * pl.col("OMFATTNING")
    return rows.with_columns(
        DEL_DAGAR_TOT=length.cast(pl.Int32),
        DEL_DAGAR_BRUTTO=paid.cast(pl.Int32),
        DEL_DAGAR_NETTO=net,
        DEL_BELOPP_BRUTTO=(net * pl.col("DAGBELOPP")).round().cast(pl.Int32),
    )


def _spell_rows(
    spells: pl.DataFrame, edges: DayNumbers, quarters: Quarters, rng: np.random.Generator
) -> pl.DataFrame:
    start = spells["start"].to_numpy()[:, None]
    last_day = spells["last_day"].to_numpy()[:, None]
    starts, ends = start + edges[:, :-1], start + edges[:, 1:] - 1
    spell, slot = np.nonzero((ends >= starts) & (starts <= last_day))
    names = list(OTHER_BENEFITS)
    benefit = rng.choice(len(names), spells.height, p=list(OTHER_BENEFITS.values()))[spell]
    is_last = edges[spell, slot + 1] == edges[spell, -1]
    benefit[(benefit == names.index(REHABILITATION)) & ~is_last] = names.index(SICKNESS)
    of_spell = spells[spell]
    spell_end = of_spell["start"] + of_spell["length"] - 1
    return pl.DataFrame(
        {
            "person": of_spell["person"],
            "spell": spell.astype(np.int32),
            "DELFORMAN1_KOD": pl.Series(names).gather(benefit),
            "quarters": quarters[spell, slot],
            "DEL_FROM_DATUM": starts[spell, slot],
            "DEL_TOM_DATUM": np.minimum(ends[spell, slot], of_spell["last_day"].to_numpy()),
            "FALL_FROM_DATUM": of_spell["start"],
            "FALL_FROM_DATUM2": of_spell["start"] + of_spell["waiting"],
            "FALL_TOM_DATUM": np.minimum(spell_end.to_numpy(), of_spell["last_day"].to_numpy()),
            "DIAGNOS_KOD": of_spell["diagnosis"],
        }
    )


def _pension_rows(spells: pl.DataFrame, edges: DayNumbers) -> pl.DataFrame:
    """Pensions run from the day after the spell to the end of the extract.

    Pensions come in steps: a half pension during the part-time end of the spell, then a full one.
    """
    after = pl.col("start") + pl.col("length")
    granted = (
        spells.with_columns(half_from=pl.col("start") + pl.Series(edges[:, 2]), full_from=after)
        .filter(pl.col("pension") > 0)
        .with_columns(spell=pl.row_index().cast(pl.Int32) + spells.height)
        .with_columns(begins=pl.when("pension_in_steps").then("half_from").otherwise("full_from"))
    )
    stepped = granted.filter("pension_in_steps")
    half = stepped.with_columns(
        quarters=pl.lit(2, pl.Int8), row_from="half_from", row_to=pl.col("full_from") - 1
    )
    rest = granted.with_columns(
        quarters=pl.when("pension_in_steps").then(pl.lit(4, pl.Int8)).otherwise("pension"),
        row_from="full_from",
        row_to="last_day",
    )
    rows = pl.concat([half, rest]).filter(pl.col("row_from") <= pl.col("last_day"))
    return rows.sort("spell", "row_from").select(
        "person",
        "spell",
        pl.lit(PENSION).alias("DELFORMAN1_KOD"),
        "quarters",
        pl.col("row_from").alias("DEL_FROM_DATUM"),
        pl.min_horizontal("row_to", "last_day").alias("DEL_TOM_DATUM"),
        pl.col("begins").alias("FALL_FROM_DATUM"),
        pl.col("begins").alias("FALL_FROM_DATUM2"),
        pl.col("last_day").alias("FALL_TOM_DATUM"),
        pl.col("diagnosis").alias("DIAGNOS_KOD"),
    )


def _describe(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Add the person's background and everything that follows from dates and extent."""
    background = persons.select(
        "lopnr",
        pl.col("daily_amount").alias("DAGBELOPP"),
        pl.col("insured_type").alias("FORSAKRADTYP_KOD"),
        pl.col("industry").alias("SNI_2007"),
        pl.when("woman").then(2).otherwise(1).cast(pl.Int8).alias("KON_KOD"),
        pl.col("birth_year").alias("fodelsear"),
        pl.col("municipality").alias("KOMMUN_KOD"),
        pl.lit("2010-01-01").str.to_date().alias("KOMMUN_fromdat"),
        pl.lit(None, pl.Date).alias("KOMMUN_tomdat"),
    )
    described = pl.concat([rows, background[rows["person"]]], how="horizontal").with_columns(
        pl.col(DATES).cast(pl.Date),
        DELFORMAN2_KOD=pl.lit(None, pl.String),
        OMFATTNING=pl.col("quarters") / 4,
        DAGBELOPP=pl.when(pl.col("quarters") > 0).then("DAGBELOPP").otherwise(0),
        SYNTHETIC=pl.lit("synthetic"),
    )
    spell_days = (pl.col("FALL_TOM_DATUM") - pl.col("FALL_FROM_DATUM")).dt.total_days() + 1
    return add_day_columns(described).with_columns(FALL_DAGAR_TOT=spell_days.cast(pl.Int32))
