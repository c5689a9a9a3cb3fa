"""Times to an event as counts per cluster, group, day and status: all that the estimators of curves need.

Days are whole numbers, so a histogram loses nothing, and an estimate without one cluster is a
subtraction instead of a new reading of all rows.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rtw_outcomes.analysis.jackknife import number_codes
from rtw_outcomes.analysis.sample import Flags, Floats, Ints, Sample

CENSORED = 0  # the status of a row whose observation ended before any event


@dataclass(frozen=True)
class EventCounts:
    """The index dates at risk, counted.

    Attributes:
        groups: the names of the groups.
        statuses: the names of the statuses: `censored`, the event, then each competing event.
        counts: an array [cluster, group, day, status]; one cluster where the study names none.
        cell: for each index date at risk its place in an array [group, day, status] made flat.
        person: for each index date at risk the number of its person.
        persons: the number of persons at risk.
        cluster_codes: for each cluster its number in the sample; empty where the study names none.
        has_clusters: whether the study names clusters.
    """

    groups: tuple[str, ...]
    statuses: tuple[str, ...]
    counts: Ints
    cell: Ints
    person: Ints
    persons: int
    cluster_codes: Ints
    has_clusters: bool

    @cached_property
    def totals(self) -> Ints:
        """The counts of all clusters: [group, day, status]."""
        return np.asarray(self.counts.sum(axis=0))

    @cached_property
    def at_risk(self) -> Ints:
        """The index dates at risk at the beginning of each day: [group, day]."""
        return find_at_risk(self.totals)

    @property
    def causes(self) -> tuple[str, ...]:
        """The statuses that end the time at risk: the event and what competes with it."""
        return self.statuses[1:]

    @property
    def last_day(self) -> int:
        """The last day that is counted; who is at risk after it counts as censored on it."""
        return int(self.counts.shape[2]) - 1

    @cached_property
    def members(self) -> Flags:
        """Which clusters have index dates in which group: [group, cluster]."""
        return np.asarray(self.counts.sum(axis=(2, 3)).T > 0)

    @cached_property
    def persons_of_groups(self) -> Ints:
        """The number of persons in each group."""
        if self.is_one_row_per_person:
            return np.asarray(self.at_risk[:, 0])
        cells = self.totals[0].size
        pairs = np.unique(self.person * np.int64(len(self.groups)) + self.cell // cells)
        return np.bincount(pairs % len(self.groups), minlength=len(self.groups))

    @cached_property
    def most_rows_of_a_person(self) -> int:
        """The largest number of index dates of one person."""
        return 1 if self.is_one_row_per_person else int(np.bincount(self.person).max())

    @property
    def is_one_row_per_person(self) -> bool:
        """Whether no person has two index dates."""
        return self.persons == self.person.size

    def cut(self, last_day: int) -> Ints:
        """The counts up to a day, [group, day, status]: who is at risk after it is censored on it."""
        kept = self.totals[:, : last_day + 1].copy()
        kept[:, -1, CENSORED] += self.totals[:, last_day + 1 :].sum(axis=(1, 2))
        return kept

    def leave_out(self, cluster: int) -> Ints:
        """The counts of all clusters but one: [group, day, status]."""
        return np.asarray(self.totals - self.counts[cluster])

    def count_persons(self, chosen: Flags) -> int:
        """The persons with an index date in the chosen cells of [group, day, status]."""
        if self.is_one_row_per_person:
            return int(self.totals[chosen].sum())
        own = self.person[chosen.ravel()[self.cell]]
        return int(np.count_nonzero(np.bincount(own, minlength=self.persons)))

    def find_standard_error(self, influence: Floats) -> float:
        """The root of the sum over persons of the squared sum of the influences of their index dates.

        Args:
            influence: of an index date in each cell of [group, day, status].
        """
        if self.is_one_row_per_person:
            return math.sqrt(float(np.sum(self.totals * influence * influence)))
        sums = np.bincount(self.person, influence.ravel()[self.cell])
        return math.sqrt(float(np.sum(sums * sums)))


def count_events(
    sample: Sample, days: Ints, status: Ints, statuses: tuple[str, ...], last_day: int
) -> EventCounts:
    """Count the index dates at risk per cluster, group, day and status.

    Args:
        sample: the index dates.
        days: for each the day of its event or of the end of its observation; -1 where not at risk.
        status: for each the number of its status in `statuses`.
        statuses: the names: `censored`, the event, then each competing event.
        last_day: what happens after it is not looked at: the index date is censored on this day.
    """
    at_risk = days >= 0
    day, code = days[at_risk], status[at_risk]
    code = np.where(day > last_day, CENSORED, code)
    day = np.minimum(day, last_day)
    kept = sample.keep(at_risk)
    shape = (len(sample.groups), last_day + 1, len(statuses))
    cell = (kept.group * shape[1] + day) * shape[2] + code
    cluster, clusters, codes = np.zeros(kept.rows, np.int64), 1, np.zeros(0, np.int64)
    if kept.cluster is not None:
        cluster, clusters = number_codes(kept.cluster)
        codes = np.zeros(clusters, np.int64)
        codes[cluster] = kept.cluster
    size = math.prod(shape)
    counts = np.bincount(cluster * size + cell, minlength=clusters * size)
    person, persons = number_codes(kept.person)
    return EventCounts(
        sample.groups,
        statuses,
        counts.reshape(clusters, *shape),
        cell,
        person,
        persons,
        codes,
        kept.cluster is not None,
    )


def find_at_risk(counts: Ints) -> Ints:
    """The index dates at risk at the beginning of each day, from counts [..., day, status].

    A person who is censored on a day is at risk on it.
    """
    leaving = counts.sum(axis=-1)
    return np.flip(np.cumsum(np.flip(leaving, -1), axis=-1), -1)
