"""Faulty rows in words: how many, what is in their cells, where the first stands, and which key reads them."""

from collections.abc import Iterable, Iterator
from typing import get_args

from rtw_outcomes.intake.account import RuleCount, count_words
from rtw_outcomes.intake.format import DateForm
from rtw_outcomes.intake.plain_forms import Validated
from rtw_outcomes.intake.validation import TIME_OF_DAY, UNREADABLE

# The rules of index dates on which the person is not observed. Nothing is wrong with how the rows are written.
NOT_OBSERVED = ("not_observed_on_index", "censored_after_index", "entered_by_index")
LEAVE_OUT = (
    "On these index dates the person has died, has left, or has not yet come, so there is no follow-up. Take another "
    "index date, leave these rows out of the cohort, or say what share of them you accept: `tolerate: 5 percent`"
)


def describe_fault(rule: RuleCount, validated: Validated, of: int | None = None) -> str:
    """A rule with its rows, of so many, the forms that its cells have, and where the first one stands."""
    counts = validated.counts.get(_name_of(rule))
    forms = f" ({counts.describe()})" if counts and counts.any_form else ""
    rows = count_words(rule.rows, "row")
    if of is not None:
        rows = f"{rule.rows} of {count_words(of, 'row')}"
    return f"{rows} under `{rule.rule}` in the column `{rule.column}`: {rule.reason}{forms}, the first at {rule.first}"


def suggest_ways_out(rules: Iterable[RuleCount], validated: Validated, mend: str = "") -> str:
    """The keys that may read the cells, and what else can be done, in sentences.

    Args:
        rules: the rules that rows break.
        validated: how the rows were read.
        mend: what can be done about rows that say what cannot be true.
    """
    rules = list(rules)
    others = [rule for rule in rules if rule.rule not in NOT_OBSERVED]
    ways = [way for rule in others for way in _list_ways_out(rule, validated)]
    if others and mend:
        ways.append(mend)
    if len(others) < len(rules):
        ways.append(LEAVE_OUT)
    return ". ".join(dict.fromkeys(ways))


def _list_ways_out(rule: RuleCount, validated: Validated) -> Iterator[str]:
    name = _name_of(rule)
    counts = validated.counts.get(name)
    cell = next((each for each in validated.cells if each.name == name), None)
    if not cell:
        return
    if rule.rule.startswith(TIME_OF_DAY):
        yield f"Give the dates in `{rule.column}` without a time of day"
    if not rule.rule.startswith(UNREADABLE):
        return
    forms = list(counts.found) if counts else []
    if cell.role == "number":
        if counts and len(counts.plain_by_file) > 1:
            yield (
                "Numbers have a decimal comma in some files, and a decimal point in others: name the files as a "
                "list of sources, each with its own `format`"
            )
        elif "," in forms:
            yield '`format: {decimal: ","}` reads a decimal comma'
    elif len(forms) > 1:
        yield f"`format: {{dates: [{', '.join(forms)}]}}` reads dates of several forms"
    else:
        known = ", ".join(get_args(DateForm))
        yield f"Say the form of the dates with `format: {{dates: ...}}`, one or several of {known}"


def _name_of(rule: RuleCount) -> str:
    return rule.rule.removeprefix(UNREADABLE).removeprefix(TIME_OF_DAY)
