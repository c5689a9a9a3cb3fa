"""Faulty rows: told apart from rows that are left out, marked, and more of them than is tolerated stop a run."""

import json

import pytest

HEADER = "person_id,start_date,end_date,extent,benefit\n"
GOOD = "P-SECRET-{},2020-01-01,2020-02-29,100,sickness_benefit\n"
BAD = "P-SECRET-{},2020-03-xx,2020-04-30,100,sickness_benefit\n"
COHORT = "person_id,index_date,arm\n" + "".join(
    f"P-SECRET-{person},2020-01-01,{'treated' if person < 50 else 'control'}\n"
    for person in range(100)
)


def write(study, faulty, more=""):
    """A study of a hundred persons, so many of whom have a row that cannot be read."""
    rows = [GOOD.format(person) for person in range(100)]
    rows += [BAD.format(person) for person in range(faulty)]
    text = study.path.read_text() + f"by: [arm]\n{more}"
    return study.write(spells=HEADER + "".join(rows), cohort=COHORT, study=text)


def test_a_few_faulty_rows_are_told_and_their_persons_marked(study, rtw):
    finished = write(study, 1).assert_runs()
    marks = study.outcomes()["rejected_rows"]
    assert marks.to_list() == [1] + [0] * 99
    assert "fewer than 5 persons of the cohort with faulty rows" in finished.err
    assert "treated" not in finished.err
    validated = rtw("validate", study.path).out
    assert "1 person of the cohort with faulty rows" in validated
    assert "treated: fewer than 5 of 50" in validated
    account = json.loads((study.out / "manifest.json").read_text())["rows"]["spells"]
    assert (account["faulty"], account["left_out"], account["rejected"]) == (1, 0, 1)


def test_more_faulty_rows_than_is_tolerated_stop_the_run(study):
    words = ["6 of 106 rows (5.66 percent)", "1 percent", "unreadable_start_date", "row 101"]
    write(study, 6).assert_refused(4, *words)


def test_faults_in_one_arm_stop_the_run_although_they_are_few_rows(study):
    rows = "".join(GOOD.format(f"OTHER-{person}") for person in range(500))
    write(study, 5)
    study.write(spells=(study.folder / "spells.csv").read_text() + rows)
    words = ["5 of 100 persons of the cohort", "treated: 5 of 50", "control: fewer than 5 of 50"]
    study.assert_refused(4, *words)


def test_validate_shows_the_account_before_it_stops(study, rtw):
    write(study, 6)
    finished = rtw("validate", study.path)
    assert finished.status == 4
    assert "unreadable_start_date" in finished.out
    assert "6 faulty" in finished.out
    assert "6 of 106 rows" in finished.err
    assert "SECRET" not in finished.said


def test_the_study_says_how_many_faulty_rows_it_tolerates(study):
    write(study, 6, "tolerate: 10 percent\n").assert_runs()
    assert study.outcomes()["rejected_rows"].sum() == 6


@pytest.mark.parametrize("share", ["1", "one percent", "101 percent", "-1 percent", "1%"])
def test_what_is_tolerated_is_a_share(study, share):
    write(study, 1, f"tolerate: {share}\n").assert_refused(3, "tolerate", "percent")


def test_affected_persons_can_be_left_out_of_the_summary(study):
    write(study, 10, "tolerate: 20 percent\n").show_all().assert_runs()
    assert "treated,event,50.0," in (study.out / "summary.csv").read_text()
    study.write(study=study.path.read_text() + "affected: leave_out\n")
    finished = study.assert_runs()
    assert "treated,event,40.0," in (study.out / "summary.csv").read_text()
    assert study.outcomes().height == 100
    assert "leaves them out" in finished.err


def test_rows_outside_the_extract_are_left_out_and_no_fault(study):
    old = GOOD.format(1).replace("2020", "2016")
    write(study, 0)
    study.write(spells=(study.folder / "spells.csv").read_text() + 50 * old)
    finished = study.assert_runs()
    assert "left out under ends_in_extract" in finished.err
    assert study.outcomes()["rejected_rows"].sum() == 0


@pytest.mark.parametrize("cell", ["2020-12-00", "SECRET", "2020"])
def test_an_exit_that_cannot_be_read_costs_no_person(study, cell):
    rows = f"P-SECRET-77,2020-01-01,{cell},death\nP-SECRET-78,2020-04-01,,\n"
    study.write(cohort=f"person_id,index_date,censor_date,censor_reason\n{rows}")
    finished = study.show_all().assert_runs()
    assert study.outcomes()["exit_in_doubt"].to_list() == [True, False]
    assert "1 row whose entry or exit cannot be read" in finished.err


@pytest.mark.parametrize("mark", ["NA", ".", "NULL", ""])
def test_marks_of_a_missing_exit_are_no_exits(study, mark):
    rows = f"P-SECRET-77,2020-01-01,{mark},{mark}\nP-SECRET-78,2020-04-01,2020-12-31,Death\n"
    study.write(cohort=f"person_id,index_date,censor_date,censor_reason\n{rows}")
    finished = study.assert_runs()
    assert study.outcomes().height == 2
    assert "other than" not in finished.err


def test_a_rule_that_cannot_run_stops_the_run_unless_the_study_goes_without_it(study):
    header = "lopnr,DELFORMAN1_KOD,DELFORMAN2_KOD,OMFATTNING,DEL_FROM_DATUM,DEL_TOM_DATUM\n"
    row = "77,sickness_benefit,,0.5,2020-01-01,2020-01-31\n"
    study.write(spells=header + row, cohort="person_id,index_date\n77,2020-01-01\n")
    study.write(study=study.path.read_text().replace("canonical", "midas"))
    words = ["`supplement_without_days`", "DEL_DAGAR_BRUTTO", "without: [supplement_without_days]"]
    study.assert_refused(4, *words)
    text = study.path.read_text()
    study.write(study=text + "without: [supplement_without_days]\n")
    finished = study.assert_runs()
    assert "`supplement_without_days` was not run" in finished.err
    assert "`totals` was not run" in finished.err
    study.write(study=text + "without: [other]\n").assert_refused(3, "without", "`other`")


def test_faulty_rows_of_the_spells_are_told_with_a_cohort_of_faulty_rows_alone(study):
    write(study, 6).write(cohort=COHORT.replace("2020-01-01", "01012020"))
    study.assert_refused(4, "cohort.csv: every row breaks a rule", "spells.csv: 6 of 106 rows")


def test_keys_are_named_for_all_files_when_one_has_faulty_rows_alone(study):
    write(study, 0).write(cohort=COHORT.replace("2020-01-01", "01012020"))
    spells = (study.folder / "spells.csv").read_text().replace("2020-02-29", "29/02/2020", 6)
    study.write(spells=spells)
    study.assert_refused(4, "are needed in `index_date`", "`format: {dates: [iso, dd/mm/yyyy]}`")


def test_faulty_rows_of_the_cohort_are_told_with_spells_of_faulty_rows_alone(study):
    write(study, 0).write(spells=HEADER + BAD.format(1))
    study.write(cohort=COHORT.replace("2020-01-01", "01/01/2020", 5))
    study.assert_refused(4, "spells.csv: every row breaks a rule", "cohort.csv: 5 of 100 rows")


def test_two_files_of_faulty_rows_alone_are_both_told(study):
    text = study.path.read_text().replace("spells.csv", "[spells.csv, more.csv]")
    study.put("more.csv", HEADER + BAD.format(2))
    study.write(spells=HEADER + BAD.format(1), study=text)
    study.assert_refused(4, "spells.csv: every row breaks", "more.csv: every row breaks")


def test_index_dates_without_follow_up_are_told_as_that_and_not_as_rows_to_mend(study):
    left = COHORT.replace("arm\n", "arm,censor_date\n").replace("ed\n", "ed,2019-12-01\n", 5)
    write(study, 0).write(cohort=left.replace("ed\n", "ed,\n").replace("l\n", "l,\n"))
    words = ["5 of 100 rows", "`censored_after_index`", "no follow-up", "tolerate"]
    finished = study.assert_refused(4, *words)
    assert "Mend the rows" not in finished.err
