"""Random measures that keep every rule, each with the other keys that its definition needs.

They are right by construction: a number that another one limits is drawn after it. So a fault that
`resolve` finds is either a mistake here or a rule that became stricter.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from rtw_outcomes.language.absence import Absence
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    DISABILITY_PENSION,
    EXITS,
    NOT_OBSERVED,
    PRIOR_STATES,
    WORK_STATES,
    expand_benefits,
)

Mapping = dict[str, Any]
Units = tuple[str, ...]

# The fewest and the most days of each unit.
DAYS_OF = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "year": (336, 372)}
ALL_UNITS = tuple(DAYS_OF)
UNITS_OF_DAYS = ("day", "week")

# The column of the cohort that amounts are taken from; a name that a query has to quote.
AMOUNT_COLUMN = "Daily cost"
# Those of reported values, which lie in all of the ranges.
SCORE_COLUMNS = ("Pain, before", "pain_after")
SCORES = (-3.0, -0.5, 0.0, 0.1, 7.25, 10.0)
RANGES_OF_SCORES = ({"from": -3, "to": 10}, {"from": -10.5, "to": 10.5})
OFTEN_TRUE = st.sampled_from((True, True, True, False))
MOST_PERIODS = 6  # each is a step of its own, and costs as much as an outcome


@cache
def lengths(units: Units, least_days: int, most_days: int) -> SearchStrategy[str]:
    """A length that surely spans `least_days`, and never more than `most_days`."""
    choices = []
    for unit in units:
        fewest, most = DAYS_OF[unit]
        counts = range(-(-least_days // fewest), most_days // most + 1)
        if counts:
            choices.append(
                st.integers(counts[0], counts[-1]).map(lambda n, unit=unit: _in_words(n, unit))
            )
    return st.one_of(choices)


def _in_words(count: int, unit: str) -> str:
    return f"{count} {unit}" + ("" if count == 1 else "s")


def without_members(names: list[str]) -> list[str]:
    """A list of benefits in which no group stands beside one of its members."""
    members = {benefit for name in names for benefit in BENEFIT_GROUPS.get(name, ())}
    return [name for name in names if name not in members]


USUAL_BENEFITS = st.sampled_from(
    (
        "sickness_related",
        ["sickness_benefit"],
        ["sickness_related", "sick_pay"],
        ["rehabilitation_benefit", "sick_pay"],
    )
)
BENEFIT_LISTS = st.one_of(
    USUAL_BENEFITS,
    USUAL_BENEFITS,
    st.lists(
        st.sampled_from((*BENEFIT_GROUPS, *BENEFITS)), min_size=1, max_size=4, unique=True
    ).map(without_members),
)
THRESHOLDS = st.one_of(
    st.sampled_from(("any", "full", {"at_least": 50}, {"at_least": 33.3}, {"at_least": 99.9999})),
    st.sampled_from(("any", "full", {"at_least": 75})),
    st.integers(1, 100).map(lambda percent: {"at_least": percent}),
    st.floats(0.0001, 100).map(lambda percent: {"at_least": round(percent, 4)}),
)


@st.composite
def absences(draw: DrawFn) -> Mapping:
    """What makes spells: benefits, a threshold and a gap."""
    return {
        "benefits": draw(BENEFIT_LISTS),
        "when": draw(THRESHOLDS),
        "join_gap": draw(lengths(UNITS_OF_DAYS, 0, 10)),
    }


@cache
def follow_ups(units: Units) -> SearchStrategy[str | Mapping]:
    """A follow-up from day 0, in its short or its long form."""
    return st.one_of(
        lengths(units, 1, 120),
        lengths(units, 1, 800),
        lengths(units, 150, 500).map(lambda to: {"to": to}),
        lengths(units, 150, 500).map(lambda to: {"from": "0 days", "to": to}),
    )


@st.composite
def later_windows(draw: DrawFn, units: Units) -> Mapping:
    """A follow-up that may start after day 0, and may be as short as a month between two others."""
    if "month" in units and draw(st.booleans()):
        months = draw(st.integers(1, 12))
        return {"from": _in_words(months, "month"), "to": _in_words(months + 1, "month")}
    start = draw(lengths(units, 0, 250))
    least = Length.parse(start).most_days + 1
    return {"from": start, "to": draw(lengths(units, least, max(800, least + 400)))}


@st.composite
def competing_events(draw: DrawFn, absence: Mapping, least: int = 0) -> list[str]:
    """Benefits that are no absence, and ways out of observation, in any order."""
    absent = expand_benefits(Absence.model_validate(absence).benefits)
    usual = [e for e in (DISABILITY_PENSION, "death", "emigration") if e not in absent]
    others = [event for event in (*BENEFITS, *EXITS) if event not in absent]
    events = st.one_of(st.sampled_from(usual), st.sampled_from(others))
    return draw(st.lists(events, min_size=least, max_size=4, unique=True))


@st.composite
def windows(draw: DrawFn, units: Units) -> str | Mapping:
    """Days from day 0 on, or later ones, or ones that begin before it."""
    return draw(st.one_of(follow_ups(units), later_windows(units), earlier_windows(units)))


@st.composite
def earlier_windows(draw: DrawFn, units: Units) -> Mapping:
    """A window that begins before day 0, and may end there, before it, or after it."""
    start = draw(lengths(units, 1, 400))
    least = Length.parse(start).least_days
    ends = [lengths(units, 0, 300)]
    if least > DAYS_OF[units[0]][1]:
        ends.append(lengths(units, 0, least - 1).map(lambda end: f"{end} before"))
    return {"from": f"{start} before", "to": draw(st.one_of(ends))}


@cache
def extents_on_a_day_before(units: Units) -> SearchStrategy[Mapping]:
    """What a person's own extent is compared with, for more absence than before."""
    return lengths(units, 1, 120).map(lambda length: {"more_than_on": f"{length} before"})


# ---- one function per kind of measure, under the key of the measure ----------------------------


@st.composite
def sick_days(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    kind, window = {"count": draw(st.sampled_from(("net", "gross")))}, draw(follow_ups(units))
    if draw(st.booleans()):
        unit = draw(st.sampled_from(units))
        most = {"day": 90, "week": 13, "month": 6, "year": 1}[unit]
        each, periods = draw(st.integers(1, most)), draw(st.integers(1, MOST_PERIODS))
        kind["per"], window = _in_words(each, unit), _in_words(each * periods, unit)
        if draw(st.booleans()):
            window = {
                "from": f"{window} before",
                "to": draw(st.sampled_from((_in_words(0, unit), window))),
            }
    else:
        window = draw(windows(units))
    if kind["count"] == "gross" and "per" not in kind and draw(st.booleans()):
        kind["unit"], window = "weeks", draw(whole_weeks())
    kind |= draw(CUTS)
    benefits = {"benefits": absence["benefits"]}
    return {"absence": benefits, "follow_up": window, "measure": {"sick_days": kind}}


CUTS = st.one_of(
    st.just({}),
    st.just({}),
    st.sampled_from((0, 14, 7.5, 50)).map(lambda limit: {"cut": {"above": limit}}),
    st.sampled_from((1, 14, 33.33, 50, 100)).map(lambda limit: {"cut": {"at_least": limit}}),
)


@st.composite
def whole_weeks(draw: DrawFn) -> Mapping:
    """A window that begins and ends between two weeks from day 0."""
    start, weeks = draw(st.one_of(st.just(0), st.integers(0, 30))), draw(st.integers(1, 60))
    return {"from": _in_words(start, "week"), "to": _in_words((start + weeks) * 7, "day")}


@st.composite
def cost(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    amounts = (0.01, 1250, 99.9, {"column": AMOUNT_COLUMN}, {"column": AMOUNT_COLUMN})
    kind, keys = {"per_net_day": draw(st.sampled_from(amounts))}, ["benefits"]
    if draw(st.booleans()):
        kind["friction"] = draw(lengths(UNITS_OF_DAYS, 1, 120))
        keys.append("join_gap")
    part = {key: absence[key] for key in keys}
    return {"absence": part, "follow_up": draw(windows(units)), "measure": {"cost": kind}}


@st.composite
def work_days(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    kind = {"count": draw(st.sampled_from(("net", "gross")))}
    kind |= draw(st.sampled_from(({}, {"as": "number"}, {"as": "percent"})))
    window = draw(windows(units))
    if kind["count"] == "gross" and draw(st.booleans()):
        kind["unit"], window = "weeks", draw(whole_weeks())
    kind |= draw(CUTS)
    keys = ("benefits",) if kind["count"] == "net" else ("benefits", "when")
    part = {key: absence[key] for key in keys}
    return {"absence": part, "follow_up": window, "measure": {"work_days": kind}}


@st.composite
def extent_on_day(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    kind = {"at": draw(lengths(units, 0, 800))} | draw(CUTS)
    return {"absence": {"benefits": absence["benefits"]}, "measure": {"extent_on_day": kind}}


@st.composite
def return_to_work(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    least = Length.parse(absence["join_gap"]).most_days + 1
    sustained = st.one_of(
        lengths(units, least, max(least, 14)),
        lengths(units, least, 35),
        lengths(units, least, 100),
        lengths(units, least, 372),
    )
    kind = {"sustained": draw(sustained)}
    match draw(st.integers(0, 4)):
        case 0:
            absence = absence | {"when": "as_on_day_0"}
            kind.pop("day_0_may_count", None)
        case 1:
            absence = absence | {"when": draw(extents_on_a_day_before(units))}
        case _:
            if draw(st.booleans()):
                kind["day_0_may_count"] = draw(st.booleans())
    return _on_spells(absence, draw(follow_ups(units)), {"return_to_work": kind}) | {
        "competing": draw(competing_events(absence))
    }


@st.composite
def relapse(draw: DrawFn, units: Units, absence: Mapping, returns: Mapping) -> Mapping:
    kind = {"after": draw(st.sampled_from([*returns]))} | draw(smallest_spells())
    absence = draw(absences_after(absence, returns[kind["after"]]))
    measure = {"relapse": kind}
    competing = draw(competing_events(absence, least=draw(st.integers(0, 2))))
    return _on_spells(absence, draw(follow_ups(units)), measure) | {"competing": competing}


@st.composite
def first_spell(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    measure = {"first_spell": draw(smallest_spells())}
    competing = draw(competing_events(absence, least=draw(st.integers(0, 2))))
    return _on_spells(absence, draw(follow_ups(units)), measure) | {"competing": competing}


@st.composite
def recurrence(draw: DrawFn, units: Units, absence: Mapping, returns: Mapping) -> Mapping:
    kind = {"after": draw(st.sampled_from([*returns]))} | draw(classes_of_spells())
    absence = draw(absences_after(absence, returns[kind["after"]]))
    return _on_spells(absence, draw(follow_ups(units)), {"recurrence": kind})


def absences_after(absence: Mapping, when: Any) -> SearchStrategy[Mapping]:
    """An absence, or with the threshold of the return that is counted from."""
    return st.sampled_from((absence, absence, absence | {"when": when}))


@st.composite
def spells(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    counted = st.sampled_from(("started", "started", "ended", "ongoing"))
    measure = {"spells": {"count": draw(counted)} | draw(classes_of_spells())}
    return _on_spells(absence, draw(windows(units)), measure)


@st.composite
def chain_day(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    least = Length.parse(absence["join_gap"]).days
    link_gap = st.one_of(lengths(UNITS_OF_DAYS, least, 30), lengths(UNITS_OF_DAYS, least, 100))
    kind = {
        "at": draw(st.one_of(lengths(units, 0, 60), lengths(units, 0, 800))),
        "link_gap": draw(link_gap),
    }
    return {"absence": absence, "measure": {"chain_day": kind}}


@st.composite
def days_looked_at(draw: DrawFn, units: Units, most_days: int) -> Mapping:
    """The keys that say on which days a state is: on one, on several, or on equally distant ones."""
    one = lengths(units, 0, most_days)
    match draw(st.integers(0, 3)):
        case 0:
            days = st.lists(one, min_size=1, max_size=3, unique_by=Length.parse)
            return {"measure": {"at": draw(days)}}
        case 1:
            return draw(equally_distant_days(units))
        case _:
            return {"measure": {"at": draw(one)}}


@st.composite
def equally_distant_days(draw: DrawFn, units: Units) -> Mapping:
    """A time between two days, and a follow-up that ends with the last day or before the next."""
    count = draw(st.integers(1, MOST_PERIODS - 1))
    if "month" in units and draw(st.booleans()):
        between, start = draw(st.integers(1, 4)), draw(st.integers(0, 6))
        unit, end = "month", start + count * between
    else:
        unit, between, start = "day", draw(st.integers(2, 90)), draw(st.integers(0, 30))
        end = start + count * between + draw(st.integers(0, between - 1))
    follow_up = {"from": _in_words(start, unit), "to": _in_words(end, unit)}
    return {"follow_up": follow_up, "measure": {"each": _in_words(between, unit)}}


@st.composite
def work_state(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    states = st.lists(st.sampled_from(sorted(PRIOR_STATES)), unique=True)
    precedence = draw(states.map(lambda order: list(dict.fromkeys((*order, "not_observed")))))
    days = draw(days_looked_at(units, 800))
    kind = days["measure"] | {"precedence": precedence}
    if draw(st.integers(0, 2)) == 0:
        answers = [state for state in (*precedence, *WORK_STATES) if state != NOT_OBSERVED]
        some = st.lists(st.sampled_from(answers), min_size=1, max_size=3, unique=True)
        kind["one_of"] = draw(some)
    return days | {
        "absence": {"benefits": absence["benefits"]},
        "measure": {"work_state": kind},
    }


@st.composite
def state_lists(draw: DrawFn, absence: Mapping) -> Mapping:
    """Two or three states, of which several may hold on a day."""
    others = st.one_of(st.just(["disability_pension"]), st.just(absence["benefits"]), BENEFIT_LISTS)
    states = [
        {"state": f"state_{number}", "benefits": draw(others), "when": draw(THRESHOLDS)}
        for number in range(1, draw(st.integers(2, 3)) + 1)
    ]
    states[-1] |= {"benefits": absence["benefits"], "when": "any"}
    return {"states": states, "otherwise": "work"}


@st.composite
def state_days(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    kind = draw(state_lists(absence))
    return {"follow_up": draw(windows(units)), "measure": {"state_days": kind}}


@st.composite
def state_on_day(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    days = draw(days_looked_at(units, 500))
    return days | {"measure": {"state_on_day": draw(state_lists(absence)) | days["measure"]}}


@st.composite
def transitions(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:
    kind = draw(state_lists(absence))
    names = draw(st.permutations([*(state["state"] for state in kind["states"]), "work"]))
    keys = draw(st.sampled_from(((), ("from_state",), ("to_state",), ("from_state", "to_state"))))
    kind |= dict(zip(keys, names, strict=False))
    return {"follow_up": draw(windows(units)), "measure": {"transitions": kind}}


@st.composite
def reported(draw: DrawFn, units: Units, absence: Mapping, _: Mapping) -> Mapping:  # noqa: ARG001 the signature for every kind
    columns, ranges = st.sampled_from(SCORE_COLUMNS), st.sampled_from(RANGES_OF_SCORES)
    kind = {"column": draw(columns), "range": draw(ranges)} | draw(CUTS_OF_SCORES)
    return {"measure": {"reported": kind}}


CUTS_OF_SCORES = st.one_of(
    st.just({}),
    st.sampled_from((-2.5, 0, 7.25)).map(lambda limit: {"cut": {"above": limit}}),
    st.sampled_from((-0.5, 0.1, 10)).map(lambda limit: {"cut": {"at_least": limit}}),
)


@cache
def smallest_spells() -> SearchStrategy[Mapping]:
    at_least = lengths(UNITS_OF_DAYS, 1, 40).map(lambda length: {"at_least": length})
    return st.one_of(st.just({}), at_least, true_lengths(at_least))


@cache
def classes_of_spells() -> SearchStrategy[Mapping]:
    """Spells of at least a length, below one, or both."""
    below = lengths(UNITS_OF_DAYS, 2, 60).map(lambda length: {"shorter_than": length})
    both = st.tuples(st.integers(1, 30), st.integers(1, 30)).map(
        lambda days: {
            "at_least": _in_words(days[0], "day"),
            "shorter_than": _in_words(sum(days), "day"),
        }
    )
    return st.one_of(smallest_spells(), below, both, true_lengths(st.one_of(below, both)))


def true_lengths(limits: SearchStrategy[Mapping]) -> SearchStrategy[Mapping]:
    return st.builds(lambda each, true: each | {"from_true_first_day": true}, limits, OFTEN_TRUE)


def _on_spells(absence: Mapping, follow_up: str | Mapping, measure: Mapping) -> Mapping:
    return {"absence": absence, "follow_up": follow_up, "measure": measure}


KINDS: dict[str, Callable[..., SearchStrategy[Mapping]]] = {
    "sick_days": sick_days,
    "cost": cost,
    "work_days": work_days,
    "extent_on_day": extent_on_day,
    "return_to_work": return_to_work,
    "relapse": relapse,
    "first_spell": first_spell,
    "recurrence": recurrence,
    "spells": spells,
    "chain_day": chain_day,
    "work_state": work_state,
    "state_days": state_days,
    "state_on_day": state_on_day,
    "transitions": transitions,
    "reported": reported,
}
# Most persons have no return that a relapse could follow, and few a full pension on a certain day.
OFTEN = (*KINDS, "relapse", "relapse", "recurrence", "work_state", "work_state")
