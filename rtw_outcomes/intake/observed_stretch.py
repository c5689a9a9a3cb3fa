"""The observed time of each index date: the stretch around it, by the registers of deaths and migrations.

It begins with the last immigration before the index date, and ends with the first exit on or after it.
The day of an exit is the last observed day, and the day of an entry is the first one. A stay abroad in
which no day lies, or fewer days than `return_within`, ends nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlglot import exp

from rtw_outcomes.intake.account import Note, agree
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.exits import MOVES, PERSONS_IN_DOUBT, ExitsRead
from rtw_outcomes.intake.plain_forms import IN_DOUBT
from rtw_outcomes.intake.validation import NamedRule
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.vocabulary import DEATH, EXITS, OLD_AGE_PENSION

NOT_OBSERVED = NamedRule(
    "not_observed_on_index",
    "index_date",
    "the registers of exits say that the person is not under observation on the index date",
    exp.false(),
)
OWN_TYPES = {"entry_date": "DATE", "censor_date": "DATE", "censor_reason": "VARCHAR"}
FINAL = (DEATH, OLD_AGE_PENSION)  # nobody comes back from these
INDEX_DATES, FINAL_EXITS = "exit_index_dates", "exit_final"
ORDERED, STAYS, STRETCHES = "exit_ordered_moves", "exit_stays", "exit_stretches"

# `place` puts the moves of a person in order: of two on one day the entry is before the exit.
# A person who leaves and comes on one day was either abroad before, and visits, or comes back at once;
# then no day lies abroad, and both moves are left out.
ORDER_MOVES = f"""
WITH days AS (
  SELECT person_id, day, bool_or(is_out) AS leaves, bool_or(NOT is_out) AS comes,
    arg_min(reason, {{rank}}) FILTER (is_out) AS reason
  FROM {MOVES}
  WHERE coalesce(reason, '') NOT IN ({{final}}) AND person_id IN (SELECT person_id FROM {INDEX_DATES})
  GROUP BY person_id, day
), before AS (
  SELECT *, CASE WHEN leaves <> comes THEN leaves END AS only_leaves,
    coalesce(
      last_value(only_leaves IGNORE NULLS) OVER (
        PARTITION BY person_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      NOT first_value(only_leaves IGNORE NULLS) OVER (
        PARTITION BY person_id ORDER BY day ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING),
      FALSE) AS was_abroad
  FROM (SELECT *, CASE WHEN leaves <> comes THEN leaves END AS only_leaves FROM days)
)
SELECT person_id, day, is_out, CASE WHEN is_out THEN reason END AS reason,
  2 * (day - DATE '1970-01-01') + CAST(is_out AS INTEGER) AS place
FROM before, (VALUES (TRUE), (FALSE)) AS directions(is_out)
WHERE CASE WHEN is_out THEN leaves ELSE comes END AND (leaves <> comes OR was_abroad)
"""
# A stay begins with an exit that no other exit stands before, and ends with the first entry after it.
LEAVE_OUT_SHORT_STAYS = f"""
WITH begun AS (
  SELECT *, is_out AND NOT coalesce(lag(is_out) OVER person, FALSE) AS begins,
    first_value(is_out) OVER person AS is_there_at_first
  FROM {ORDERED}
  WINDOW person AS (PARTITION BY person_id ORDER BY place)
), numbered AS (
  SELECT *, sum(CAST(begins AS INTEGER)) OVER (PARTITION BY person_id ORDER BY place) AS stay FROM begun
), ended AS (
  SELECT *, min(day) FILTER (is_out) OVER stay_of_person AS left_on,
    min(day) FILTER (NOT is_out) OVER stay_of_person AS back_on
  FROM numbered WINDOW stay_of_person AS (PARTITION BY person_id, stay)
)
SELECT person_id, day, is_out, reason, place, is_there_at_first FROM ended
WHERE NOT coalesce(
  back_on <= greatest(left_on + INTERVAL 1 DAY, left_on + {{within}}) AND (is_out OR day = back_on), FALSE)
"""
# The last move before an index date says whether the person is there. Where there is none, the first move of
# all does: whoever comes was away.
FIND_STRETCHES = f"""
WITH moves AS (
  SELECT source_file, source_row, m.*, place > 2 * (index_date - DATE '1970-01-01') AS is_after
  FROM {INDEX_DATES} JOIN {STAYS} AS m USING (person_id)
), by_moves AS (
  SELECT source_file, source_row,
    coalesce(arg_max(is_out, place) FILTER (NOT is_after), NOT any_value(is_there_at_first)) AS is_away,
    max(day) FILTER (NOT is_out AND NOT is_after) AS came_on,
    min(day) FILTER (is_out AND is_after) AS left_on,
    arg_min(reason, place) FILTER (is_out AND is_after) AS left_by
  FROM moves GROUP BY ALL
), every AS (
  SELECT c.*, m.* EXCLUDE (source_file, source_row), f.died_on, f.pensioned_on,
    NOT coalesce(m.is_away, {{unseen}}) AND coalesce(f.died_on >= index_date, TRUE)
      AND coalesce(f.pensioned_on >= index_date, TRUE) AS is_observed,
    least(died_on, left_on, pensioned_on) AS exit_on,
    least(censor_date, exit_on) AS last_day
  FROM {INDEX_DATES} AS c
  LEFT JOIN by_moves AS m USING (source_file, source_row)
  LEFT JOIN {FINAL_EXITS} AS f USING (person_id)
)
SELECT source_file, source_row, is_observed, died_on, left_on, pensioned_on, exit_on,
  censor_date AS own_date, censor_reason AS own_reason,
  greatest(entry_date, came_on) AS entry_date,
  last_day AS censor_date,
  CASE
    WHEN died_on = last_day OR (own_date = last_day AND own_reason = '{DEATH}') THEN '{DEATH}'
    WHEN left_on = last_day AND left_by <> 'other' THEN left_by
    WHEN own_date = last_day AND own_reason = 'emigration' THEN own_reason
    WHEN pensioned_on = last_day THEN '{OLD_AGE_PENSION}'
    WHEN own_date = last_day AND own_reason IS NOT NULL THEN own_reason
    WHEN left_on = last_day THEN left_by
    ELSE own_reason
  END AS censor_reason
FROM every
"""


def set_observed_stretch(
    database: Database, exits: ExitsRead, return_within: Length, rule: int
) -> tuple[Note, ...]:
    """Put entry and exit into `deduplicated_cohort`; the latest entry and the first exit count.

    Args:
        database: holds `deduplicated_cohort`, with or without entries and exits of its own.
        exits: what the registers say.
        return_within: a stay abroad that is shorter ends nothing.
        rule: the number that `NOT_OBSERVED` has in the table.

    Returns:
        Notes on what the registers say twice, or otherwise than the cohort.
    """
    own = database.describe_table("deduplicated_cohort")
    dates = ", ".join(
        f"CAST({name if name in own else 'NULL'} AS {kind}) AS {name}"
        for name, kind in OWN_TYPES.items()
    )
    database.create(
        INDEX_DATES,
        f"SELECT source_file, source_row, CAST(person_id AS VARCHAR) AS person_id, index_date, {dates} "
        "FROM deduplicated_cohort WHERE rule IS NULL",
    )
    database.create(
        FINAL_EXITS,
        f"SELECT person_id, min(day) FILTER (reason = '{DEATH}') AS died_on, "
        f"min(day) FILTER (reason = '{OLD_AGE_PENSION}') AS pensioned_on, "
        f"count(DISTINCT day) FILTER (reason = '{DEATH}') AS deaths "
        f"FROM {MOVES} WHERE is_out AND reason IN ({_list(FINAL)}) GROUP BY person_id",
    )
    rank = f"list_position([{_list(EXITS)}], reason)"
    database.create(ORDERED, ORDER_MOVES.format(final=_list(FINAL), rank=f"coalesce({rank}, 9)"))
    database.create(STAYS, LEAVE_OUT_SHORT_STAYS.format(within=_as_interval(return_within)))
    # Where a register has periods of residence, a person without one is not resident.
    database.create(STRETCHES, FIND_STRETCHES.format(unseen=str(exits.has_periods).upper()))
    replaced = ", ".join(name for name in (*OWN_TYPES, "rule", IN_DOUBT) if name in own)
    database.create(
        "deduplicated_cohort",
        f"SELECT c.* EXCLUDE ({replaced}), s.entry_date, s.censor_date, s.censor_reason, "
        f"c.{IN_DOUBT} OR CAST(c.person_id AS VARCHAR) IN (FROM {PERSONS_IN_DOUBT}) AS {IN_DOUBT}, "
        f"CASE WHEN NOT s.is_observed THEN {rule} ELSE c.rule END AS rule "
        f"FROM deduplicated_cohort AS c LEFT JOIN {STRETCHES} AS s USING (source_file, source_row)",
    )
    return tuple(_list_notes(database, exits.reasons))


def _list_notes(database: Database, reasons: Sequence[str]) -> Iterator[Note]:
    observed = f"FROM {STRETCHES} WHERE is_observed AND own_date IS NOT NULL AND ("
    own_days = {DEATH: "died_on", "emigration": "left_on", OLD_AGE_PENSION: "pensioned_on"}
    otherwise = [
        f"(own_reason = '{reason}' AND {day} IS DISTINCT FROM own_date)"
        for reason, day in own_days.items()
        if reason in reasons
    ]
    contradicts = " OR ".join(["exit_on < own_date", *otherwise])
    persons = (
        f"FROM {FINAL_EXITS} JOIN (SELECT DISTINCT person_id FROM {INDEX_DATES}) USING (person_id)"
    )
    for name, query, one, several, explanation in (
        (
            "exits_contradict_cohort",
            f"{observed}{contradicts})",
            "index date whose censor_date is",
            "index dates whose censor_date is",
            "not what the registers of exits say; the first exit counts",
        ),
        (
            "several_deaths",
            f"{persons} WHERE deaths > 1",
            "person of the cohort with",
            "persons of the cohort with",
            "deaths on several days in the registers; the first one counts",
        ),
        (
            "move_after_death",
            f"{persons} WHERE person_id IN (SELECT person_id FROM {ORDERED} WHERE day > died_on)",
            "person of the cohort with",
            "persons of the cohort with",
            "a migration after the death; the death counts",
        ),
        (
            "repeated_moves",
            f"(SELECT person_id FROM {ORDERED} QUALIFY is_out = lag(is_out) OVER "
            "(PARTITION BY person_id ORDER BY place))",
            "migration that follows",
            "migrations that follow",
            "another one in the same direction; a migration between them may be missing",
        ),
    ):
        source = query if query.startswith("FROM") else f"FROM {query}"
        ((count,),) = database.rows(f"SELECT count(*) {source}")
        if count:
            what = f"{agree(count, one, several)} {explanation}"
            yield Note(name, what, count, f"{several} {explanation}")


def note_last_days(database: Database, observed_to: date, below: int) -> tuple[Note, ...]:
    """Why the observation of the index dates ends; small numbers are not told."""
    rows = database.rows(
        f"SELECT CASE WHEN censor_date IS NULL OR censor_date > DATE '{observed_to}' THEN NULL "
        "ELSE coalesce(censor_reason, 'end of data') END AS reason, count(*), count(DISTINCT person_id) "
        "FROM deduplicated_cohort WHERE rule IS NULL GROUP BY reason ORDER BY count(*) DESC, reason"
    )
    if not rows:
        return ()
    ways = ["at the end of the extract" if row[0] is None else f"by {row[0]}" for row in rows]
    counts = [
        f"{f'fewer than {below}' if persons < below else count} {way}"
        for way, (_, count, persons) in zip(ways, rows, strict=True)
    ]
    ends = "the observation of the index dates ends:"
    # What is counted apart would tell the small one: the summary says how many index dates there are.
    told = f"{ends} {', '.join(ways)}"
    return (Note("observation_ends", f"{ends} {', '.join(counts)}", 0, told),)


def _list(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _as_interval(length: Length) -> str:
    return f"INTERVAL {length.months} MONTH + INTERVAL {length.days} DAY"
