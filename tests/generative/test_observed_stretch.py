"""The observed time by registers of exits equals a walk through the days of each person."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes import compute

FIRST, LAST, PERSONS = date(2015, 1, 1), date(2015, 4, 30), 400
WINDOW = 200  # reaches over both ends of the extract


def draw(seed):
    """For each person an index date, moves and deaths, as days after the first one."""
    chance = random.Random(seed)
    for _ in range(PERSONS):
        number = chance.choice([0, 0, 1, 2, 3, 4, 5])
        moves = {(chance.randrange(30, 75), chance.choice("IU")) for _ in range(number)}
        deaths = [chance.randrange(40, 80)] if chance.random() < 0.3 else []
        yield chance.randrange(40, 60), sorted(moves), deaths


def walk(index, moves, deaths, within):
    """The first and the last observed day; None for a person who is not there on the index date."""
    days = {}
    for day, kind in moves:
        days.setdefault(day, set()).add(kind)
    alone = [kinds for _, kinds in sorted(days.items()) if len(kinds) == 1]
    there = not (alone and alone[0] == {"I"})
    stays, came = ([] if there else [[-1, None]]), []
    for day, kinds in sorted(days.items()):
        # Of two moves on one day the first is the one that the person can make.
        for kind in sorted(kinds, reverse=there):
            if kind == "U" and there:
                stays.append([day, None])
            elif kind == "I" and there:
                came.append(day)
            elif kind == "I":
                stays[-1][1] = day
            there = kind == "I"
    stays = [
        (left, back)
        for left, back in stays
        if back is None or left < 0 or back - left - 1 >= max(within, 1)
    ]
    if any(left < index and (back is None or back > index) for left, back in stays):
        return None
    if any(death < index for death in deaths):
        return None
    came += [back for _, back in stays if back is not None]
    last = [left for left, _ in stays if left >= index] + deaths
    end = (LAST - FIRST).days
    return max([day for day in came if day <= index], default=0), min(last, default=end)


def follow_up(name, start, end):
    window = {"from": start, "to": end}
    own = {"outcome": name, "title": name, "source": {"text": "this test", "certainty": "sure"}}
    return own | {"based_on": "net_sick_days_12m", "follow_up": window, "language": 1}


@pytest.mark.parametrize(("seed", "within"), [(1, 0), (2, 3), (3, 10)])
def test_the_stretch_is_that_of_a_walk_through_the_days(seed, within):
    people = list(draw(seed))

    def table(rows):
        days = [FIRST + timedelta(days=day) for _, day, *_ in rows]
        return pl.DataFrame({"person_id": [person for person, *_ in rows], "date": days})

    moves = [(person, *move) for person, (_, moves, _) in enumerate(people) for move in moves]
    deaths = [(person, day) for person, (*_, deaths) in enumerate(people) for day in deaths]
    cohort = table([(person, index) for person, (index, *_) in enumerate(people)])
    spell = {"person_id": [0], "start_date": [FIRST], "end_date": [LAST]}
    run = compute(
        [
            follow_up("before", f"{WINDOW} days before", "0 days"),
            follow_up("after", "0 days", f"{WINDOW} days"),
        ],
        pl.DataFrame(spell | {"extent": [100.0], "benefit": ["sickness_benefit"]}),
        cohort.rename({"date": "index_date"}),
        observed=(FIRST, LAST),
        exits=[
            {
                "file": table(moves).with_columns(kind=pl.Series([kind for *_, kind in moves])),
                "reason": "emigration",
                "out": "U",
                "in": "I",
            },
            {"file": table(deaths), "reason": "death"},
        ],
        return_within=f"{within} days",
        tolerate="100 percent",
    )
    names = ("before_observed_days", "after_observed_days")
    found = {row[0]: row[1:] for row in run.outcomes.select("person_id", *names).iter_rows()}
    walked = {
        person: (index - stretch[0], stretch[1] - index + 1)
        for person, (index, moves, deaths) in enumerate(people)
        if (stretch := walk(index, moves, deaths, within))
    }
    assert found == walked
    assert 100 < len(found) < PERSONS
