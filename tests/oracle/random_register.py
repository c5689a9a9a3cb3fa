"""Random registers that meet the limits of the stock outcomes often, and their files.

Purely random dates would almost never put a death on the last day of a run or a spell on the last
day of a window. A person is therefore a plausible course, and everything that can happen to it is
placed on or beside the days on which the outcomes turn.
"""

import calendar
import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass

import polars as pl

ABSENCE = (
    "sickness_benefit",
    "sickness_benefit",
    "sickness_benefit",
    "rehabilitation_benefit",
    "work_injury_benefit",
    "preventive_sickness_benefit",
)
EXTENTS = (1, 12.5, 20, 25, 33, 33.3, 40, 50, 50, 60, 66.67, 75, 80, 99, 99.5)
# Each set adds up to 100 exactly, although as binary fractions most orders of the last two do not.
WHOLE_SETS = (
    (50, 50),
    (75, 25),
    (12.5, 37.5, 50),
    (33.3, 33.3, 33.4),
    (34.3, 2.8, 7.8, 7.8, 47.3),
    (35.8, 34.8, 20.8, 8.6),
)
OBSERVED = (
    (dt.date(2018, 1, 1), dt.date(2022, 12, 31)),
    (dt.date(2019, 6, 15), dt.date(2021, 10, 14)),
    (dt.date(2015, 11, 30), dt.date(2018, 2, 28)),
    (dt.date(2019, 2, 28), dt.date(2024, 2, 29)),
)
SMALL_GAPS = tuple(range(9))
REASONS = ("death", "death", "emigration", "old_age_pension", None)
OUTCOMES = (
    "net_sick_days_12m",
    "gross_sick_days_12m",
    "full_rtw_28d",
    "sustainable_rtw_3m",
    "sustainable_full_rtw_3m",
    "days_to_first_relapse",
    "recurrence_12m",
    "work_state_12m",
)


@dataclass(frozen=True)
class CohortRow:
    person_id: int | str
    index_date: dt.date
    entry_date: dt.date | None
    censor_date: dt.date | None
    censor_reason: str | None
    arm: str


@dataclass(frozen=True)
class Register:
    """The input of one study, and what the program must say that it left out."""

    seed: int
    observed_from: dt.date
    observed_to: dt.date
    spells: list[tuple]  # person_id, start_date, end_date, extent, benefit, diagnosis
    cohort: list[CohortRow]

    def used_cohort(self):
        return [row for row in self.cohort if not self.is_rejected(row)]

    def is_rejected(self, row):
        outside = not self.observed_from <= row.index_date <= self.observed_to
        entered_late = row.entry_date is not None and row.entry_date > row.index_date
        left_early = row.censor_date is not None and row.censor_date < row.index_date
        return outside or entered_late or left_early

    def rows_of(self, person_id):
        return [row[1:] for row in self.spells if row[0] == person_id]

    def kept_spells(self):
        """Distinct rows that are not wholly outside what the extract covers."""
        return {
            row
            for row in self.spells
            if not (row[2] < self.observed_from or row[1] > self.observed_to)
        }

    def rejected_counts(self):
        """Rejected rows by table.

        The words do not say whether a sound row of a person without a cohort row is used. Both
        answers are listed, and that a row of a person whose every cohort row is rejected is not.
        """
        kept = self.kept_spells()
        wrong = len(self.spells) - len(kept)
        in_cohort = {row.person_id for row in self.cohort}
        in_used = {row.person_id for row in self.used_cohort()}
        strangers = sum(1 for row in kept if row[0] not in in_cohort)
        unused = sum(1 for row in kept if row[0] not in in_used)
        return {
            "spells": {wrong, wrong + strangers, wrong + unused},
            "cohort": {len(self.cohort) - len(self.used_cohort())},
        }


def random_register(seed, persons=300):
    rng = random.Random(seed)
    observed_from, observed_to = OBSERVED[seed % len(OBSERVED)]
    spells, cohort = [], []
    for number in range(1, persons + 1):
        person_id = number if seed % 2 else f"p-{number}"
        course = Course(rng, observed_from, observed_to)
        role = rng.random()
        if role > 0.03:  # else: in the cohort without any register row
            spells += [(person_id, *row) for row in course.rows]
        if role < 0.96:  # else: in the register and not in the cohort
            cohort += course.cohort_rows(person_id)
    rng.shuffle(spells)
    rng.shuffle(cohort)
    return Register(seed, observed_from, observed_to, spells, cohort)


class Course:
    """One person: absent, at work and absent again around the limits of one index date."""

    def __init__(self, rng, observed_from, observed_to):
        self.rng, self.observed_from, self.observed_to = rng, observed_from, observed_to
        self.rows = []
        self.turns = []  # the days on which an outcome of this person may turn
        self.index_date = self.choose_index_date()
        self.add_absences()
        if rng.random() < 0.45:
            self.add_pension()
        if rng.random() < 0.2:
            self.add_row(self.near_turn(), rng.choice((1, 5, 14, 40, 200)), 100, "sick_pay")
        if rng.random() < 0.1:
            self.add_outside()
        if self.index_date - self.observed_from < days(6) and rng.random() < 0.5:
            self.add_unseen_bridge()
        if rng.random() < 0.15 and self.rows:
            self.rows += [rng.choice(self.rows)] * rng.choice((1, 1, 2))

    def choose_index_date(self):
        rng = self.rng
        length = (self.observed_to - self.observed_from).days
        any_day = self.observed_from + days(rng.randrange(length + 1))
        match rng.randrange(10):
            case 0:
                return self.observed_from + days(rng.choice((0, 1, 2, 5, 6, 7)))
            case 1:
                back = rng.choice((0, 1, 5, 26, 27, 28, 29, 89, 90, 91, 92, 180, 364, 365, 366))
                return self.observed_to - days(back)
            case 2 | 3:
                return month_end(any_day)
            case 4:
                return dt.date(any_day.year, rng.choice((1, 8, 11)), rng.choice((29, 30)))
            case _:
                return any_day

    def add_absences(self):
        rng = self.rng
        start = self.index_date - days(rng.choice((0, 0, 1, 2, 7, 30, 90, 400)))
        end = self.choose_first_end(start)
        for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5))):
            self.render(start, end)
            self.add_turns_around(start, end)
            start, end = self.choose_next(end)
            if start > self.observed_to and rng.random() < 0.9:
                break  # rows outside the extract are wanted now and then, not as a rule
        self.turns = [day for day in self.turns if self.observed_from <= day <= self.observed_to]
        self.turns.append(self.index_date)

    def choose_first_end(self, start):
        rng, index_date = self.rng, self.index_date
        year_on = add_months(index_date, 12)
        match rng.randrange(12):
            case 0:  # absent on day 0 only, or not long
                return index_date + days(rng.choice((0, 0, 1, 2)))
            case 1:  # over before day 0, which is free or bridged
                return max(start, index_date - days(rng.choice((1, 2, 4, 5, 6))))
            case 2 | 3:  # returns, or would return, around the end of the follow-up
                back = rng.choice((-1, 0, 1, 1, 2, 2, 3, 27, 28, 29, 90))
                return year_on - days(back)
            case 4 | 5:  # returns around the end of a month, where months differ in length
                return month_end(index_date + days(rng.randint(3, 120))) - days(rng.randint(0, 3))
            case 6:  # absent to the end of the extract, or nearly
                return max(start, self.observed_to - days(rng.choice((-9, 0, 0, 1, 27, 28, 90))))
            case _:
                return index_date + days(rng.choice((rng.randint(3, 30), rng.randint(10, 150))))

    def choose_next(self, end):
        """The next absence, after a gap that matters to some outcome."""
        rng, back = self.rng, end + days(1)
        kind = rng.randrange(9)
        if back.day >= 28 and rng.random() < 0.4:
            kind = 5  # where adding months has to clamp
        match kind:
            case 0 | 1 | 2:
                gap = rng.choice(SMALL_GAPS)
            case 3:
                gap = rng.choice((27, 28, 29))
            case 4:
                gap = rng.randint(88, 93)
            case 5:
                gap = (add_months(back, 3) - back).days + rng.choice((-1, 0, 1))
            case 6:
                gap = (add_months(back, 12) - back).days + rng.choice((-2, -1, 0, 1))
            case 7:
                year_on = add_months(self.index_date, 12)
                gap = max(0, (year_on - back).days + rng.choice((-4, -2, -1, 0, 1, 4)))
            case _:
                gap = rng.randint(10, 160)
        start = back + days(gap)
        return start, start + days(rng.choice((0, 0, 1, 4, 13, rng.randint(1, 60))))

    def add_turns_around(self, start, end):
        back = end + days(1)
        for day in (
            *(start, end, back, back + days(28), add_months(back, 3), add_months(back, 12)),
            add_months(self.index_date, 12),
        ):
            self.turns += [day + days(aside) for aside in (-1, 0, 1)]

    def near_turn(self):
        rng = self.rng
        if rng.random() < 0.1:
            return self.index_date + days(rng.choice((-1, 0, 1, 2, rng.randint(0, 500))))
        return rng.choice(self.turns)

    def render(self, start, end):
        """Write one absence as rows of the register, in one of the ways registers do it."""
        rng, length = self.rng, (end - start).days + 1
        benefit, other = rng.choice(ABSENCE), rng.choice(ABSENCE)
        extent = rng.choice(EXTENTS)
        part = rng.randint(1, length)
        match rng.randrange(13):
            case 0 | 1 | 2:
                self.add_row(start, length, 100, benefit)
            case 3:
                self.add_row(start, length, extent, benefit)
            case 4:  # full, then part time; the part-time days may be few, or about three months
                part = min(part, rng.choice((part, 1, 5, 6, length)))
                self.add_row(start, length - part, 100, benefit)
                self.add_row(end - days(part - 1), part, extent, other)
            case 5:  # over 100 together, for a part of the time
                self.add_row(start, length, rng.choice((60, 75, 100)), benefit)
                self.add_row(start, part, rng.choice((50, 75, 100)), other)
            case 6:  # 100 together, no row alone
                shares = list(rng.choice(WHOLE_SETS))
                rng.shuffle(shares)
                for share in shares:
                    self.add_row(start, length, share, rng.choice((benefit, other)))
            case 7:  # equal but for the diagnosis
                self.add_row(start, length, 50, benefit, "F43")
                self.add_row(start, length, 50, benefit, rng.choice(("M54", None)))
            case 8:  # under 100 together
                self.add_row(start, length, 25, benefit)
                self.add_row(start, part, rng.choice((1, 12.5, 33, 50, 74.99)), other)
            case 9:  # full, a few part-time days, full
                middle = rng.choice((1, 4, 5, 6, 7))
                self.add_row(start, length, 100, benefit)
                self.add_row(end + days(1), middle, extent, other)
                self.add_row(end + days(1 + middle), 3, 100, benefit)
            case 10:  # full, three months part time or nearly, full
                back = end + days(1)
                middle = (add_months(back, 3) - back).days + rng.choice((-1, 0, 1))
                self.add_row(start, length, 100, benefit)
                self.add_row(back, middle, extent, other)
                self.add_row(back + days(middle), part, 100, benefit)
            case 11:  # the same days, twice at 50 where only one row begins before the extract
                self.add_row(min(start, self.observed_from - days(3)), length, 50, benefit)
                self.add_row(start, length, 100, benefit)
            case 12:  # equal within the extract only
                first = rng.randint(1, 9)
                inside = rng.randint(1, 60)
                for before in (first, first + 1):
                    early = self.observed_from - days(before)
                    self.add_row(early, before + inside, 50, benefit)
                self.add_row(start, length, 100, benefit)

    def add_row(self, start, length, extent, benefit, diagnosis="F43"):
        if length > 0:
            self.rows.append((start, start + days(length - 1), float(extent), benefit, diagnosis))

    def add_pension(self):
        rng, start = self.rng, self.near_turn()
        length = rng.choice((1, 20, 400, 4000))
        extent = rng.choice((25, 50, 75, 100, 100))
        self.add_row(start, length, extent, "disability_pension")
        match rng.randrange(5):
            case 0:  # another extent from one day to the next
                extent = rng.choice((25, 50, 100))
                self.add_row(start + days(length), 500, extent, "disability_pension")
            case 1:  # ends and begins again
                self.add_row(self.near_turn(), 30, 50, "disability_pension")
            case 2:  # two parts of one pension
                self.add_row(start, length, 50, "disability_pension", None)

    def add_outside(self):
        rng, extent = self.rng, self.rng.choice((50, 100))
        before = self.observed_from - days(rng.choice((1, 1, 2, 40)))
        after = self.observed_to + days(rng.choice((1, 1, 2, 40)))
        self.add_row(before - days(9), 10, extent, rng.choice(ABSENCE))
        self.add_row(after, 10, extent, rng.choice(ABSENCE))
        if rng.random() < 0.5:  # straddles a limit, or both
            self.add_row(before, rng.choice((5, 50)), extent, rng.choice(ABSENCE))
            self.add_row(self.observed_to - days(3), 10, extent, rng.choice(ABSENCE))

    def add_unseen_bridge(self):
        """Absences before and after the index date, the first one outside the extract."""
        rng = self.rng
        self.rows = []
        self.add_row(self.observed_from - days(9), rng.choice((8, 9, 9)), 100, "sickness_benefit")
        start = self.index_date + days(rng.choice((1, 1, 2, 3)))
        self.add_row(start, 20, 100, "sickness_benefit")

    def cohort_rows(self, person_id):
        rng = self.rng
        index_dates = {self.index_date: None}  # in this order, each once
        for _ in range(rng.choice((0, 0, 1, 2, 4))):
            index_dates[self.near_turn()] = None
        if rng.random() < 0.06:
            outside = rng.choice((self.observed_from - days(1), self.observed_to + days(1)))
            index_dates[outside] = None
        arm = rng.choice(("intervention", "usual care"))
        return [
            CohortRow(
                person_id,
                index_date,
                self.choose_entry(index_date),
                *self.choose_censoring(index_date),
                arm,
            )
            for index_date in index_dates
        ]

    def choose_entry(self, index_date):
        # Numbers of their own, so that the courses are drawn as they would be without entries.
        rng = random.Random(index_date.toordinal())
        chance = rng.random()
        if chance < 0.6:
            return None
        if chance < 0.62:
            return index_date + days(rng.choice((1, 1, 30)))
        if chance < 0.65:
            return self.observed_from + days(rng.choice((-400, -1, 0)))
        return index_date - days(rng.choice((0, 1, 2, 3, 4, 5, 6, 30, 400)))

    def choose_censoring(self, index_date):
        rng, reason = self.rng, self.rng.choice(REASONS)
        chance = rng.random()
        if chance < 0.45:
            return None, None
        if chance < 0.48:
            return index_date - days(rng.choice((1, 1, 30))), reason
        if chance < 0.52:
            return self.observed_to + days(rng.choice((0, 1, 30, 300))), reason
        if chance < 0.60:
            return add_months(index_date, 12) + days(rng.choice((-2, -1, 0, 1))), reason
        return max(index_date, self.near_turn()), reason


def days(number):
    return dt.timedelta(days=number)


def add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def month_end(day):
    return add_months(day, 1).replace(day=1) - days(1)


def count_statuses(results):
    """How often each outcome of `results` (one dict of columns per cohort row) took each turn."""
    counts = Counter()
    for columns in results:
        for name, value in columns.items():
            if name.endswith("_status"):
                counts[name.removesuffix("_status"), value] += 1
            elif name == "work_state_12m":
                counts[name, value] += 1
            elif name == "recurrence_12m":
                counts[name, value if value is None else min(value, 2)] += 1
            elif name in ("net_sick_days_12m", "gross_sick_days_12m"):
                counts[name, "some" if value else "none"] += 1
            elif name.endswith("_observed_days") and value is not None:
                counts[name, "whole" if value >= 365 else "part"] += 1
    return counts


# --- files ------------------------------------------------------------------------------------


def write_study(register, folder, file_format="csv"):
    """Write spells, cohort and study.yaml to `folder`; return the path of the study."""
    id_type = pl.Int64 if register.seed % 2 else pl.String
    spells = pl.DataFrame(
        register.spells,
        orient="row",
        schema={
            "person_id": id_type,
            "start_date": pl.Date,
            "end_date": pl.Date,
            "extent": pl.Float64,
            "benefit": pl.String,
            "diagnosis": pl.String,
        },
    )
    cohort = pl.DataFrame(
        [tuple(vars(row).values()) for row in register.cohort],
        orient="row",
        schema={
            "person_id": id_type,
            "index_date": pl.Date,
            "entry_date": pl.Date,
            "censor_date": pl.Date,
            "censor_reason": pl.String,
            "arm": pl.String,
        },
    )
    for name, table in (("spells", spells), ("cohort", cohort)):
        path = folder / f"{name}.{file_format}"
        if file_format == "parquet":
            table.write_parquet(path)
        else:
            table.write_csv(path, separator="\t" if file_format == "tsv" else ",")
    study = folder / "study.yaml"
    study.write_text(
        f"study: random-register-{register.seed}\n"
        "register: canonical\n"
        f"observed: {{from: {register.observed_from}, to: {register.observed_to}}}\n"
        "tolerate: 100 percent\n"
        f"spells: spells.{file_format}\n"
        f"cohort: cohort.{file_format}\n"
        f"outcomes: [{', '.join(OUTCOMES)}]\n"
        "by: [arm]\n",
        encoding="utf-8",
    )
    return study
