"""Coverage: how often the 95 percent interval of a trial holds the true effect of the demo's generator.

    python -m benchmarks.coverage --trials 2000

The truth is known, because the population has the outcomes of every person with and without the effect.
"""

import argparse
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks.machine import read_commit
from benchmarks.trials import PERSONS_PER_CENTRE, Population, Trial, draw_population
from rtw_outcomes.analysis.blank_estimates import BlankEstimates
from rtw_outcomes.analysis.contrasts import Topic, plan_versions
from rtw_outcomes.analysis.curve_estimates import CurveEstimates
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.numbers import compare_means
from rtw_outcomes.analysis.times import Times

CLUSTERS = (6, 10, 20, 60)
LEVEL = 95
LEAST = 93.5  # percent
AT, HORIZON = {"90 days": 90}, 365
STATUSES = ("censored", "event", "disability_pension", "death")

NET_DAYS, ADJUSTED = "net days", "net days, adjusted for sex and birth year"
RETURN, LOST = "return by 90 days", "mean time lost after the return"
UNITS = {NET_DAYS: "days", ADJUSTED: "days", RETURN: "percentage points", LOST: "days"}
TITLES = {
    NET_DAYS: "net sick days in 12 months (`net_sick_days_12m`)",
    ADJUSTED: "the same, adjusted for sex and birth year",
    RETURN: "returned by day 90 (`full_rtw_28d`, competing events)",
    LOST: "restricted mean time after the return, to 12 months",
}
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Measured:
    """What became of the intervals of one effect, with one number of clusters.

    Attributes:
        clusters: in both arms together.
        effect: what was estimated.
        truth: the effect in the population.
        trials: how many there were.
        held: in how many the interval holds the truth.
        without: in how many there is no interval.
        bias: the mean estimate less the truth.
        width: the mean width of the intervals.
    """

    clusters: int
    effect: str
    truth: float
    trials: int
    held: int
    without: int
    bias: float
    width: float

    @property
    def percent(self) -> float:
        """The coverage; a trial without an interval does not count as held."""
        return 100 * self.held / self.trials

    @property
    def error(self) -> float:
        """The standard error of the coverage, by the number of trials alone."""
        return math.sqrt(self.percent * (100 - self.percent) / self.trials)


def estimate_effects(trial: Trial) -> dict[str, Estimate]:
    """The effects of a trial, as a study that compares its arms estimates them."""
    sample, outcomes = trial.sample, trial.outcomes
    means = compare_means(
        sample, plan_versions(sample), outcomes.net_days, Topic("net_days", "", "days")
    )
    at_risk, times = Times(outcomes.days, outcomes.status, STATUSES, AT, HORIZON).choose(sample)
    numbers = times.number_curves(at_risk)
    curves = CurveEstimates(BlankEstimates(numbers, (*AT, "12 months")), sample.confidence)
    return {
        NET_DAYS: means[0],
        ADJUSTED: means[1],
        RETURN: curves.difference(0, 1, 0),
        LOST: curves.difference(numbers.area, 1, 0),
    }


def find_truth(population: Population) -> dict[str, float]:
    """The effects when the whole population is in both arms."""
    found = estimate_effects(population.make_whole_trial())
    return {name: _value(each) for name, each in found.items()}


def measure(
    population: Population, truth: Mapping[str, float], clusters: int, trials: int, seed: int
) -> Iterator[Measured]:
    """Draw trials of so many clusters, and count the intervals that hold the truth."""
    rng = np.random.default_rng([seed, clusters])
    drawn = [estimate_effects(population.draw_trial(clusters, rng)) for _ in range(trials)]
    for effect, true in truth.items():
        found = [each[effect] for each in drawn]
        limits = [(e.low, e.high) for e in found if e.low is not None and e.high is not None]
        yield Measured(
            clusters,
            effect,
            true,
            trials,
            held=sum(low <= true <= high for low, high in limits),
            without=trials - len(limits),
            bias=fmean(_value(each) for each in found) - true,
            width=fmean(high - low for low, high in limits) if limits else math.nan,
        )


def render_page(measured: Sequence[Measured], persons: int, seed: int, commit: str) -> str:
    """The page of the results."""
    trials = measured[0].trials
    margin = max(each.error for each in measured)
    lines = [
        "# Coverage",
        "",
        f"How often an interval of {LEVEL} percent holds the true effect, in {trials:,} trials for each row.",
        "Each trial takes so many care centres of the demo's generator, of about",
        f"{PERSONS_PER_CENTRE} persons each, and gives half of them the demo's effect. The truth is the effect on",
        f"all {persons:,} persons of the population, who have outcomes with the effect and without it.",
        "Intervals are those of a study that names its clusters: each cluster is left out once, with t of one",
        "degree of freedom less than clusters.",
        "",
        f"A coverage is itself uncertain, with a standard error of {margin:.1f} or less. The goal is {LEAST} or more.",
        "",
        "```sh",
        f"python -m benchmarks.coverage --trials {trials} --persons {persons} --seed {seed}",
        "```",
        "",
        f"Measured at commit {commit or 'unknown'}.",
        "",
        "| effect | true difference | clusters | coverage, % | without an interval | bias | mean width |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for effect, title in TITLES.items():
        for each in measured:
            if each.effect == effect:
                lines.append(
                    f"| {title} | {each.truth:.1f} {UNITS[effect]} | {each.clusters} | {each.percent:.1f}"
                    f" | {each.without} | {each.bias:+.2f} | {each.width:.1f} |"
                )
    return "\n".join(lines) + "\n"


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = partial(parser.add_argument)
    add("--trials", type=int, default=2000, help="for each number of clusters")
    add("--clusters", type=int, nargs="+", default=list(CLUSTERS), help="in both arms together")
    add("--persons", type=int, default=150_000, help="in the population")
    add("--seed", type=int, default=1)
    add("--discard", action="store_true", help="keep no results")
    return parser.parse_args(arguments)


def run(asked: argparse.Namespace, keep: Path | None) -> int:
    """Measure, show and keep; the exit status is 1 where a coverage is below the goal."""
    print("Drawing the population", file=sys.stderr, flush=True)
    population = draw_population(asked.persons, asked.seed)
    truth = find_truth(population)
    measured: list[Measured] = []
    for clusters in asked.clusters:
        print(f"{asked.trials:,} trials of {clusters} clusters", file=sys.stderr, flush=True)
        measured += measure(population, truth, clusters, asked.trials, asked.seed)
    page = render_page(measured, asked.persons, asked.seed, read_commit())
    print(page)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / "coverage.md").write_text(page, encoding="utf-8")
    return 1 if any(each.percent < LEAST for each in measured) else 0


def _value(estimate: Estimate) -> float:
    assert estimate.value is not None, estimate.error
    return estimate.value


def main() -> int:
    """Read the command line and run."""
    asked = read_arguments()
    return run(asked, None if asked.discard else HERE / "results")


if __name__ == "__main__":
    sys.exit(main())
