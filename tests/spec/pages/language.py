"""The definition language as a page: its keys from the models, its rules from their docstrings."""

from collections.abc import Iterator

from rtw_outcomes.definitions.based_on import PUT_TOGETHER, WRITTEN_ANEW
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.definitions.rules.check import list_rules
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    PRIOR_STATES,
    WORK_STATES,
)
from rtw_outcomes.language.yaml_reader import YamlFile
from tests.spec.pages.keys import render_keys
from tests.spec.pages.markdown import list_words, render_docstrings, render_page

ABOUT = """\
A definition is a YAML file with these keys and no others. What its words mean is shown case by case in
[meaning.md](meaning.md); the shipped files are in `specs/` and explained in [definitions.md](definitions.md).
A length of time is a number and a unit, `day`, `week`, `month` or `year`: weeks are days, years are
months, and months are calendar months. `rtw schema definition` prints the same keys as a JSON Schema,
for editors."""
BASED_ON = """\
With `based_on` a definition takes the keys of another one, its base, and says only what is different.
`based_on` is the id of a stock definition, the id of a definition in the same folder, or the path of a
file. A base may itself be based on another definition.

```yaml
{example}```

- A key that is written replaces that of the base. In {together} and in a measure of the same kind this
  holds key by key; every other value, a list among them, is replaced as a whole. So is `follow_up` by a
  length: `6 months` is short for `{{to: 6 months}}` and begins on day 0.
- A measure of another kind replaces the whole measure.
- A key without a value (`cut:`) takes the key of the base away.
- {anew} are never taken from the base, nor are `group` and `examples`: they are the base's own. The
  reasons of changed keys are not taken either.
- Such a definition means the same as one that is written out, and has the same fingerprint. The
  manifest of a run holds it written out.
- A problem with a key of the base is told at the line of `based_on`, with file and line of that key."""
EXAMPLE = """\
outcome: own_rtw_60d
title: First full return to work, sustained for 60 days
source: {text: Our protocol., certainty: The 60 days are ours.}
based_on: full_rtw_28d
measure:
  return_to_work: {sustained: 60 days}
reasons:
  sustained: our protocol
"""


def render_language() -> str:
    """The page of all keys, rules and words."""
    return render_page(
        "The definition language",
        "the keys are in rtw_outcomes/language/, the rules in rtw_outcomes/definitions/rules/",
        [
            ABOUT,
            "## Keys",
            *render_keys("definition"),
            "## A definition based on another one",
            *render_based_on(),
            "## Rules",
            _render_rules(),
            "## Words",
            *_render_words(),
        ],
    )


def render_based_on() -> Iterator[str]:
    """What `based_on` does, with an example that can be read."""
    check_definition(YamlFile.parse(EXAMPLE, "example"))
    yield BASED_ON.format(
        example=EXAMPLE,
        together=list_words(PUT_TOGETHER[:2]),
        anew=list_words(WRITTEN_ANEW),
    )


def _render_rules() -> str:
    rules = render_docstrings(list_rules())
    return f"A definition that breaks one of these is refused, with file and line.\n\n{rules}"


def _render_words() -> Iterator[str]:
    yield f"Benefits: {list_words(BENEFITS)}."
    groups = [f"- `{group}`: {list_words(members)}" for group, members in BENEFIT_GROUPS.items()]
    yield "\n".join(("Groups of benefits, which may stand for their members:", "", *groups))
    yield f"Competing events: any benefit that is not absence and begins, or {list_words(EXITS)}."
    states = [f"- `{state}`: {meaning}" for state, meaning in PRIOR_STATES.items()]
    yield "\n".join(("States that may stand in `precedence`:", "", *states))
    yield f"States by the sum of the extents: {list_words(WORK_STATES)}."
