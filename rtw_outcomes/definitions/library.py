"""The library of stock definitions: its groups in the order of reading, and how it is searched."""

import unicodedata
from collections.abc import Sequence

from rtw_outcomes.definitions.catalogue import CORE, list_ids, read_stock_definition
from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.errors import UsageError, suggest
from rtw_outcomes.language.outcome import KINDS

# With their titles. A definition with a group that is not here has no place in the library.
GROUPS = {
    CORE: "The core",
    "fk_2016_9": "Försäkringskassan 2016:9, as cited by Forte 2025",
    "rehsam_2": "Trials of the Rehsam 2 programme",
    "sustained_return": "Sustained return to work",
    "denmark": "Denmark",
    "nordic": "Across the Nordic countries",
    "norway": "Norway",
    "hensing_1998": "The basic measures of Hensing 1998",
    "cos_for_work": "The core outcome set for work",
    "compensation": "Compensation systems",
    "sweden_official": "Official Swedish indicators",
    "sweden_other": "Other Swedish studies",
    "cost": "What absence costs",
}


def list_stock(
    words: Sequence[str] = (),
    group: str | None = None,
    country: str | None = None,
    measure: str | None = None,
) -> tuple[Definition, ...]:
    """The shipped definitions, those of the core first, in the order of GROUPS.

    Args:
        words: all of them must be in the id, the title, the group or the measure; a country's two letters
            stand for the country. Capitals and accents do not matter.
        group: only those of this group. Capitals do not matter here and below.
        country: only those for this country's register.
        measure: only those with this measure.

    Raises:
        UsageError: no definition has this group, country or measure, or all the words.
    """
    every = stock = tuple(
        read_stock_definition(name) for of_group in GROUPS for name in list_ids(of_group)
    )
    for what, wanted in (("group", group), ("country", country), ("measure", measure)):
        if wanted is None:
            continue
        known = sorted({value for each in every if (value := _sort_under(each, what))})
        value = {each.lower(): each for each in known}.get(wanted.strip().lower())
        if value is None:
            raise _tell_unknown(what, wanted, tuple(known))
        stock = tuple(each for each in stock if _sort_under(each, what) == value)
    countries = {_plain(each.outcome.country or "") for each in every}
    found = tuple(each for each in stock if _has_words(each, words, countries))
    if not found:
        told = (
            f"all of `{' '.join(words)}`" if words else "this group, country and measure together"
        )
        raise UsageError(f"No stock definition has {told}. `rtw list` names them all.")
    return found


def _tell_unknown(what: str, wanted: str, known: tuple[str, ...]) -> UsageError:
    """The words that may stand there; a measure of the language is no slip of the pen."""
    is_measure = what == "measure" and wanted in [kind.key for kind in KINDS]
    near = "" if is_measure else suggest(wanted, known)
    hint = f" {near}" if near else ""
    return UsageError(
        f"No stock definition has the {what} `{wanted}`. Expected one of {', '.join(known)}.{hint}"
    )


def _has_words(definition: Definition, words: Sequence[str], countries: set[str]) -> bool:
    outcome = definition.outcome
    group = outcome.group or ""
    measure = f"{outcome.measure.name} {outcome.measure.name.replace('_', ' ')}"
    text = _plain(f"{outcome.outcome} {outcome.title} {group} {GROUPS.get(group, '')} {measure}")
    country = _plain(outcome.country or "")
    return all(
        word == country if word in countries else word in text for word in map(_plain, words)
    )


def _plain(text: str) -> str:
    """Small letters without accents: `Försäkringskassan` is found as `forsakringskassan`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _sort_under(definition: Definition, what: str) -> str | None:
    outcome = definition.outcome
    return {
        "group": outcome.group,
        "country": outcome.country,
        "measure": outcome.measure.name,
    }[what]
