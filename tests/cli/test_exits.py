"""Deaths and migrations from registers: the observed time of an index date is the stretch around it."""

import json

import polars as pl
import pytest

from rtw_outcomes import compute

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


def test_the_summary_says_why_persons_are_censored(study, rtw):
    moves = "".join(f"P-SECRET-{person},2018-09-01,Utv\n" for person in range(6))
    validated = rtw("validate", write(study, MIGRATIONS, migrations=moves).path)
    assert "6 by emigration, fewer than 5 at the end of the extract" in validated.out
    finished = study.show_all().assert_runs()
    assert "6 by emigration, 4 at the end of the extract" in finished.err
    rows = (study.out / "summary.csv").read_text()
    assert "full_rtw_28d,censored,10.0,10" in rows
    assert "full_rtw_28d,censored_emigration,6.0,10" in rows


def test_ends_of_observation_are_not_counted_so_that_a_small_one_follows_from_the_others(study):
    moves = "".join(f"P-SECRET-{person},2018-09-01,Utv\n" for person in range(6))
    finished = write(study, MIGRATIONS, migrations=moves).assert_runs()
    assert "the index dates ends: by emigration, at the end of the extract\n" in finished.err


@pytest.mark.parametrize(
    ("cell", "key", "answer", "observed_days"),
    [
        ("2018-07", "month", "first_day", 17),
        ("201807", "month", "middle", 31),
        ("20180700", "month", "last_day", 47),
        ("2018-07-00", "month", "last_day", 47),
        ("00.07.2018", "month", "last_day", 47),
        ("2018", "year", "middle", 17),
        ("20180000", "year", "last_day", 200),
        ("2018-00-00", "year", "last_day", 200),
    ],
)
def test_a_partial_date_is_asked_about_and_read_as_the_study_says(
    study, cell, key, answer, observed_days
):
    write(study, DEATHS, deaths=f"P-SECRET-0,{cell}\nP-SECRET-1,2020-01-01\n")
    study.assert_refused(4, "1 row", f"partial_dates: {{{key}: ", "`DodDatum`")
    said = DEATHS.replace("}, reason", f"}}, partial_dates: {{{key}: {answer}}}, reason")
    write(study, said, deaths=f"P-SECRET-0,{cell}\nP-SECRET-1,2020-01-01\n").assert_runs()
    assert days(study) == observed_days


def test_a_rejected_partial_date_leaves_the_exit_in_doubt(study):
    said = DEATHS.replace("}, reason", "}, partial_dates: {year: reject}, reason")
    more = "tolerate: 60 percent\n"
    write(study, said, deaths="P-SECRET-0,2018\nP-SECRET-1,2020-01-01\n", more=more).assert_runs()
    assert study.outcomes()["exit_in_doubt"].to_list() == [True] + [False] * 9
    assert study.rejected()["rule"].to_list() == ["date_without_month"]
    account = json.loads((study.out / "manifest.json").read_text())["rows"]["exits"]
    assert (account["rows"], account["used"], account["faulty"]) == (2, 1, 1)


def test_more_faulty_rows_of_a_register_of_exits_than_is_tolerated_stop_the_run(study):
    write(study, DEATHS, deaths="P-SECRET-0,SECRET\nP-SECRET-1,2020-01-01\n")
    study.assert_refused(4, "1 of 2 rows", "`unreadable_date`", "deaths.csv")


def test_an_empty_date_of_death_is_asked_about(study):
    rows = "P-SECRET-0,2018-06-20\nP-SECRET-1,\n"
    write(study, DEATHS, deaths=rows).assert_refused(
        4, "1 row has no date", "open_end: ongoing", "`DodDatum`", "the person has not left"
    )
    said = DEATHS.replace("}, reason", "}, format: {open_end: ongoing}, reason")
    write(study, said, deaths=rows).assert_runs()
    assert study.rejected()["rule"].to_list() == ["no_exit"]
    assert days(study) == 6


def test_a_code_that_the_study_does_not_name_stops_the_run(study):
    write(study, MIGRATIONS, migrations=move("2018-07-01", "SECRET"))
    study.assert_refused(4, "`Posttyp`", "1 unknown code", "`out`, `in` or `reason`")


def test_periods_of_residence_say_entry_and_exit_and_who_is_not_resident(study):
    periods = (
        "  - {file: periods.csv, columns: {from: FRA, to: TIL, kind: CAUSE}, "
        "reason: {Doed: death, Udvandret: emigration}, in: [I befolkningen]}\n"
    )
    rows = [
        "P-SECRET-0,2010-01-01,2017-01-01,Udvandret",
        "P-SECRET-0,2018-06-10,2018-07-10,Doed",
        *(f"P-SECRET-{n},2010-01-01,2021-12-31,I befolkningen" for n in range(1, 9)),
    ]
    write(study, periods, more="tolerate: 10 percent\n")
    study.put("periods.csv", "person_id,FRA,TIL,CAUSE\n" + "\n".join(rows) + "\n").assert_runs()
    assert days(study) == 26
    assert study.outcomes()["full_rtw_28d_status"][0] == 3
    assert study.outcomes().height == 9
    assert study.rejected()["rule"].to_list() == ["not_observed_on_index"]


def test_periods_of_residence_of_nobody_in_the_cohort_ask_for_the_ids(study):
    write(study, "  - {file: periods.csv, reason: emigration}\n")
    rows = "".join(f"SECRET/{n},2010-01-01,2021-12-31\n" for n in range(9))
    study.put("periods.csv", "person_id,from,to\n" + rows)
    words = ["periods.csv: none of", "has a period of residence", "Are the ids written alike"]
    study.assert_refused(4, *words)


def test_entries_and_exits_may_stand_in_two_registers(study):
    two = "  - {file: out.csv, reason: emigration}\n  - {file: in.csv, rows_are: entries}\n"
    write(study, two, more="return_within: 10 days\n")
    study.put("out.csv", "person_id,date\nP-SECRET-0,2018-06-20\nP-SECRET-1,2018-06-20\n")
    study.put(
        "in.csv", "person_id,date\nP-SECRET-0,2018-06-25\nP-SECRET-1,2018-09-25\n"
    ).assert_runs()
    assert study.outcomes()["net_sick_days_12m_observed_days"].to_list()[:2] == [365, 6]


def test_of_several_exits_the_first_counts_and_death_before_others_on_one_day(study):
    migrations, deaths = move("2018-07-01", "Utv"), "P-SECRET-0,2018-07-01\n"
    cohort = COHORT.replace("date\n", "date,censor_date,censor_reason\n").replace("15\n", "15,,\n")
    write(study, DEATHS + MIGRATIONS, deaths, migrations, cohort).assert_runs()
    assert study.outcomes()["full_rtw_28d_status"][0] == 3
    earlier = cohort.replace("15,,\n", "15,2018-06-20,emigration\n", 1)
    write(study, DEATHS + MIGRATIONS, deaths, migrations, earlier)
    finished = study.show_all().assert_runs()
    assert days(study) == 6
    assert "1 index date whose censor_date is not what the registers of exits say" in finished.err


def test_what_contradicts_itself_is_counted(study):
    deaths = "P-SECRET-0,2018-07-01\nP-SECRET-0,2018-07-02\nP-SECRET-0,2018-07-02\n"
    migrations = move("2019-01-01", "Utv") + move("2020-01-01", "Utv")
    finished = write(study, DEATHS + MIGRATIONS, deaths, migrations).show_all().assert_runs()
    for told in (
        "1 person of the cohort with deaths on several days in the registers",
        "1 person of the cohort with a migration after the death",
        "1 migration that follows another one in the same direction",
        "1 row (33.33 percent) left out under duplicate_row",
    ):
        assert told in finished.err


@pytest.mark.parametrize(
    ("exits", "words"),
    [
        ("  - {file: deaths.csv, reason: deth}\n", ["exits", "Did you mean `death`"]),
        ("  - {file: none.csv, reason: death}\n", ["exits", "none.csv"]),
        ("  - {file: deaths.csv}\n", ["exits", "reason"]),
        ("  - {file: deaths.csv, columns: {dat: x}, reason: death}\n", ["`dat`", "`date`"]),
        ("  - {file: deaths.csv, reason: emigration, out: A, in: A}\n", ["both"]),
    ],
)
def test_a_wrong_key_is_told_before_data_are_read(study, exits, words):
    write(study, exits).assert_refused(3, *words)


def test_exits_of_an_own_register_are_validated_without_a_run(study, rtw):
    write(study, DEATHS, deaths="P-SECRET-0,2018-07-01\nP-OTHER,2018-07-01\n")
    finished = rtw("validate", study.path)
    assert finished.status == 0
    assert "exits (deaths.csv): 2 rows, 2 used" in finished.out


def test_the_results_of_a_run_do_not_replace_a_register_of_exits(study):
    exits = "  - {file: results/summary.csv, columns: {date: DodDatum}, reason: death}\n"
    write(study, exits)
    assert study.run().status == 2


def test_exits_come_as_frames_too(study):
    write(study, DEATHS + MIGRATIONS, "P-SECRET-0,2018-07-01\n", move("2019-01-01", "Utv"))
    study.assert_runs()
    deaths, moves = (
        pl.read_csv(study.folder / name).to_pandas() for name in ("deaths.csv", "migrations.csv")
    )
    run = compute(
        ["net_sick_days_12m", "full_rtw_28d", "work_state_12m"],
        study.folder / "spells.csv",
        study.folder / "cohort.csv",
        observed=("2015-01-01", "2021-12-31"),
        exits=[
            {"file": deaths, "columns": {"date": "DodDatum"}, "reason": "death"},
            {
                "file": moves,
                "columns": {"date": "InvUtvManad", "kind": "Posttyp"},
                "reason": "emigration",
                "out": "Utv",
                "in": "Inv",
            },
        ],
    )
    assert run.outcomes.equals(study.outcomes())


def test_ids_of_exits_that_are_alike_but_for_zeros_stop_the_run(study):
    cohort = COHORT.replace("P-SECRET-", "00")
    write(
        study,
        DEATHS,
        deaths="0,2018-07-01\n1,2018-07-01\n",
        cohort=cohort,
        more="tolerate: 50 percent\n",
    )
    study.write(spells=SPELLS.replace("P-SECRET-", "00"))
    study.assert_refused(4, "deaths.csv", "2 persons", "zeros")


def test_a_register_of_exits_about_nobody_in_the_cohort_is_told(study):
    finished = write(study, DEATHS, deaths="P-OTHER,2018-07-01\n").show_all().assert_runs()
    assert "no row is about a person of the cohort" in finished.err
    assert "1 used row about a person who is not in the cohort" in finished.err
    assert "nobody leaves by it" in write(study, DEATHS).assert_runs().err


def test_keys_about_exits_that_would_do_nothing_are_refused(study):
    kind = "  - {file: migrations.csv, columns: {date: InvUtvManad, kind: Posttyp}, reason: emigration}\n"
    write(study, kind).assert_refused(3, "`kind`", "`out`")
    study.write(
        study="return_within: 3 months\n" + study.path.read_text().replace(f"exits:\n{kind}", "")
    )
    study.assert_refused(3, "return_within", "no `exits`")
