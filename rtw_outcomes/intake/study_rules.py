"""The rules on a study file that its keys alone decide; what they name is looked for afterwards."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.intake.exit_sources import EXIT_COLUMNS
from rtw_outcomes.intake.study import COHORT_COLUMNS, Study
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.vocabulary import BENEFITS, EARLIEST_YEAR, KEY_COLUMNS, LATEST_YEAR

SUMMARY_COLUMNS = ("outcome", "statistic", "value", "n")
LEAST_LEVEL, MOST_LEVEL = 50, 99.9  # of an interval, in percent


def _observed_has_days(study: Study) -> Iterator[Problem]:
    """The observed period does not end before it starts, and lies in years that registers have."""
    observed = study.observed
    if observed.to < observed.from_:
        yield Problem(("observed",), "the observed period ends before it starts")
    if observed.to > date.today():
        what = "the observed period ends in the future, of which no register knows"
        hint = "`to` is the last day that the extract covers"
        yield Problem(("observed",), what, hint=hint)
    if observed.from_.year < EARLIEST_YEAR or observed.to.year > LATEST_YEAR:
        what = f"an extract lies between the years {EARLIEST_YEAR} and {LATEST_YEAR}"
        yield Problem(("observed",), what)


def unknown_column(place: Location, column: str, known: tuple[str, ...]) -> Problem:
    """The problem of a column that the program has no name for."""
    return Problem(
        place,
        f"unknown column `{column}`",
        expected=f"one of {', '.join(known)}",
        hint=suggest(column, known),
    )


def _codes_name_benefits(study: Study) -> Iterator[Problem]:
    """Each code stands for a benefit; a word of the vocabulary keeps its meaning."""
    for code, benefit in study.benefit_codes.items():
        if benefit not in BENEFITS:
            yield Problem(
                ("benefit_codes", code),
                f"unknown benefit `{benefit}`",
                expected=f"one of {', '.join(BENEFITS)}",
                hint=suggest(benefit, BENEFITS),
            )
        elif code in BENEFITS and code != benefit:
            yield Problem(("benefit_codes", code), f"`{code}` is a benefit and keeps its meaning")


def _renamed_columns_are_known(study: Study) -> Iterator[Problem]:
    """The study gives other names to columns that the program has a name for."""
    for place, names in (
        (("columns", "cohort"), study.columns.cohort),
        (("cohort", "columns"), study.cohort.columns),
    ):
        for column in names:
            if column not in COHORT_COLUMNS:
                yield unknown_column((*place, column), column, COHORT_COLUMNS)
    for number, source in enumerate(study.exits):
        for column in source.columns:
            if column not in EXIT_COLUMNS:
                where = ("exits", number, "columns", column)
                yield unknown_column(where, column, EXIT_COLUMNS)


def _exits_have_registers(study: Study) -> Iterator[Problem]:
    """A key about migrations stands beside the register that has them."""
    if study.return_within and not study.exits:
        yield Problem(
            ("return_within",), "it is about stays abroad, and the study names no `exits`"
        )


def tells_persons_apart(place: Location, name: str) -> Problem:
    """The problem of a column of the key in a place where a column makes groups."""
    what = f"`{name}` tells persons apart, and what is told of groups may not"
    return Problem(place, what, hint="Name a column that many persons share")


def _named_columns_can_make_groups(study: Study) -> Iterator[Problem]:
    """Groups are not made of what tells persons apart, nor of what says when a person is observed."""
    renamed = study.columns.cohort | study.cohort.columns
    keys = {*KEY_COLUMNS, *(renamed.get(name, name) for name in KEY_COLUMNS)}
    for place, name in study.list_columns():
        if name in keys:
            yield tells_persons_apart(place, name)
        elif name in COHORT_COLUMNS:
            what = f"`{name}` says when a person is observed, and does not go into the results"
            yield Problem(place, what, hint="Name a copy of the column with a name of its own")


def _groups_can_be_shown(study: Study) -> Iterator[Problem]:
    """No column of groups is called as a column of the summary."""
    for place, name in _list_groups(study):
        if name.lower() in SUMMARY_COLUMNS:
            yield Problem(place, f"`{name}` is the name of a column of the summary")


def _list_groups(study: Study) -> Iterator[tuple[Location, str]]:
    """The columns that make the groups of the summary, each with the place that says so."""
    for place, name in enumerate(study.by):
        yield (("by", place) if study.by_ else ("compare", "groups")), name


def _nothing_stands_twice(study: Study) -> Iterator[Problem]:
    """A column, an outcome, a day or a model stands in a list once."""
    lists: list[tuple[Location, Sequence[str]]] = [
        ((key,), getattr(study, key)) for key in ("by", "describe", "primary")
    ]
    if study.compare:
        lists += [
            (("compare", key), getattr(study.compare, key))
            for key in ("adjust", "at", "subgroups", "models")
        ]
    for where, names in lists:
        for place, name in enumerate(names):
            if name in names[:place]:
                yield Problem((*where, place), f"`{name}` stands twice")


def _a_comparison_has_a_use_for_each_column(study: Study) -> Iterator[Problem]:
    """The column of the groups is neither adjusted for, nor a cluster, nor a subgroup."""
    if not study.compare:
        return
    uses = {
        "cluster": "the column of the groups, and a group holds several clusters",
        "adjust": "the column of the groups, and their effect would be adjusted away",
        "subgroups": "the column of the groups, and a subgroup of it has nothing to compare",
    }
    for (key, *rest), name in study.compare.list_columns():
        if key in uses and name == study.compare.groups:
            yield Problem(("compare", key, *rest), f"`{name}` is {uses[str(key)]}")


def _groups_do_not_describe_themselves(study: Study) -> Iterator[Problem]:
    """A column that makes the groups of Table 1 has one value in each of them."""
    groups = (study.compare.groups,) if study.compare else study.by
    key = "compare.groups" if study.compare else "by"
    for place, name in enumerate(study.describe):
        if name in groups:
            what = (
                f"`{name}` makes the groups that are described, and has one value in each of them"
            )
            yield Problem(("describe", place), what, hint=f"Remove it here; `{key}` has it already")


def _a_comparison_can_be_computed(study: Study) -> Iterator[Problem]:
    """Curves are read after day 0, each day once, and intervals have a level that says something."""
    if not study.compare:
        return
    days = [Length.parse(text) for text in study.compare.at]
    for place, (text, day) in enumerate(zip(study.compare.at, days, strict=True)):
        if not day:
            what = f"`{text}` is day 0, on which nothing has happened yet"
            yield Problem(("compare", "at", place), what, hint="Write a day after it")
        elif day in days[:place] and text not in study.compare.at[:place]:
            other = study.compare.at[days.index(day)]
            yield Problem(("compare", "at", place), f"`{text}` is the same day as `{other}`")
    level = study.compare.level
    if not LEAST_LEVEL <= level <= MOST_LEVEL:
        yield Problem(
            ("compare", "level"),
            "intervals have no such level here",
            expected=f"a percentage from {LEAST_LEVEL} to {MOST_LEVEL}",
            found=f"{level:g}",
            hint=f"Write `{100 * level:g}` for {100 * level:g} percent"
            if LEAST_LEVEL / 100 <= level < 1
            else "",
        )


def _disclosure_is_said_once(study: Study) -> Iterator[Problem]:
    """The rules for numbers about groups stand under one of their two keys."""
    if study.disclosure is not None and study.suppress_below_ is not None:
        what = "it is the short form of `disclosure`, which the study has too"
        yield Problem(("suppress_below",), what, hint="Remove one of the two")


RULES: tuple[Callable[[Study], Iterator[Problem]], ...] = (
    _observed_has_days,
    _codes_name_benefits,
    _renamed_columns_are_known,
    _exits_have_registers,
    _named_columns_can_make_groups,
    _groups_can_be_shown,
    _nothing_stands_twice,
    _a_comparison_has_a_use_for_each_column,
    _groups_do_not_describe_themselves,
    _a_comparison_can_be_computed,
    _disclosure_is_said_once,
)
