"""The quality page: planted faults are found, small counts are hidden, and no day is told."""

import re
from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes import ContractError, validate_study
from tests.cli.conftest import fingerprint

FIRST, LAST = date(2018, 1, 1), date(2021, 12, 31)
A_MONTH = 40  # spells that start in every month
SECTIONS = [
    *("account", "faults", "months", "breaks", "lengths", "extents", "gaps", "truncation"),
    *("codes", "linkage", "exits"),
]
PROFILE = """\
register: mine
language: 1
title: A register with quarters
source: {text: Ours., certainty: Ours.}
columns:
  {person_id: person_id, start_date: start_date, end_date: end_date, extent: extent, benefit: benefit}
extent_unit: percent
benefit_codes: {}
same_row: [person_id, start_date, end_date, extent, benefit]
extent_steps: [25, 50, 75, 100]
employer_periods: [{from: 1992-01-01, days: 14}]
rule_changes: [{from: 2020-03-11, what: karens compensation}]
"""
STUDY = """\
study: looked at
register: mine.yaml
observed: {from: 2018-01-01, to: 2021-12-31}
spells: spells.parquet
cohort: cohort.parquet
outcomes: [net_sick_days_12m]
by: [arm]
"""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\b\d{8}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b")


def make_spells():
    """Spells of two rows each, in every month, of persons who have one spell each."""
    rows = []
    for number in range(A_MONTH * 48):
        month, place = divmod(number, A_MONTH)
        start = date(2018 + month // 12, month % 12 + 1, 1 + place % 28)
        for extent, days in ((100, 4 + number % 30), (25 * (1 + number % 4), 3 + number % 60)):
            end = start + timedelta(days=days - 1)
            rows.append((f"P-SECRET-{number}", start, end, float(extent), "sickness_benefit"))
            start = end + timedelta(days=1)
    columns = ["person_id", "start_date", "end_date", "extent", "benefit"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def make_cohort():
    """Every fourth person, in two arms; some of them die or leave."""
    persons = range(0, A_MONTH * 48, 4)
    return pl.DataFrame(
        {
            "person_id": [f"P-SECRET-{number}" for number in persons],
            "index_date": [date(2019, 11, 13)] * len(persons),
            "arm": ["treated" if number % 8 else "control" for number in persons],
            "censor_date": [date(2021, 12, 30) if number % 16 == 0 else None for number in persons],
            "censor_reason": ["death" if number % 16 == 0 else None for number in persons],
        }
    )


@pytest.fixture
def look(study, rtw):
    """Write a study, perhaps spoilt, look at it, and give the command's end and the judgements."""

    def look_at(spells=None, cohort=None, more="", profile=PROFILE):
        study.put("spells.parquet", make_spells() if spells is None else spells)
        study.put("cohort.parquet", make_cohort() if cohort is None else cohort)
        study.put("mine.yaml", profile)
        study.write(study=STUDY + more)
        finished = rtw("validate", study.path, "--out", study.out)
        assert "SECRET" not in finished.said
        return finished, read_judgements(finished.out)

    return look_at


def read_judgements(screen):
    """The judgement of each section, as the screen shows it."""
    return {
        section: judgement
        for judgement, section in re.findall(r"^(fine|look|stop) +(\w+)  ", screen, re.MULTILINE)
    }


def read_csv(study):
    """The statistics of the page."""
    texts = dict.fromkeys(("item", "year", "month", "group"), pl.String) | {"value": pl.Float64}
    return pl.read_csv(study.out / "quality.csv", schema_overrides=texts)


def test_a_clean_delivery_is_fine(look, study):
    finished, judgements = look()
    assert finished.status == 0
    assert judgements == dict.fromkeys(SECTIONS, "fine")
    assert f"Page: {study.out / 'quality.html'}" in finished.out
    assert "1 more on the page" not in finished.out


def test_the_demo_is_fine_but_for_its_faulty_rows(demo, rtw, tmp_path):
    finished = rtw("validate", demo / "study.yaml", "--out", tmp_path)
    assert finished.status == 0
    assert read_judgements(finished.out) == dict.fromkeys(SECTIONS, "fine") | {"account": "look"}
    assert "Synthetic data" in (tmp_path / "quality.html").read_text()


# Each spoils a frame; then the section that must see it, its judgement, and a word of its reason.
IN = pl.col("start_date").is_between
NUMBER = pl.col("person_id").str.slice(9).cast(pl.Int64)
FIRST_ROW = pl.col("person_id") != pl.col("person_id").shift(1).fill_null("")
ONE_DAY = pl.duration(days=1)
SPOILT = {
    "a month without rows": (
        lambda rows: rows.filter(~IN(date(2019, 5, 1), date(2019, 5, 31))),
        *("months", "look", "2019-05"),
    ),
    "a quarter without rows": (
        lambda rows: rows.filter(~IN(date(2019, 5, 1), date(2019, 7, 31))),
        *("months", "stop", "2019-05, 2019-06, 2019-07"),
    ),
    "a month with a twentieth of its rows": (
        lambda rows: rows.filter(~IN(date(2019, 5, 1), date(2019, 5, 31)) | (NUMBER % 20 == 0)),
        *("breaks", "stop", "2019-05"),
    ),
    "a month three times": (
        lambda rows: pl.concat(
            [
                rows,
                *(
                    rows.filter(IN(date(2020, 3, 1), date(2020, 3, 31))).with_columns(
                        pl.col("person_id") + suffix
                    )
                    for suffix in ("-a", "-b")
                ),
            ]
        ),
        *("breaks", "look", "2020-03"),
    ),
    "rows that stop half a year before the extract does": (
        lambda rows: rows.filter(pl.col("start_date") < date(2021, 7, 1)),
        *("truncation", "stop", "2021-07"),
    ),
    "rows that begin a month after the extract does": (
        lambda rows: rows.filter(pl.col("start_date") >= date(2018, 2, 1)),
        *("truncation", "look", "2018-01"),
    ),
    "a thin end": (
        lambda rows: rows.filter((pl.col("start_date") < date(2021, 10, 1)) | (NUMBER % 5 < 3)),
        *("truncation", "look", "last 3 months"),
    ),
    "some extents off the steps": (
        lambda rows: rows.with_columns(
            extent=pl.when(NUMBER % 100 == 0).then(33.0).otherwise("extent")
        ),
        *("extents", "look", "25, 50, 75, 100"),
    ),
    "many extents off the steps": (
        lambda rows: rows.with_columns(extent=pl.col("extent") * 0.9),
        *("extents", "stop", "25, 50, 75, 100"),
    ),
    "ends that are the first day after": (
        lambda rows: rows.with_columns(pl.col("end_date") + ONE_DAY),
        *("gaps", "stop", "first_day_after"),
    ),
    "ends that are a day short": (
        lambda rows: rows.with_columns(pl.col("end_date") - ONE_DAY),
        *("gaps", "look", "exactly one day"),
    ),
    "rows that overlap": (
        lambda rows: rows.with_columns(pl.col("end_date") + ONE_DAY * 3),
        *("gaps", "stop", "several days"),
    ),
    "first days moved back over the employer period": (
        lambda rows: rows.with_columns(
            start_date=pl.when(FIRST_ROW)
            .then(pl.col("start_date") - ONE_DAY * 14)
            .otherwise("start_date")
        ),
        *("lengths", "look", "employer_periods: []"),
    ),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_fault_of_the_rows_is_seen(fault, look):
    spoil, section, judgement, word = SPOILT[fault]
    finished, judgements = look(spells=spoil(make_spells()))
    assert judgements[section] == judgement, finished.out
    (line,) = re.findall(rf"^{judgement} +{section}  .*$", finished.out, re.MULTILINE)
    assert word in line
    assert finished.status == (4 if "stop" in judgements.values() else 0)


def test_a_section_that_says_stop_ends_with_status_4_and_says_why(look, study):
    finished, _ = look(spells=SPOILT["many extents off the steps"][0](make_spells()))
    assert finished.status == 4
    assert finished.err.startswith("rtw: quality: extents: 20 or more percent of the used rows")
    assert (study.out / "quality.html").exists()


def test_a_code_that_changes_is_seen(look):
    spells = make_spells().with_columns(
        benefit=pl.when(pl.col("start_date") < date(2020, 1, 1))
        .then(pl.lit("A1"))
        .otherwise(pl.lit("A2"))
    )
    more = "benefit_codes: {A1: sickness_benefit, A2: sickness_benefit, A3: sick_pay}\n"
    finished, judgements = look(spells=spells, more=more)
    assert judgements["codes"] == "look"
    assert "`A1` is on no row that begins in the last 12 or more months (2 more" in finished.out


def test_faults_of_one_year_are_seen(look, study):
    in_2019 = IN(date(2019, 1, 1), date(2019, 12, 31)) & (NUMBER % 20 == 0)
    spells = make_spells().with_columns(
        end_date=pl.when(in_2019).then(pl.col("start_date") - ONE_DAY).otherwise("end_date")
    )
    _, judgements = look(spells=spells, more="tolerate: 10 percent\n")
    assert judgements["faults"] == "look"
    assert judgements["account"] == "look"
    faults = read_csv(study).filter(section="faults", item="dates_in_order")
    assert faults.filter(year="2019")["value"].item() > 20
    assert faults["value"].sum() == faults.filter(year="2019")["value"].item()


@pytest.mark.parametrize(("unlinked", "judgement"), [(20, "look"), (100, "stop")])
def test_ids_that_are_written_otherwise_in_one_group_are_seen(unlinked, judgement, look):
    other = (pl.col("arm") == "control") & (unlinked > NUMBER // 8 % 100)
    cohort = make_cohort().with_columns(
        person_id=pl.when(other).then(pl.col("person_id") + "-0").otherwise("person_id")
    )
    _, judgements = look(cohort=cohort, more="tolerate: 50 percent\n")
    assert judgements["linkage"] == judgement


@pytest.mark.parametrize(
    ("day", "reason", "judgement", "word"),
    [
        (date(2021, 12, 30), "moved to SECRET", "look", "a reason that no definition knows"),
        (date(2019, 11, 14), "death", "stop", "after death"),
    ],
)
def test_exits_that_do_not_fit_are_seen(day, reason, judgement, word, look, study):
    gone = pl.col("censor_date").is_not_null()
    cohort = make_cohort().with_columns(
        censor_date=pl.when(gone).then(day),
        censor_reason=pl.when(gone).then(pl.lit(reason)),
    )
    finished, judgements = look(cohort=cohort)
    assert judgements["exits"] == judgement
    assert word in finished.out
    assert "SECRET" not in (study.out / "quality.html").read_text()


def test_more_faulty_rows_than_is_tolerated_are_a_page_that_says_stop(look, study):
    spells = make_spells().with_columns(
        pl.col("start_date").cast(pl.String), pl.col("end_date").cast(pl.String)
    )
    broken = pl.when(NUMBER % 10 == 0).then(pl.lit("2019-11-xx")).otherwise("start_date")
    finished, judgements = look(spells=spells.with_columns(start_date=broken))
    assert finished.status == 4
    assert judgements["account"] == "stop"
    assert "unreadable_start_date" in finished.out
    assert "cannot be used, and `tolerate` allows 1 percent" in finished.err
    page = (study.out / "quality.html").read_text()
    assert "unreadable_start_date" in page
    assert "Why a run would not start" in page
    faults = read_csv(study).filter(section="faults", item="unreadable_start_date")
    assert faults.filter(year="2019")["value"].item() > 0  # the year of the last day


def test_small_counts_are_hidden_and_nothing_tells_them(look, study):
    few = make_spells().with_columns(
        extent=pl.when(NUMBER.is_in([3, 7, 9])).then(33.0).otherwise("extent")
    )
    cohort = make_cohort().with_columns(
        arm=pl.when(NUMBER == 4).then(pl.lit("third")).otherwise("arm")
    )
    look(spells=few, cohort=cohort)
    table = read_csv(study)
    extents = table.filter(section="extents")
    assert extents["value"].null_count() == 2
    assert extents.filter(item="33")["value"].to_list() == [None]
    persons = table.filter(section="linkage", statistic="persons")
    assert persons.filter(group="third")["value"].to_list() == [None]
    assert persons["value"].null_count() == 2
    small = table.filter(
        pl.col("value").is_between(1, 4) & ~pl.col("statistic").str.contains("percent")
    )
    assert small.height == 0


def test_the_ongoing_of_two_months_tell_no_small_number(look, study):
    look()
    ongoing = read_csv(study).filter(section="months", statistic="ongoing_persons")["value"]
    assert ongoing.max() > 30
    assert set((ongoing.drop_nulls() % 5).to_list()) == {0}


def test_persons_are_ongoing_in_each_month_of_their_spells_and_counted_once(look, study):
    """Two spells of a person in one month, and one that goes on over a turn of the year."""
    person = [f"P-SECRET-{number}" for number in range(10)]
    starts, ends = (
        [date(2018, 11, 20), date(2019, 1, 20)],
        [date(2019, 1, 10), date(2019, 3, 2)],
    )
    spells = pl.DataFrame(
        [
            (each, start, end, 100.0, "sickness_benefit")
            for each in person
            for start, end in zip(starts, ends, strict=True)
        ],
        schema=make_spells().columns,
        orient="row",
    )
    look(spells=spells)
    months = read_csv(study).filter(pl.col("section") == "months", pl.col("value") > 0)
    shown = {
        name: dict(of.select("month", "value").iter_rows())
        for (name,), of in months.group_by("statistic")
    }
    in_a_spell = ["2018-11", "2018-12", "2019-01", "2019-02", "2019-03"]
    assert shown["ongoing_persons"] == dict.fromkeys(in_a_spell, 10)
    assert shown["started_spells"] == {"2018-11": 10, "2019-01": 10}


def test_no_day_is_told_anywhere(look, study):
    finished, _ = look()
    for text in (
        finished.out.partition("judgement")[2],
        (study.out / "quality.html").read_text(),
        (study.out / "quality.csv").read_text(),
    ):
        assert DAY.search(text) is None
        assert "SECRET" not in text


@pytest.mark.parametrize("written", ["%Y-%m-%d", "%Y%m%d", "%Y-%m-%d 00:00:00"])
def test_days_that_make_groups_are_told_as_months(written, look, study, rtw):
    look(cohort=make_cohort().with_columns(enrolled=pl.col("index_date").dt.strftime(written)))
    study.write(study=STUDY.replace("[arm]", "[enrolled]"))
    assert rtw("validate", study.path, "--out", study.out).status == 0
    groups = read_csv(study).filter(section="linkage")["group"].unique().to_list()
    assert groups == ["2019-11"]


def test_the_page_marks_the_changes_of_rules_and_the_employer_period(look, study):
    look()
    page = (study.out / "quality.html").read_text()
    assert "karens compensation" in page
    assert "2020-03" in page
    assert "employer period: 14 days" in page


def test_the_page_shows_no_tags_as_text(look, study):
    look()
    assert "&lt;" not in (study.out / "quality.html").read_text("utf-8")


def test_pictures_have_words_and_need_no_network(look, study):
    look()
    page = (study.out / "quality.html").read_text()
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert pictures
    assert all("<title " in each and "<desc " in each for each in pictures)
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    assert "default-src 'none'" in page


def test_the_profile_says_the_limits(look):
    spells = SPOILT["some extents off the steps"][0](make_spells())
    limits = "limits: {off_steps: {look: 0.1, stop: 0.5}}\n"
    assert look(spells=spells, profile=PROFILE + limits)[1]["extents"] == "stop"
    assert (
        look(spells=spells, profile=PROFILE + "limits: {off_steps: {look: 3}}\n")[1]["extents"]
        == "fine"
    )


def test_limits_that_contradict_each_other_are_refused(look):
    finished, _ = look(profile=PROFILE + "limits:\n  off_steps: {look: 3, stop: 1}\n")
    assert finished.status == 3
    assert "mine.yaml:14" in finished.err
    assert "`stop` is not below `look`" in finished.err


def test_a_delivery_of_a_few_persons_is_not_judged_by_chance(study, rtw):
    finished = rtw("validate", study.path, "--out", study.out)
    assert finished.status == 0
    assert "Too few spells start in a month to judge months." in finished.out
    assert read_csv(study).filter(pl.col("value") > 0).height == 0


def test_pages_and_results_do_not_disturb_each_other(look, study):
    results = fingerprint(study.out)
    look()
    assert {name: digest for name, digest in fingerprint(study.out).items() if name in results} == (
        results
    )
    assert set(fingerprint(study.out)) - set(results) == {"quality.csv", "quality.html"}


def test_a_validation_that_fails_leaves_the_old_page(look, study, rtw):
    look()
    before = fingerprint(study.out)
    study.put("spells.parquet", make_spells().drop("extent"))
    finished = rtw("validate", study.path, "--out", study.out)
    assert finished.status == 4
    assert "extent" in finished.err
    assert fingerprint(study.out) == before


def test_a_page_that_a_kill_left_complete_is_moved_by_the_next_one(look, study):
    look()
    complete = study.out / ".rtw-complete"
    complete.mkdir()
    (study.out / "quality.html").rename(complete / "quality.html")
    (study.out / "manifest.json").unlink()
    assert study.run().status == 0
    assert (study.out / "quality.html").exists()
    assert not complete.exists()


def test_each_source_is_looked_at_by_its_own_profile(look, study, rtw):
    look()
    pension = make_spells().with_columns(
        benefit=pl.when(NUMBER % 2 == 0).then(pl.lit("P1")).otherwise(pl.lit("P2")),
        extent=pl.lit(33.0),
    )
    study.put("pension.parquet", pension)
    study.put(
        "other.yaml",
        PROFILE.replace("mine", "other")
        .replace("[25, 50, 75, 100]", "[33]")
        .replace(
            "benefit_codes: {}", "benefit_codes: {P1: disability_pension, P2: disability_pension}"
        ),
    )
    sources = "spells: [spells.parquet, {file: pension.parquet, register: other.yaml}]"
    study.write(study=STUDY.replace("spells: spells.parquet", sources))
    finished = rtw("validate", study.path, "--out", study.out)
    assert read_judgements(finished.out) == dict.fromkeys(SECTIONS, "fine"), finished.out
    rows = read_csv(study).filter(section="codes", statistic="rows")
    assert rows.select("source", "item", "benefit").rows() == [
        ("spells", "sickness_benefit", "sickness_benefit"),
        ("spells_2", "P1", "disability_pension"),
        ("spells_2", "P2", "disability_pension"),
    ]


def test_a_file_with_faults_is_named_among_several(look, study, rtw):
    look()
    spells = make_spells()
    for number in range(4):
        of_year = spells.filter(pl.col("start_date").dt.year() == 2018 + number)
        faulty = pl.when(2 * number > NUMBER % 200).then(0.0 - 1).otherwise("extent")
        study.put(f"part_{number}.parquet", of_year.with_columns(extent=faulty))
    more = "tolerate: 5 percent\n"
    study.write(study=STUDY.replace("spells.parquet", "part_*.parquet") + more)
    finished = rtw("validate", study.path, "--out", study.out)
    assert finished.status == 0
    page = (study.out / "quality.html").read_text()
    assert "0.1 or more percent of the rows of part_3.parquet are faulty" in page
    assert "of the rows of part_0.parquet" not in page
    account = read_csv(study).filter(section="account", source="spells")
    files = account.filter(pl.col("item").str.starts_with("part_"))
    assert files.filter(item="part_0.parquet", statistic="faulty")["value"].to_list() == [0]
    assert files.filter(item="part_3.parquet", statistic="faulty")["value"].item() > 5
    hidden = files.filter(pl.col("value").is_null())
    assert ("part_1.parquet", "faulty") in hidden.select("item", "statistic").rows()
    for line in ("item", "statistic"):
        assert hidden.group_by(line).len()["len"].min() >= 2


def test_persons_and_not_rows_are_few(look, study):
    """Six rows of two persons are hidden."""
    spells = make_spells()
    more = spells.filter(NUMBER < 2).with_columns(benefit=pl.lit("P1"))
    again = [more.with_columns(pl.col("end_date") + ONE_DAY * days) for days in range(3)]
    codes = "benefit_codes: {P1: sick_pay}\n"
    look(spells=pl.concat([spells, *again]), more=codes)
    table = read_csv(study)
    assert table.filter(benefit="sick_pay", section="months")["value"].null_count() == 96
    assert set(table.filter(benefit="sick_pay")["value"].drop_nulls()) <= {0.0}
    assert table.filter(section="codes", statistic="rows")["value"].null_count() == 2


def test_groups_show_no_sign_that_moves_a_cursor(look, study):
    cohort = make_cohort().with_columns(arm=pl.col("arm") + "\x1b[31m")
    finished, _ = look(cohort=cohort.with_columns(person_id=pl.col("person_id") + "-0"))
    assert "\x1b" not in finished.out
    assert "\x1b" not in (study.out / "quality.html").read_text()


def test_a_page_never_takes_the_place_of_the_data(study, rtw):
    text = (study.folder / "cohort.csv").read_text()
    study.with_cohort("quality.csv", text)
    finished = rtw("validate", study.path, "--out", study.folder)
    assert finished.status == 2
    assert (study.folder / "quality.csv").read_text() == text


def test_validate_without_a_folder_writes_nothing(study, rtw):
    before = fingerprint(study.folder)
    assert rtw("validate", study.path).status == 0
    assert fingerprint(study.folder) == before


def test_python_writes_the_page_and_raises_where_it_says_stop(look, study):
    look()
    accounts = validate_study(study.path, out=study.folder / "page")
    assert [each.table for each in accounts] == ["spells", "cohort"]
    assert (study.folder / "page" / "quality.html").exists()
    study.put("spells.parquet", SPOILT["many extents off the steps"][0](make_spells()))
    with pytest.raises(ContractError) as raised:
        validate_study(study.path, out=study.folder / "page")
    assert raised.value.problems[0].place == "quality: extents"
