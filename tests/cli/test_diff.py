"""`rtw diff`: in words, and on the people of a study."""

from importlib.resources import files


def test_the_parameters_that_differ_are_told(rtw):
    finished = rtw("diff", "full_rtw_28d", "sustainable_rtw_3m")
    assert (finished.status, finished.err) == (0, "")
    assert "They differ in 2 parameters" in finished.out
    assert "how long the return must last\n  A  28 days\n  B  3 months" in finished.out


def test_two_that_mean_the_same_are_said_to(rtw):
    finished = rtw("diff", "full_rtw_28d", "full_rtw_28d")
    assert "The two mean the same." in finished.out


def test_a_study_shows_what_the_difference_does(rtw, demo):
    finished = rtw("diff", "full_rtw_28d", "sustainable_rtw_3m", "--study", demo / "study.yaml")
    assert finished.status == 0
    assert "index dates of control by the result of A (down) and of B (across)" in finished.out
    assert "Results on the same people, by arm" in finished.out
    assert "mean days by which B is later" in finished.out
    assert "A with this of B: how long the return must last" in finished.out


def test_numbers_are_compared_as_means(rtw, demo):
    study = demo / "study.yaml"
    finished = rtw("diff", "net_sick_days_12m", "gross_sick_days_12m", "--study", study)
    assert finished.status == 0
    assert "mean by which B is higher" in finished.out


def test_measures_of_different_kinds_are_told_apart_in_words_and_on_people(rtw, demo):
    names = ("ibbis_work_state_12m", "ibbis_rtw_over_4w")
    finished = rtw("diff", *names, "--study", demo / "study.yaml")
    assert finished.status == 0
    assert "A is a look at one day, whatever came before or after it" in finished.out
    assert "B is the time to the first return that lasts long enough" in finished.out
    assert "full_work_percent" in finished.out
    assert "days_at_risk" in finished.out
    assert "A \\ B" in finished.out
    assert "taken from B" not in finished.out


def test_rates_are_compared_by_their_summary_only(rtw, demo):
    names = ("sjuktal", "hensing_duration_12m")
    finished = rtw("diff", *names, "--study", demo / "study.yaml")
    assert finished.status == 0
    assert "have nothing that could be compared person by person" in finished.out
    assert "what the rate is over\n  A  persons\n  B  another outcome" in finished.out
    assert finished.out.count("rate ") >= 2


def test_two_files_with_one_id_are_told_apart(rtw, demo, tmp_path):
    rtw_file = tmp_path / "own.yaml"
    stock = read_stock_text("full_rtw_28d").replace("outcome: full_rtw_28d", "outcome: own")
    rtw_file.write_text(stock)
    newer = tmp_path / "newer.yaml"
    newer.write_text(stock.replace("{sustained: 28 days}", "{sustained: 60 days}"))
    finished = rtw("diff", rtw_file, newer, "--study", demo / "study.yaml")
    assert finished.status == 0, finished.err
    assert "own (A)" in finished.out
    assert "own (B)" in finished.out
    same = rtw("diff", "full_rtw_28d", "full_rtw_28d", "--study", demo / "study.yaml")
    assert same.status == 0


def read_stock_text(name):
    text = files("rtw_outcomes.specs").joinpath(f"{name}.yaml").read_text("utf-8")
    return text.split("examples:")[0]


def test_there_is_nothing_over_all_groups(rtw, demo):
    """What all groups have together, less the groups that are shown, would tell a hidden one."""
    finished = rtw("diff", "full_rtw_28d", "sustainable_rtw_3m", "--study", demo / "study.yaml")
    assert "index dates of control by" in finished.out
    assert "index dates of intervention by" in finished.out
    assert "mean days of A, where both have the event  " in finished.out


def test_a_number_is_shown_within_each_status(rtw, demo):
    finished = rtw("diff", "net_sick_days_12m", "full_rtw_28d", "--study", demo / "study.yaml")
    assert "mean of A where B is `event`" in finished.out


def test_results_that_cannot_be_compared_person_by_person_are_said_to_be(rtw, demo):
    names = ("cullen_over_14_net_days_after", "full_rtw_28d")
    finished = rtw("diff", *names, "--study", demo / "study.yaml")
    assert finished.status == 0
    assert "have nothing that could be compared person by person" in finished.out


def test_an_unknown_definition_is_told(rtw):
    finished = rtw("diff", "full_rtw_28d", "full_rtw_28")
    assert finished.status == 3
    assert "Did you mean `full_rtw_28d`" in finished.err


def test_the_list_is_narrowed_by_group_country_and_measure(rtw):
    finished = rtw("list", "--group", "core", "--country", "SE", "--measure", "relapse")
    ids = [line.split()[0] for line in finished.out.splitlines()[1:]]
    assert ids == ["days_to_first_relapse"]


def test_an_unknown_group_is_told_with_those_that_are_there(rtw):
    finished = rtw("list", "--group", "cor")
    assert finished.status == 2
    assert "Did you mean `core`" in finished.err


def test_affected_persons_are_left_out_as_in_the_summary(rtw, study):
    rows = "".join(f"P-{n},2020-01-01,2020-02-01,100,sickness_benefit\n" for n in range(20))
    faulty = "".join(f"P-{n},2020-03-xx,2020-04-01,100,sickness_benefit\n" for n in range(8))
    people = "".join(f"P-{n},2020-01-01\n" for n in range(20))
    text = study.path.read_text() + "tolerate: 50 percent\naffected: leave_out\n"
    header = "person_id,start_date,end_date,extent,benefit\n"
    study.write(spells=header + rows + faulty, cohort=f"person_id,index_date\n{people}", study=text)
    finished = rtw("diff", "full_rtw_28d", "sustainable_rtw_3m", "--study", study.path)
    assert finished.status == 0, finished.err
    assert "12 index dates" in finished.out
