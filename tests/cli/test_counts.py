"""A count and its noun: one row is not "1 rows", on the screen, in notes, and in the report."""

import re

import pytest

HEADER = "person_id,start_date,end_date,extent,benefit,diagnosis\n"
ROW = "P-SECRET-77,2020-01-{:02},2020-01-31,50,sickness_benefit,{}\n"
STRANGER = "P-SECRET-99,2020-04-01,2020-04-10,100,sickness_benefit,M54\n"
COHORT = "person_id,index_date,censor_date,censor_reason\n"
# A number of one before a word in the plural, or a larger one before a singular.
WRONG = re.compile(
    r"\b(1 (used |such |register )?(rows|spells|persons|columns|cells|pairs|index dates|days)\b"
    r"|(?<![1-9])([2-9]|[1-9][0-9]+) (used )?(row|spell|person|column|cell|pair|index date|day)\b)"
)


def write(study, times):
    """A study in which everything that is noted happens so many times."""
    rows = [ROW.format(day, "") for day in range(2, 2 + times)]
    rows += [ROW.format(1, "M54")] + [STRANGER.replace("99", f"9{n}") for n in range(times)]
    ways_out = [f"P-SECRET-8{n},2020-01-01,,death\n" for n in range(times)]
    ways_out += [f"P-SECRET-7{n},2020-01-01,2020-12-31,SECRET\n" for n in range(times)]
    key = "P-SECRET-77,2020-01-02,,\n"
    return study.write(spells=HEADER + "".join(rows), cohort=COHORT + "".join(ways_out) + key)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (
            1,
            [
                "1 row that overlaps an earlier row",
                "1 used row without a diagnosis",
                "1 used row about a person who is not in the cohort",
                "1 row with a reason and no censor_date",
                "1 row with a reason other than",
            ],
        ),
        (
            2,
            [
                "2 rows that overlap an earlier row",
                "2 used rows without a diagnosis",
                "2 used rows about persons who are not in the cohort",
                "2 rows with a reason and no censor_date",
                "2 rows with a reason other than",
            ],
        ),
    ],
)
def test_notes_agree_with_their_counts(study, rtw, times, words):
    write(study, times)
    study.write(study=study.path.read_text() + "suppress_below: 1\n")
    validated, finished = rtw("validate", study.path), study.assert_runs()
    report = (study.out / "report.html").read_text()
    for word in words:
        assert f"note: {word}" in validated.out
        assert word in finished.err
        assert word in report
    for text in (validated.out, finished.said, report):
        assert not WRONG.search(text), WRONG.search(text)


def test_a_study_of_one_is_told_in_the_singular(study, rtw):
    spells, cohort = ((study.folder / name).read_text() for name in ("spells.csv", "cohort.csv"))
    study.write(spells="".join(spells.splitlines(True)[:2]))
    study.write(cohort="".join(cohort.splitlines(True)[:2]))
    study.write(study=study.path.read_text() + "suppress_below: 1\nsynthetic: true\n")
    finished = study.assert_runs()
    assert "small: engine polars. Rows used: spells: 1 row, cohort: 1 row." in finished.out
    validated = rtw("validate", study.path)
    assert "spells (spells.csv): 1 row, 1 used, 0 left out by design, 0 faulty" in validated.out
    compared = rtw("diff", "net_sick_days_12m", "full_rtw_28d", "--study", study.path)
    assert compared.status == 0, compared.err
    assert not WRONG.search(compared.out), WRONG.search(compared.out)


def test_a_refusal_of_one_row_is_told_in_the_singular(study):
    spells = (study.folder / "spells.csv").read_text().splitlines(True)
    study.write(spells="".join(spells[:2]).replace(",100,", ",0,"))
    study.assert_refused(4, "1 of 1 row under `extent_above_0`")
    study.write(spells="SECRET\nSECRET\n")
    study.assert_refused(4, "1 column with other names")
