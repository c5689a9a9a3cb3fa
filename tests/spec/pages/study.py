"""The study file as a page: its keys from the model, its rules from their docstrings."""

from rtw_outcomes.intake.profile import list_registers
from rtw_outcomes.intake.study_rules import RULES
from rtw_outcomes.language.vocabulary import BENEFITS
from tests.spec.pages.keys import render_keys
from tests.spec.pages.markdown import list_words, render_docstrings, render_page

ABOUT = """\
A study file is a YAML file with these keys and no others. It says where the delivery lies, what the
extract covers and which outcomes to compute. Paths are relative to the folder of the file. `rtw schema
study` prints the same keys as a JSON Schema, for editors."""


def render_study() -> str:
    """The page of all keys and rules of a study file."""
    rules = render_docstrings(RULES)
    return render_page(
        "The study file",
        "the keys are in rtw_outcomes/intake/study.py, the rules in rtw_outcomes/intake/study_rules.py",
        [
            ABOUT,
            "## Keys",
            *render_keys("study"),
            "## Rules",
            "A study file that breaks one of these is refused, with file and line, before any data are "
            f"read.\n\n{rules}",
            "## Words",
            f"Registers: {list_words(list_registers())}. [The register profile](profile.md) "
            "lists the keys of a profile.",
            f"Benefits: {list_words(BENEFITS)}.",
        ],
    )
