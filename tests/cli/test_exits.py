"""Deaths and migrations from registers: the observed time of an index date is the stretch around it."""

import pytest

STUDY = """\
study: exits
register: canonical
observed: {{from: 2015-01-01, to: 2021-12-31}}
spells: spells.csv
cohort: cohort.csv
exits:
{exits}
outcomes: [net_sick_days_12m, full_rtw_28d, work_state_12m]
"""
DEATHS = "  - {file: deaths.csv, columns: {date: DodDatum}, reason: death}\n"
MIGRATIONS = (
    "  - {file: migrations.csv, columns: {date: InvUtvManad, kind: Posttyp}, out: Utv, in: [Inv], "
    "reason: emigration, partial_dates: {month: last_day, year: reject}}\n"
)
SPELLS = "person_id,start_date,end_date,extent,benefit\n" + "".join(
    f"P-SECRET-{person},2018-01-01,2019-06-30,100,sickness_benefit\n" for person in range(10)
)
COHORT = "person_id,index_date\n" + "".join(f"P-SECRET-{p},2018-06-15\n" for p in range(10))


def write(study, exits, deaths="", migrations="", cohort=COHORT, more=""):
    study.write(spells=SPELLS, cohort=cohort, study=STUDY.format(exits=exits) + more)
    study.put("deaths.csv", f"person_id,DodDatum\n{deaths}")
    study.put("migrations.csv", f"person_id,InvUtvManad,Posttyp\n{migrations}")
    return study


def days(study):
    """The observed days of the person of the first index date."""
    return study.outcomes()["net_sick_days_12m_observed_days"][0]


def move(day, kind):
    return f"P-SECRET-0,{day},{kind}\n"


def test_a_death_from_a_register_is_the_death_of_the_cohort(study):
    write(study, DEATHS, deaths="P-SECRET-0,2018-06-20\n").assert_runs()
    from_register = study.outcomes()
    cohort = COHORT.replace("date\n", "date,censor_date,censor_reason\n").replace("15\n", "15,,\n")
    cohort = cohort.replace("15,,\n", "15,2018-06-20,death\n", 1)
    write(study, "", cohort=cohort)
    study.write(study=study.path.read_text().replace("exits:\n", "")).assert_runs()
    assert study.outcomes().equals(from_register)
    assert days(study) == 6
    assert study.outcomes()["work_state_12m"][0] == "dead"


@pytest.mark.parametrize(
    ("moves", "observed_days"),
    [
        ([], 365),
        ([("2018-06-30", "Utv")], 16),  # the day of an exit is the last observed day
        ([("2018-06-15", "Utv")], 1),
        ([("2017-06-30", "Utv"), ("2018-06-15", "Inv")], 365),
        ([("2018-06-30", "Utv"), ("2018-07-31", "Inv")], 16),
        ([("2018-06-30", "Utv"), ("2018-07-01", "Inv")], 365),  # no day lies abroad
        ([("2018-06-30", "Utv"), ("2018-06-30", "Inv")], 365),
        ([("2018-06-15", "Inv"), ("2018-06-15", "Utv")], 365),
        ([("2017-01-01", "Utv"), ("2018-06-15", "Utv"), ("2018-06-15", "Inv")], 1),  # a visit
        ([("2016-01-01", "Inv"), ("2018-07-01", "Inv"), ("2018-08-01", "Utv")], 48),
        ([("2018-07", "Utv")], 47),
        ([("201807", "Utv"), ("201808", "Inv")], 47),
    ],
)
def test_the_observed_time_is_the_stretch_around_the_index_date(study, moves, observed_days):
    rows = "".join(move(*each) for each in moves)
    write(study, MIGRATIONS, migrations=rows).assert_runs()
    assert days(study) == observed_days


@pytest.mark.parametrize(
    "moves",
    [
        [("2018-06-14", "Utv")],
        [("2018-06-16", "Inv")],
        [("2017-01-01", "Utv"), ("2018-06-16", "Inv")],
        [("2016-01-01", "Inv"), ("2017-01-01", "Utv"), ("2019-01-01", "Utv")],
    ],
)
def test_an_index_date_abroad_is_rejected(study, moves):
    rows = "".join(move(*each) for each in moves)
    finished = write(
        study, MIGRATIONS, migrations=rows, more="tolerate: 10 percent\n"
    ).assert_runs()
    assert study.outcomes().height == 9
    assert study.rejected()["rule"].to_list() == ["not_observed_on_index"]
    assert "not under observation" in finished.err


@pytest.mark.parametrize(
    ("within", "observed_days"),
    [("31 days", 16), ("32 days", 365), ("1 month", 16), ("2 months", 365)],
)
def test_a_shorter_stay_abroad_ends_nothing(study, within, observed_days):
    rows = move("2018-06-30", "Utv") + move("2018-08-01", "Inv")
    write(study, MIGRATIONS, migrations=rows, more=f"return_within: {within}\n").assert_runs()
    assert days(study) == observed_days


def test_the_summary_says_why_persons_are_censored(study):
    moves = "".join(f"P-SECRET-{person},2018-09-01,Utv\n" for person in range(6))
    finished = write(study, MIGRATIONS, migrations=moves).assert_runs()
    assert "6 by emigration, fewer than 5 at the end of the extract" in finished.err
    rows = (study.out / "summary.csv").read_text()
    assert "full_rtw_28d,censored,10.0,10" in rows
