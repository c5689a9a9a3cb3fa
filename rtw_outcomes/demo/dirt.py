"""The faults that deliveries have, put into the demo on purpose at small, known rates.

Each pass takes the rows and returns them with one more fault; the order is DIRT_PASSES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rtw_outcomes.demo.persons import MUNICIPALITIES
from rtw_outcomes.demo.register import SICKNESS, add_day_columns


@dataclass(frozen=True)
class Dirt:
    """The rate of each fault; at least one of each is put in.

    That the first four occur is known, from a real delivery or the register's documentation.
    How often is not: all rates are the demo's own.
    """

    # The joined background has validity dates of its own: whoever moved
    # has every subspell once for each municipality. Share of persons.
    moved: float = 0.03
    # A spell without a diagnosis is delivered as "-00". Share of spells.
    no_diagnosis: float = 0.02
    # A payment too small for its days counts as a supplement: an amount and no days. Share of rows.
    supplements: float = 0.005
    # Subspells do not add up to the days of their spell. Share of the middle rows of spells.
    left_out: float = 0.005
    # A corrected payment stands beside the one it corrects: corrections can be
    # registered in many ways; this one is a guess. Share of rows.
    overlaps: float = 0.001
    # Rows that cannot be read are a precaution: none are
    # documented. Share of rows, for each way to be broken.
    broken: float = 0.00005


NO_DIAGNOSIS = "-00"
SUPPLEMENT = "DEMO_SU"
SUPPLEMENT_AMOUNTS = (20, 100)  # SEK a net day; from 101 on a payment gives days
SHORTEST_DAYS_TO_COPY = 14

MOVED_TWICE = 0.3  # of those who moved
FIRST_MOVE, SECOND_MOVE = date(2013, 7, 1), date(2016, 7, 1)
MOVES_TO = dict(zip(MUNICIPALITIES, (*MUNICIPALITIES[1:], MUNICIPALITIES[0]), strict=True))

Rng = np.random.Generator
Rows = pl.DataFrame


def soil(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Put in every fault that keeps the types of the columns; the rows lose their order."""
    for put_in in DIRT_PASSES:
        rows = put_in(rows, rng, dirt)
    return rows


def leave_out_subspells(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Drop some rows that are neither the first nor the last of their spell."""
    spell = pl.col("spell")
    middle = (spell == spell.shift(1)) & (spell == spell.shift(-1))
    return rows.filter(~_pick(_where(rows, middle), rows.height, dirt.left_out, rng))


def forget_diagnoses(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Take the diagnosis from all rows of some spells."""
    spells = 1 + int(rows["spell"].to_numpy().max())
    forgotten = _pick(np.arange(spells), spells, dirt.no_diagnosis, rng)
    return rows.with_columns(
        DIAGNOS_KOD=pl.when(pl.Series(forgotten[rows["spell"].to_numpy()]))
        .then(pl.lit(NO_DIAGNOSIS))
        .otherwise("DIAGNOS_KOD")
    )


def add_supplements(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Add rows with an amount and no days, within a paid row of the same extent."""
    paid = _pick(_where(rows, _can_be_copied()), rows.height, dirt.supplements, rng)
    copies = rows.filter(paid)
    amount = pl.Series(rng.integers(*SUPPLEMENT_AMOUNTS, copies.height, dtype=np.int32))
    supplements = copies.with_columns(
        pl.lit(0, pl.Int32).alias("DEL_DAGAR_TOT"),
        pl.lit(0, pl.Int32).alias("DEL_DAGAR_BRUTTO"),
        pl.lit(0.0).alias("DEL_DAGAR_NETTO"),
        DELFORMAN2_KOD=pl.lit(SUPPLEMENT),
        DAGBELOPP=amount,
        DEL_TOM_DATUM=pl.col("DEL_FROM_DATUM").dt.offset_by("6d"),
        DEL_BELOPP_BRUTTO=(amount * 7 * pl.col("OMFATTNING")).round().cast(pl.Int32),
    )
    return pl.concat([rows, supplements])


def add_overlaps(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Pay the second half of some rows once more, at a quarter of full time."""
    paid = _pick(_where(rows, _can_be_copied()), rows.height, dirt.overlaps, rng)
    half = (pl.col("DEL_TOM_DATUM") - pl.col("DEL_FROM_DATUM")) / 2
    overlaps = rows.filter(paid).with_columns(
        OMFATTNING=pl.lit(0.25),
        DEL_FROM_DATUM=pl.col("DEL_FROM_DATUM") + pl.duration(days=half.dt.total_days()),
    )
    return pl.concat([rows, add_day_columns(overlaps)])


def repeat_for_moves(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Repeat all rows of the persons who moved, once or twice, with another municipality."""
    persons = 1 + int(rows["person"].to_numpy().max())
    once = _pick(np.arange(persons), persons, dirt.moved, rng)
    twice = once & (rng.random(persons) < MOVED_TWICE)
    for movers, day in ((once, FIRST_MOVE), (twice, SECOND_MOVE)):
        lived_there = pl.col("KOMMUN_tomdat").is_null()
        moves = lived_there & pl.Series(movers[rows["person"].to_numpy()])
        moved = rows.filter(moves).with_columns(
            KOMMUN_KOD=pl.col("KOMMUN_KOD").replace_strict(MOVES_TO), KOMMUN_fromdat=day
        )
        until = pl.when(moves).then(day - timedelta(days=1)).otherwise("KOMMUN_tomdat")
        rows = pl.concat([rows.with_columns(KOMMUN_tomdat=until), moved])
    return rows


DIRT_PASSES: tuple[Callable[[Rows, Rng, Dirt], Rows], ...] = (
    leave_out_subspells,  # first: it needs the rows of a spell next to each other
    forget_diagnoses,
    add_supplements,
    add_overlaps,
    repeat_for_moves,  # last: whatever is in the register is repeated by a join
)

# One column a fault, and what is written in it. Each row gets one fault at most.
BROKEN_ROWS: dict[str, tuple[str, pl.Expr]] = {
    "ends before it starts": (
        "DEL_TOM_DATUM",
        pl.col("DEL_FROM_DATUM").str.to_date().dt.offset_by("-3d").dt.to_string(),
    ),
    "impossible date": ("DEL_FROM_DATUM", pl.lit("2017-02-30")),
    "extent in words": ("OMFATTNING", pl.lit("halv")),
    "extent above one": ("OMFATTNING", pl.lit("1.5")),
    "no serial number": ("lopnr", pl.lit(None, pl.String)),
}


def break_rows(rows: Rows, rng: Rng, dirt: Dirt) -> Rows:
    """Make some rows unreadable; the columns in question must already be text."""
    per_kind = max(1, round(dirt.broken * rows.height))
    shuffled = rng.permutation(rows.height)
    for turn, (column, fault) in enumerate(BROKEN_ROWS.values()):
        chosen = shuffled[turn * per_kind : (turn + 1) * per_kind]
        here = pl.Series(_mark(chosen, rows.height))
        rows = rows.with_columns(pl.when(here).then(fault).otherwise(column).alias(column))
    return rows


def _can_be_copied() -> pl.Expr:
    long_enough = pl.col("DEL_DAGAR_BRUTTO") >= SHORTEST_DAYS_TO_COPY
    return long_enough & (pl.col("DELFORMAN1_KOD") == SICKNESS)


def _where(rows: Rows, condition: pl.Expr) -> NDArray[np.intp]:
    return np.flatnonzero(rows.select(condition.fill_null(False)).to_series().to_numpy())


def _pick(candidates: NDArray[np.intp], of: int, rate: float, rng: Rng) -> NDArray[np.bool_]:
    """Mark `rate` of the candidates, and at least one, among `of` rows."""
    count = min(len(candidates), max(1, round(rate * len(candidates))))
    return _mark(rng.choice(candidates, count, replace=False), of)


def _mark(positions: NDArray[np.intp], of: int) -> NDArray[np.bool_]:
    marked = np.zeros(of, dtype=np.bool_)
    marked[positions] = True
    return marked
