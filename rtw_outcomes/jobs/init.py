"""Write a study file to fill in, with a comment on each key, and perhaps a definition to change."""

from pathlib import Path

from rtw_outcomes.errors import UsageError
from rtw_outcomes.intake.profile import list_registers
from rtw_outcomes.jobs.schema import render_schema

STUDY = """\
# yaml-language-server: $schema=study.schema.json
#
# A study file to fill in. The keys that stand empty must have a value. For a key that is commented
# out, take the `#` away where you need it. `rtw validate {file}` says what is still missing.

# The name of the study. The report has it in its title.
study:

# The name of a register profile, which says how the spells file is laid out ({registers}).
register:

# The first and the last date that the extract of the register covers, as YYYY-MM-DD.
observed:
  from:
  to:

# The file of the register rows: one .csv, .tsv, .txt or .parquet file, or a folder of .parquet files.
# The path is relative to this file.
spells:

# The file of the cohort: one row for each person and index date, with the columns `person_id` and
# `index_date`. It may have `entry_date`, `censor_date` and `censor_reason`. All other columns go along into
# the results.
cohort:

# The registers of deaths and migrations, where the cohort does not bring `censor_date` itself. Each is a
# mapping, such as {{file: deaths.csv, columns: {{date: YOUR_DATE}}, reason: death}}.
# exits: []

# A stay abroad that is shorter ends no observation.
# return_within: 0 days

# The outcomes to compute: ids of stock definitions (`rtw list` names them), or paths of definition
# files.
outcomes:
  - full_rtw_28d
  - net_sick_days_12m{own}

# The columns of the cohort that make the groups of the summary; left out, those of `compare` do.
# by: [arm]

# A comparison of groups: the column that makes them, and the group that the others are compared with. More
# keys are `cluster`, `adjust`, `at`, `subgroups`, `level`, `correlation` and `models`.
# compare:
#   groups: arm
#   reference: control

# The columns of the cohort that describe its persons, other than those that make the groups.
# describe: [sex, age]

# The ids of the primary outcomes, which the protocol names.
# primary: [full_rtw_28d]

# The codes of your delivery, in quotation marks, each with the benefit that it stands for. Take them
# from the documentation of your delivery. A code without a benefit stops the run.
# benefit_codes:
#   "YOUR CODE": sickness_benefit

# The columns that have other names in your delivery: on the left the name that the program knows, on
# the right yours.
# columns:
#   spells: {{person_id: YOUR_COLUMN}}
#   cohort: {{index_date: YOUR_COLUMN}}

# How the files are written. What is left out is seen in the files, or asked for.
# format:
#   open_end: ongoing

# What rows of one person and one benefit on one day mean: sum adds up their extents, to at most full
# time; largest takes the largest of them. The register profile says it where you do not.
# overlap: sum

# The share of faulty rows, and of persons of the cohort with faulty rows, up to which a run goes on.
# tolerate: 1 percent

# What the summary does with persons who have faulty rows: keep or leave_out.
# affected: keep

# The rules of the register profile that may not run because your delivery lacks their columns.
# without: []

# The number of days that employers pay before the register sees a spell, from a date on. Only for
# outcomes that measure spells from their true first day, and only where the register profile does not
# fit.
# employer_periods:
#   - {{from: 2005-01-01, days: 14}}

# The engine that computes: polars, duckdb, postgres or reference. All give the same results.
# engine: polars

# The rules for numbers about groups: default, dst, opensafely or sacro; or a number, and groups of fewer
# persons are hidden. default hides groups of fewer than 5.
# disclosure: default

# The short form of `disclosure` with a number. Write one of the two.
# suppress_below: 5

# The language of the report: en or sv.
# language: en

# Take the `#` away only where every person is made up. All results then say so.
# synthetic: true
"""

DEFINITION = """\
# yaml-language-server: $schema=definition.schema.json
#
# A definition to change. `rtw show {file}` says in plain language what it means, and `rtw test {file}`
# runs its example. `rtw docs` says where all keys are explained.

# The id. It names the columns of the results, and must not be the id of a stock definition.
outcome: my_outcome

# The version of the language that this file is written in.
language: 1

# The name of the outcome, for people.
title: My return to work, sustained for 60 days

# The source of the definition, and how sure you are of each detail.
source:
  text: Write here which publication or protocol it follows.
  certainty: Write here which details are from there, and which are yours.

# Absence: the benefits that count, the extent from which a day is absent (any, full, or {{at_least: 50}}
# for a percentage of full time), and the number of free days that do not end a spell.
absence:
  benefits: sickness_related
  when: any
  join_gap: 5 days

# The longest time that the return may take.
follow_up: 12 months

# The measure: one kind, with its parameters.
measure:
  return_to_work: {{sustained: 60 days}}

# The competing events, which make the event impossible, in the order of their status from 2 on.
competing: [disability_pension, death]

# The reason for the value of each parameter.
reasons:
  sustained: Write here why it is 60 days.

# Worked cases: what the register holds of a made-up person, and what must come out.
examples:
  - case: full time for a month, then work
    index: 2020-01-01
    spells: |
          start       end         extent
          2019-12-20  2020-01-31  100
    expect: {{days: 31, status: event}}
"""

STUDY_FILE, DEFINITION_FILE = "study.yaml", "my_outcome.yaml"


def write_study_to_fill_in(folder: Path, with_definition: bool = False) -> list[Path]:
    """Write a study file to fill in, with its schema; perhaps a definition to change, too.

    Returns:
        The files to fill in.

    Raises:
        UsageError: one of the files is there already; nothing is written then.
    """
    own = f"\n  - {DEFINITION_FILE}" if with_definition else ""
    registers = ", ".join(list_registers())
    texts = {STUDY_FILE: STUDY.format(file=STUDY_FILE, registers=registers, own=own)}
    if with_definition:
        texts[DEFINITION_FILE] = DEFINITION.format(file=DEFINITION_FILE)
    schemas = {f"{kind}.schema.json": kind for kind in ("study", "definition")[: len(texts)]}
    taken = [name for name in (*texts, *schemas) if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]} is there already. Choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        texts | {name: render_schema(kind) for name, kind in schemas.items()}
    ).items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
