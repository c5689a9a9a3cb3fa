"""What holds for every outcome, whatever the definition and the register.

Asked of the reference engine, which costs a hundredth of the others on a few persons; that the
others give the same is the business of `test_engines_agree.py`. Equal rows are in the registers on
purpose: to count them once is the business of the intake.
"""

from dataclasses import replace
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.language.vocabulary import BENEFITS, FULL_TIME_PPM
from tests.generative import measures as make
from tests.generative.definitions import named, resolve
from tests.generative.measures import ALL_UNITS, UNITS_OF_DAYS, lengths
from tests.generative.registers import DAY, employer_period, find_limits, registers
from tests.generative.strategies import GeneratedStudy, in_rounds, studies

EARLIEST = date(1990, 1, 1)  # before every generated row


def study_of(*definitions):
    """A study of these definitions, named in their order, with a register made for them."""
    written = [named(f"outcome_{i}", parts) for i, parts in enumerate(definitions, start=1)]
    limits = find_limits(resolve(written))
    return registers(limits).map(lambda register: GeneratedStudy(written, register))


def values_seen(study):
    """The values of outcomes over one window; where no day of it is observed, none has a value."""
    names = [planned.find(Role.VALUE).name for planned in study.plan.outcomes]
    for values in study.results.select(names).iter_rows():
        assert None not in values or set(values) == {None}
        if None not in values:
            yield values


# ---- more absence, longer runs, more spells ----------------------------------------------------


@st.composite
def returns_and_longer_sustained_ones(draw):
    short = draw(make.return_to_work(ALL_UNITS, draw(make.absences()), []))
    kind = short["measure"]["return_to_work"]
    least = Length.parse(kind["sustained"]).most_days
    longer = kind | {"sustained": draw(lengths(ALL_UNITS, least, least + 400))}
    return draw(study_of(short, short | {"measure": {"return_to_work": longer}}))


@in_rounds(100)
@given(returns_and_longer_sustained_ones())
def test_a_longer_sustained_return_is_never_an_earlier_one(study):
    for days, status, later, later_status in returns_in(study):
        assert (days is None) == (later is None)
        if days is not None:
            assert later >= days
            assert status < 2 or (later, later_status) == (days, status)
            assert later_status != 1 or status == 1


@st.composite
def returns_from_less_and_from_more_absence(draw):
    """The second has a lower threshold, a longer gap or more benefits, or several of them."""
    absence = draw(make.absences())
    less = draw(make.return_to_work(ALL_UNITS, absence, []))
    percents = st.integers(1, 99).map(lambda p: {"at_least": p})
    benefits = absence["benefits"]
    names = [benefits] if isinstance(benefits, str) else benefits
    more = {
        "benefits": list(dict.fromkeys([*names, "sick_pay"])),
        "when": draw(st.one_of(st.just("any"), percents)),
        "join_gap": f"{Length.parse(absence['join_gap']).days + draw(st.integers(0, 5))} days",
    }
    taken = draw(st.sets(st.sampled_from(sorted(more)), min_size=1))
    if threshold_of(more) > threshold_of(absence):
        taken -= {"when"}
    more = absence | {key: more[key] for key in taken}
    sustained = f"{Length.parse(more['join_gap']).days + draw(st.integers(1, 40))} days"
    kind = less["measure"]["return_to_work"] | {"sustained": sustained}
    competing = [event for event in less["competing"] if event != "sick_pay"]
    less |= {"absence": absence, "measure": {"return_to_work": kind}, "competing": competing}
    return draw(study_of(less, less | {"absence": more}))


def threshold_of(absence):
    return make.Absence.model_validate(absence).when.limit


@in_rounds(100)
@given(returns_from_less_and_from_more_absence())
def test_more_absence_never_brings_the_return_forward(study):
    for days, _, later, _ in returns_in(study):
        assert days is None or later >= days


def returns_in(study):
    names = ("outcome_1_days", "outcome_1_status", "outcome_2_days", "outcome_2_status")
    return study.results.select(names).iter_rows()


@in_rounds(60)
@given(studies(UNITS_OF_DAYS))
def test_only_the_end_of_the_follow_up_censors_those_who_were_observed_to_the_end(study):
    results = study.results
    for each in study.resolved:
        name = each.outcome.outcome
        if each.outcome.measure.name == "return_to_work":
            seen = results.filter(
                pl.col(f"{name}_unconfirmable") == 0, pl.col(f"{name}_status") == 0
            )
            assert {*seen[f"{name}_days"]} <= {each.outcome.follow_up.to.days}


@st.composite
def relapses_and_recurrences(draw):
    pool = draw(st.lists(make.absences(), min_size=1, max_size=2))
    back = draw(make.return_to_work(ALL_UNITS, pool[0], []))
    absence = pool[-1]
    returns = {"outcome_1": back["absence"]["when"]}
    again = draw(make.relapse(ALL_UNITS, absence, returns)) | {"competing": []}
    counted = again | {"measure": {"recurrence": again["measure"]["relapse"]}}
    del counted["competing"]
    return draw(study_of(back, again, counted))


@in_rounds(100)
@given(relapses_and_recurrences())
def test_a_relapse_is_the_first_recurrence(study):
    results = study.results
    expected = results.select(
        returned=pl.col("outcome_1_status") == 1,
        relapsed=pl.col("outcome_3") > 0,
        days=pl.col("outcome_3_observed_days"),
    )
    for (returned, relapsed, observed), (days, status) in zip(
        expected.iter_rows(), results["outcome_2_days", "outcome_2_status"].iter_rows(), strict=True
    ):
        assert bool(returned) == (status is not None)
        if status is not None:
            assert (status == 1) == relapsed
            assert days == observed if status == 0 else 0 < days < observed


@st.composite
def spells_of_three_sizes(draw):
    every = draw(make.spells(ALL_UNITS, draw(make.absences()), []))
    count = every["measure"]["spells"]["count"]
    sizes = sorted(draw(st.tuples(st.integers(1, 30), st.integers(1, 30))))
    kinds = [{}, {"at_least": "1 day"}, *({"at_least": f"{size} days"} for size in sizes)]
    return draw(
        study_of(*(every | {"measure": {"spells": {"count": count} | kind}} for kind in kinds))
    )


@in_rounds(60)
@given(spells_of_three_sizes())
def test_there_are_never_more_long_spells_than_shorter_ones(study):
    for every, of_a_day, of_some, of_more in values_seen(study):
        assert every == of_a_day >= of_some >= of_more >= 0


@st.composite
def spells_below_and_above_a_length(draw):
    """With `true`, lengths are the true ones; every spell, those below a length, and the others."""
    every = draw(make.spells(ALL_UNITS, draw(make.absences()), []))
    count = {"count": every["measure"]["spells"]["count"]}
    true = {"from_true_first_day": draw(st.booleans())}
    length = f"{draw(st.integers(2, 60))} days"
    kinds = (count, count | true | {"shorter_than": length}, count | true | {"at_least": length})
    return draw(study_of(*(every | {"measure": {"spells": kind}} for kind in kinds)))


@in_rounds(60)
@given(spells_below_and_above_a_length())
def test_a_spell_is_shorter_than_a_length_or_at_least_as_long(study):
    for every, shorter, others in values_seen(study):
        assert every == shorter + others


@st.composite
def spells_of_a_true_length_and_of_the_length_that_is_seen(draw):
    kind = draw(st.sampled_from((make.spells, make.first_spell)))
    drawn = draw(kind(ALL_UNITS, draw(make.absences()), []))
    ((name, parameters),) = drawn["measure"].items()
    count = {key: value for key, value in parameters.items() if key == "count"}
    paid, least = draw(st.integers(0, 30)), draw(st.integers(1, 40))
    true = count | {"at_least": f"{least + paid} days", "from_true_first_day": True}
    seen = count | {"at_least": f"{least} days"}
    study = draw(study_of(*(drawn | {"measure": {name: each}} for each in (true, seen))))
    always = (employer_period(EARLIEST, paid),)
    return study.with_register(replace(study.register, employer_periods=always))


@in_rounds(60)
@given(spells_of_a_true_length_and_of_the_length_that_is_seen())
def test_where_the_employer_period_never_changes_it_is_added_to_every_spell(study):
    true, seen = (
        study.results.select(column.name for column in planned.columns)
        for planned in study.plan.outcomes
    )
    assert true.rows() == seen.rows()


@st.composite
def chain_days_over_three_gaps(draw):
    """Linked over no more than what is joined, over more, and over everything."""
    chain = draw(make.chain_day(ALL_UNITS, draw(make.absences()), []))
    kind = chain["measure"]["chain_day"]
    gaps = (chain["absence"]["join_gap"], kind["link_gap"], "5000 days")
    return draw(
        study_of(*(chain | {"measure": {"chain_day": kind | {"link_gap": gap}}} for gap in gaps))
    )


@in_rounds(60)
@given(chain_days_over_three_gaps())
def test_a_longer_link_gap_makes_no_chain_day_smaller_and_adds_nothing_outside_spells(study):
    columns = [f"outcome_{number}" for number in (1, 2, 3)]
    for of_spell, of_chain, of_all in study.results.select(columns).iter_rows():
        if of_spell is None:
            assert of_chain is None
            assert of_all is None
        elif of_spell == 0:
            assert of_chain == of_all == 0
        else:
            assert of_spell <= of_chain <= of_all


@in_rounds(60)
@given(studies(), st.integers(1, 300))
def test_what_has_happened_stays_so_whatever_is_observed_later(study, days):
    register, last = study.register, study.register.observed_to - days * DAY
    seen = replace(register, cohort=tuple(c for c in register.cohort if c.index <= last))
    later = study.with_register(seen).results
    earlier = study.with_register(replace(seen, observed_to=last)).results
    for each in study.resolved:
        names = [f"{each.outcome.outcome}_{part}" for part in ("days", "status")]
        if each.outcome.is_time_to_event:
            happened = earlier[names[1]] > 0
            assert_frame_equal(
                earlier.filter(happened).select(names), later.filter(happened).select(names)
            )


@st.composite
def returns_with_and_without_day_0(draw):
    drawn = draw(make.absences())
    absence = drawn | {"when": "any", "join_gap": "0 days"}
    back = draw(make.return_to_work(ALL_UNITS, absence, [])) | {"absence": absence}
    kind = {"sustained": back["measure"]["return_to_work"]["sustained"]}
    days = {"absence": {"benefits": drawn["benefits"]}, "follow_up": "1 day"}
    return draw(
        study_of(
            back | {"measure": {"return_to_work": kind}},
            back | {"measure": {"return_to_work": kind | {"day_0_may_count": True}}},
            days | {"measure": {"sick_days": {"count": "gross"}}},
        )
    )


@in_rounds(60)
@given(returns_with_and_without_day_0())
def test_at_risk_are_those_who_are_absent_on_day_0_or_all_where_it_may_count(study):
    absent = study.results["outcome_3"]
    for (days, status, days_of_all, status_of_all), on_day_0 in zip(
        returns_in(study), absent, strict=True
    ):
        assert (status is None) == (on_day_0 == 0)
        assert status_of_all is not None
        assert status is None or (days, status) == (days_of_all, status_of_all)


@st.composite
def returns_and_spells_over_two_gaps(draw):
    absence = draw(make.absences())
    gaps = sorted(draw(st.tuples(st.integers(0, 10), st.integers(0, 10))))
    kind = {"sustained": f"{gaps[1] + draw(st.integers(1, 40))} days", "day_0_may_count": True}
    measures = {"return_to_work": kind}, {"spells": {"count": "started"}}
    follow_up = draw(lengths(ALL_UNITS, 1, 800))
    return draw(
        study_of(
            *(
                {
                    "absence": absence | {"join_gap": f"{gap} days"},
                    "follow_up": follow_up,
                    "measure": measure,
                }
                for measure in measures
                for gap in gaps
            )
        )
    )


@in_rounds(60)
@given(returns_and_spells_over_two_gaps())
def test_a_longer_gap_makes_no_more_spells_and_moves_no_return_that_outlasts_it(study):
    for days, status, days_over_longer, status_over_longer in returns_in(study):
        assert (days, status) == (days_over_longer, status_over_longer)
    assert (study.results["outcome_3"] >= study.results["outcome_4"]).all()


# ---- days ---------------------------------------------------------------------------------------


@st.composite
def wholes_and_their_parts(draw):
    kinds = make.sick_days(ALL_UNITS, draw(make.absences()), [])
    parts = draw(kinds.filter(lambda d: "per" in d["measure"]["sick_days"]))
    parts["measure"]["sick_days"].pop("cut", None)
    count = {"count": parts["measure"]["sick_days"]["count"]}
    return draw(study_of(parts | {"measure": {"sick_days": count}}, parts))


@in_rounds(60)
@given(wholes_and_their_parts())
def test_the_parts_add_up_to_the_whole(study):
    """Those that are observed; a whole of which no part is observed is missing as they are."""
    (whole, parts), results = study.plan.outcomes, study.results
    names = [column.name for column in parts.values]
    is_seen = pl.any_horizontal(pl.col(names).is_not_null())
    total = results.select(pl.when(is_seen).then(pl.sum_horizontal(names))).to_series()
    assert in_ppm(results[whole.find(Role.VALUE).name]) == in_ppm(total)
    for role, add_up in (
        (Role.OBSERVED_DAYS, pl.sum_horizontal),
        (Role.INCOMPLETE, pl.max_horizontal),
    ):
        of_parts = results.select(add_up(each.name for each in parts.every if each.role is role))
        assert results[whole.find(role).name].to_list() == of_parts.to_series().to_list()


def in_ppm(days):
    """Days as whole parts per million, so that sums are compared exactly."""
    return [None if value is None else round(value * FULL_TIME_PPM) for value in days]


@st.composite
def windows_cut_in_two(draw):
    benefits = {"benefits": draw(make.absences())["benefits"]}
    end = draw(lengths(ALL_UNITS, 40, 700))
    cut = draw(lengths(UNITS_OF_DAYS, 1, Length.parse(end).least_days - 1))
    windows = ({"to": end}, {"to": cut}, {"from": cut, "to": end})
    measure = {"sick_days": {"count": "gross"}}
    return draw(
        study_of(*({"absence": benefits, "follow_up": w, "measure": measure} for w in windows))
    )


@in_rounds(60)
@given(windows_cut_in_two())
def test_a_window_has_the_days_of_its_two_parts(study):
    results = study.results
    for what in ("", "_observed_days"):
        whole, first, second = (results[f"outcome_{number}{what}"] for number in (1, 2, 3))
        # The second window may lie after the last observed day; the whole holds day 0.
        assert whole.to_list() == (first + second.fill_null(0)).to_list()


@st.composite
def costs_of_more_and_more_first_days(draw):
    cost = draw(make.cost(ALL_UNITS, draw(make.absences()), {}))
    benefits = {"benefits": cost["absence"]["benefits"]}
    days = sorted(draw(st.tuples(st.integers(1, 100), st.integers(1, 100))))
    kinds = [{"friction": f"{each} days"} for each in (*days, 36_500)]
    gap = {"join_gap": draw(lengths(UNITS_OF_DAYS, 0, 10))}
    first_days = (
        cost | {"absence": benefits | gap, "measure": {"cost": {"per_net_day": 1} | kind}}
        for kind in kinds
    )
    every = cost | {"absence": benefits, "measure": {"cost": {"per_net_day": 1}}}
    return draw(study_of(*first_days, every))


@in_rounds(60)
@given(costs_of_more_and_more_first_days())
def test_more_first_days_cost_no_less_and_all_of_them_what_every_day_does(study):
    for fewer, more, century, every in values_seen(study):
        assert fewer <= more <= century == every


@st.composite
def net_and_gross_days(draw):
    gross = draw(make.sick_days(ALL_UNITS, draw(make.absences()), []))
    counts = ({"count": count} for count in ("net", "gross"))
    return draw(study_of(*(gross | {"measure": {"sick_days": count}} for count in counts)))


@in_rounds(60)
@given(net_and_gross_days())
def test_net_days_are_at_most_gross_days_and_these_at_most_the_observed_ones(study):
    columns = ("outcome_1", "outcome_2", "outcome_1_observed_days", "outcome_2_observed_days")
    for net, gross, observed, observed_too in study.results.select(columns).iter_rows():
        assert observed == observed_too
        if not observed:
            assert net is gross is None
        else:
            assert 0 <= net <= gross <= observed
            assert (net > 0) == (gross > 0)


@st.composite
def unions_of_benefits(draw):
    first = draw(make.sick_days(ALL_UNITS, draw(make.absences()), []))
    kind = {"sick_days": {"count": first["measure"]["sick_days"]["count"]}}
    names = draw(st.lists(st.sampled_from(BENEFITS), min_size=2, max_size=3, unique=True))
    sets = (names, *([name] for name in names))
    return draw(
        study_of(*(first | {"absence": {"benefits": each}, "measure": kind} for each in sets))
    )


@in_rounds(60)
@given(unions_of_benefits())
def test_days_of_several_benefits_are_between_the_most_and_the_sum_of_each(study):
    results = study.results
    each = [f"outcome_{number}" for number in range(2, len(study.definitions) + 1)]
    together = in_ppm(results["outcome_1"])
    most = in_ppm(results.select(pl.max_horizontal(each)).to_series())
    total = in_ppm(results.select(pl.sum_horizontal(each)).to_series())
    assert all(t is None or m <= t <= s for m, t, s in zip(most, together, total, strict=True))


@st.composite
def states_and_the_days_they_are_on(draw):
    benefits = {"benefits": [*draw(st.sampled_from((["sick_pay"], ["sickness_related"])))]}
    day = draw(st.integers(0, 400))
    state = {"at": f"{day} days", "precedence": ["not_observed"]}
    days = {"absence": {"benefits": [*benefits["benefits"], "disability_pension"]}}
    window = {"from": f"{day} days", "to": f"{day + 1} days"}
    return draw(
        study_of(
            {"absence": benefits, "measure": {"work_state": state}},
            days | {"follow_up": window, "measure": {"sick_days": {"count": "net"}}},
        )
    )


@in_rounds(60)
@given(states_and_the_days_they_are_on())
def test_the_state_of_a_day_says_how_much_of_it_was_absence(study):
    columns = ("outcome_1", "outcome_2", "outcome_2_observed_days")
    for state, net, observed in study.results.select(columns).iter_rows():
        if not observed:
            assert state == "not_observed"
        else:
            assert state == {0.0: "full_work", 1.0: "full_absence"}.get(net, "part_work")
