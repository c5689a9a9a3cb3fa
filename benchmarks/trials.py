"""Trials drawn from one large population of the demo's generator, whose true effect is known.

Every person of the population has outcomes with the demo's effect and without it. A trial takes some
care centres of the population and gives half of them the outcomes with it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from rtw_outcomes import compute
from rtw_outcomes.analysis.sample import Covariate, Floats, Ints, Sample
from rtw_outcomes.demo.cohort import (
    SHARE_OF_PERSONS,
    compute_last_days,
    draw_centres,
    draw_cohort,
)
from rtw_outcomes.demo.effect import CONTROL, INTERVENTION, choose_shortened
from rtw_outcomes.demo.period import OBSERVED_FROM, OBSERVED_TO
from rtw_outcomes.demo.persons import draw_persons
from rtw_outcomes.demo.register import (
    PENSION,
    PREVENTIVE,
    REHABILITATION,
    SICKNESS,
    WORK_INJURY,
    cut_into_subspells,
)
from rtw_outcomes.demo.spells import draw_spells

NET_DAYS, RETURN = "net_sick_days_12m", "full_rtw_28d"
BENEFITS = {
    SICKNESS: "sickness_benefit",
    REHABILITATION: "rehabilitation_benefit",
    WORK_INJURY: "work_injury_benefit",
    PREVENTIVE: "preventive_sickness_benefit",
    PENSION: "disability_pension",
}
PERSONS_PER_CENTRE = 50


@dataclass(frozen=True)
class Arm:
    """The outcomes of all persons of the population in one arm, in the order of the cohort."""

    net_days: Floats
    days: Ints
    status: Ints


@dataclass(frozen=True)
class Trial:
    """The persons of a trial, and their outcomes in the arms of their care centres."""

    sample: Sample
    outcomes: Arm


@dataclass(frozen=True)
class Population:
    """The persons from whom trials are drawn.

    Attributes:
        cohort: one row a person, with sex, birth year and care centre.
        arms: the outcomes without the effect, and those with it.
    """

    cohort: pl.DataFrame
    arms: tuple[Arm, Arm]

    @cached_property
    def _rows_of_centres(self) -> list[Ints]:
        rows = self.cohort.with_row_index("row").group_by("care_centre").agg("row")
        return [each.to_numpy().astype(np.int64) for each in rows.sort("care_centre")["row"]]

    def draw_trial(self, clusters: int, rng: np.random.Generator) -> Trial:
        """Draw so many care centres, and randomise them: half to each arm."""
        centres = rng.choice(len(self._rows_of_centres), clusters, replace=False)
        rows = [self._rows_of_centres[each] for each in centres]
        sizes = [each.size for each in rows]
        arm = np.repeat(rng.permutation(np.arange(clusters) % 2), sizes)
        return self._make_trial(np.concatenate(rows), arm, np.repeat(np.arange(clusters), sizes))

    def make_whole_trial(self) -> Trial:
        """Put everybody into both arms: what is estimated from it is the truth."""
        everybody = np.arange(self.cohort.height)
        rows, arm = np.tile(everybody, 2), np.repeat([0, 1], self.cohort.height)
        return self._make_trial(rows, arm, None)

    def _make_trial(self, rows: Ints, arm: Ints, cluster: Ints | None) -> Trial:
        here = self.cohort[rows]
        sex, birth_year = (here["sex"] == "woman").to_numpy(), here["birth_year"].to_numpy()
        sample = Sample(
            groups=(CONTROL, INTERVENTION),
            group=arm.astype(np.int64),
            person=rows,
            cluster=cluster,
            cluster_name="care_centre",
            covariates=(
                Covariate("sex", sex.astype(np.int64), ("man", "woman")),
                Covariate("birth_year", birth_year.astype(np.float64)),
            ),
        )
        without, with_effect = self.arms
        outcomes = Arm(
            *(
                np.where(arm == 1, getattr(with_effect, name)[rows], getattr(without, name)[rows])
                for name in ("net_days", "days", "status")
            )
        )
        return Trial(sample, outcomes)


def draw_population(size: int, seed: int, per_centre: int = PERSONS_PER_CENTRE) -> Population:
    """Draw so many persons of the demo's cohort, in care centres of about so many."""
    count = round(size / SHARE_OF_PERSONS)
    rngs = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(6)]
    people = draw_persons(count, rngs[0])
    spells = draw_spells(people, rngs[1])
    cohort = draw_centres(draw_cohort(people, spells, rngs[2]), size // per_centre, rngs[3])
    last_days = compute_last_days(people, cohort)
    treated = cohort.with_columns(arm=pl.lit(INTERVENTION))
    shortened = choose_shortened(spells, treated, rngs[4])
    unchanged = shortened.with_columns(shortened_from=pl.lit(None, pl.Int32))
    arms = [
        # The same draws for both, so that the persons are the same ones.
        _compute_outcomes(
            cohort, cut_into_subspells(people, each, last_days, np.random.default_rng(seed))
        )
        for each in (unchanged, shortened)
    ]
    return Population(cohort, (arms[0], arms[1]))


def _compute_outcomes(cohort: pl.DataFrame, rows: pl.DataFrame) -> Arm:
    spells = rows.filter(pl.col("OMFATTNING") > 0).select(
        person_id="lopnr",
        start_date="DEL_FROM_DATUM",
        end_date="DEL_TOM_DATUM",
        extent=pl.col("OMFATTNING") * 100,
        benefit=pl.col("DELFORMAN1_KOD").replace_strict(BENEFITS),
    )
    spells = spells.filter(pl.col("person_id").is_in(cohort["person_id"].implode()))
    persons = cohort.select(
        "person_id",
        pl.col("index_date", "censor_date").cast(pl.Date),
        "censor_reason",
    )
    observed = (OBSERVED_FROM, OBSERVED_TO)
    table = compute([NET_DAYS, RETURN], spells, persons, observed=observed).outcomes
    assert table["person_id"].equals(persons["person_id"]), "one row a person, in their order"
    return Arm(
        table[NET_DAYS].to_numpy().astype(np.float64),
        *(
            table[f"{RETURN}_{part}"].fill_null(-1).to_numpy().astype(np.int64)
            for part in ("days", "status")
        ),
    )
