"""`rtw diff`: in words, and on the people of a study."""


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
    assert "Index dates by the result of A (down) and of B (across)" in finished.out
    assert "mean days by which the second is later" in finished.out


def test_numbers_are_compared_as_means(rtw, demo):
    study = demo / "study.yaml"
    finished = rtw("diff", "net_sick_days_12m", "gross_sick_days_12m", "--study", study)
    assert finished.status == 0
    assert "mean by which the second is higher" in finished.out


def test_results_of_different_kinds_are_said_to_be(rtw, demo):
    finished = rtw("diff", "net_sick_days_12m", "full_rtw_28d", "--study", demo / "study.yaml")
    assert finished.status == 0
    assert "`sick_days` and `return_to_work` are of different kinds" in finished.out


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
