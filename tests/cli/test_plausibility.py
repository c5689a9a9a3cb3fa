"""What is odd in a delivery is told, and stops a run where results would mean nothing."""

from datetime import date, timedelta

import pytest

HEADER = "person_id,start_date,end_date,extent,benefit\n"
COHORT = "person_id,index_date,arm\n"


def rows(*lines):
    return HEADER + "".join(f"{line},100,sickness_benefit\n" for line in lines)


def test_an_extract_that_is_said_to_reach_further_than_its_rows_is_told(study):
    finished = study.assert_runs()
    assert "`observed.to` is more than a month after the last register row" in finished.err
    study.write(
        spells=rows("A,2019-01-20,2019-02-20", "A,2021-12-20,2021-12-24"),
        cohort="person_id,index_date\nA,2020-01-01\n",
    )
    assert "observed_beyond_rows" not in str(study.assert_runs().err)
    assert "more than a month" not in study.run().err


def test_a_large_register_without_rows_in_the_last_year_stops_the_run(study):
    lines = [f"P-{n},2019-02-01,2019-03-01" for n in range(1_000)]
    study.write(spells=rows(*lines), cohort="person_id,index_date\nP-1,2019-02-10\n")
    study.assert_refused(4, "last year of the extract", "`observed.to`")
    study.write(study=study.path.read_text().replace("2021-12-31", "2019-12-31")).assert_runs()


def test_an_extract_does_not_end_in_the_future(study):
    tomorrow = date.today() + timedelta(days=1)
    study.write(study=study.path.read_text().replace("2021-12-31", f"{tomorrow}"))
    study.assert_refused(3, "observed", "future")


def test_persons_without_a_register_row_are_told_by_group(study, rtw):
    people = "".join(f"P-SECRET-{n},2020-01-01,{'ab'[n % 2]}\n" for n in range(40))
    lines = [f"P-SECRET-{n},2020-01-01,2020-02-01" for n in range(10)]
    text = study.path.read_text() + "by: [arm]\n"
    study.write(spells=rows(*lines), cohort=COHORT + people, study=text)
    words = "persons of the cohort without a register row"
    assert f"30 {words} (a: 15 of 20, b: 15 of 20)" in rtw("validate", study.path).out
    assert f"about 30 {words}" in study.assert_runs().err


@pytest.mark.parametrize(
    ("in_register", "in_cohort"),
    [("00{}", "{}"), ("{}", "{}.0"), ("19{}-7", "19{}7"), ("a {}", "A{}")],
)
def test_ids_that_are_alike_but_for_zeros_or_blanks_stop_the_run(study, in_register, in_cohort):
    lines = [f"{in_register.format(n)},2020-01-01,2020-02-01" for n in range(100, 120)]
    people = "".join(f"{in_cohort.format(n)},2020-01-01\n" for n in range(100, 120))
    study.write(spells=rows(*lines), cohort=f"person_id,index_date\n{people}")
    study.assert_refused(4, "20 of 20 persons", "20 have an id", "zeros")


def test_rows_that_share_their_last_day_with_the_next_are_asked_about(study, rtw):
    lines = [
        line
        for n in range(20)
        for line in (f"P-{n},2020-01-01,2020-02-01", f"P-{n},2020-02-01,2020-03-01")
    ]
    study.write(spells=rows(*lines), cohort="person_id,index_date\nP-1,2020-01-01\n")
    study.assert_refused(4, "20 rows begin on the day", "end_is: first_day_after")
    text = study.path.read_text()
    study.write(study=text + "format: {end_is: first_day_after}\n").assert_runs()
    assert study.outcomes()["net_sick_days_12m"].item() == 60
    study.write(study=text + "format: {end_is: last_day}\n").assert_runs()
    assert "20 of them by exactly one day" in rtw("validate", study.path).out


def test_rows_after_a_death_and_several_deaths_are_told(study):
    lines = ["P-SECRET-1,2020-01-01,2020-02-01", "P-SECRET-1,2020-05-01,2020-06-01"]
    people = "P-SECRET-1,2020-01-01,2020-03-01,death\nP-SECRET-1,2020-01-15,2020-03-02,death\n"
    cohort = f"person_id,index_date,censor_date,censor_reason\n{people}"
    finished = study.write(spells=rows(*lines), cohort=cohort).show_all().assert_runs()
    assert "1 person of the cohort with register rows that begin after the death" in finished.err
    assert "1 person of the cohort with deaths on several days" in finished.err


def test_a_cohort_of_which_nobody_has_a_row_stops_the_run(study):
    lines = [f"19{n},2020-01-01,2020-02-01" for n in range(100, 110)]
    people = "".join(f"{n},2020-01-01\n" for n in range(100, 110))
    study.write(spells=rows(*lines), cohort=f"person_id,index_date\n{people}")
    study.assert_refused(4, "none of 10 persons", "tolerate: 100 percent")
    study.write(study=study.path.read_text() + "tolerate: 100 percent\n").assert_runs()


def test_parts_in_different_units_stop_the_run(study):
    study.put("s_1.csv", rows("A,2020-01-01,2020-02-01"))
    study.put("s_2.csv", rows("B,2020-01-01,2020-02-01").replace(",100,", ",0.5,"))
    study.write(study=study.path.read_text().replace("spells.csv", "s_*.csv"))
    study.assert_refused(4, "(s_2.csv)", "percent", "list of sources")


def test_extents_in_two_units_in_one_file_stop_the_run(study):
    lines = [f"P-{n},2020-01-01,2020-02-01" for n in range(10)]
    text = rows(*lines).replace("P-7,2020-01-01,2020-02-01,100", "P-7,2020-01-01,2020-02-01,0.5")
    study.write(spells=text, cohort="person_id,index_date\nP-7,2020-01-01\n")
    study.assert_refused(4, "1 of 10 extents", "extent_unit")
    said = study.path.read_text() + "format: {extent_unit: percent}\n"
    study.write(study=said).assert_runs()


def test_equal_rows_in_two_sources_of_a_register_are_asked_about(study):
    text = rows("P-SECRET-77,2020-01-01,2020-01-10").replace(",100,", ",50,")
    study.put("a.csv", text).put("b.csv", text)
    two = study.path.read_text().replace("spells.csv", "[a.csv, b.csv]")
    study.write(study=two, cohort="person_id,index_date\nP-SECRET-77,2020-01-01\n")
    study.assert_refused(4, "1 row stands in several sources", "`largest`")
    for meaning, days in (("largest", 5), ("sum", 10)):
        study.write(study=two + f"overlap: {meaning}\n").assert_runs()
        assert study.outcomes()["net_sick_days_12m"].item() == days


@pytest.mark.parametrize(
    ("cell", "words"), [("31012020", "of four digits"), ("nan", 'missing: ["", "nan"]')]
)
def test_a_column_of_exits_that_is_not_read_stops_the_run(study, cell, words):
    lines = [f"P-SECRET-{n},2020-01-01,2020-02-01" for n in range(20)]
    people = "".join(f"P-SECRET-{n},2020-01-01,{cell}\n" for n in range(20))
    study.write(spells=rows(*lines), cohort=f"person_id,index_date,censor_date\n{people}")
    study.assert_refused(4, "20 of 20 persons", "exit that cannot be read", words)


def test_days_before_the_first_row_are_told_when_outcomes_look_at_them(study):
    late = rows("A,2020-01-20,2020-02-20", "A,2021-12-20,2021-12-24")
    text = study.path.read_text()
    told = "`observed.from` is more than a month before the first register row"
    study.write(spells=late, cohort="person_id,index_date\nA,2020-01-25\n")
    assert told not in study.assert_runs().err
    study.write(study=text.replace("net_sick_days_12m", "finnes_net_days_before_24m"))
    assert told in study.assert_runs().err
    study.write(study=text, cohort="person_id,index_date\nA,2020-01-25\nA,2019-06-01\n")
    assert told in study.assert_runs().err


def extents(*numbers):
    lines = "".join(
        f"P-{n},2020-01-01,2020-02-01,{extent},sickness_benefit\n"
        for n, extent in enumerate(numbers)
    )
    return HEADER + lines


@pytest.mark.parametrize("full", [37, 38.75, 7.4])
def test_extents_that_look_like_hours_are_asked_about(study, full):
    hours = [full] * 10 + [full / 2] * 15 + [full - 1] * 5
    study.write(spells=extents(*hours), cohort="person_id,index_date\nP-7,2020-01-01\n")
    study.assert_refused(4, "look like hours", "extent_unit: {hours_of: COLUMN}")
    study.write(study=study.path.read_text() + "format: {extent_unit: percent}\n").assert_runs()


@pytest.mark.parametrize(
    "percent",
    [[25] * 30 + [50] * 20 + [75] * 10, [25] * 60, [20] * 30 + [60] * 2, [40] * 30 + [60] * 9],
)
def test_parts_of_full_time_do_not_look_like_hours(study, percent):
    study.write(spells=extents(*percent), cohort="person_id,index_date\nP-7,2020-01-01\n")
    study.assert_runs()
