"""The closed lists of words that definitions, profiles and data may use.

Extents are kept as whole parts per million of full time, so that sums of extents are exact and the
same on every engine.
"""

from typing import Any

FULL_TIME_PPM = 1_000_000
PPM_PER_PERCENT = 10_000

DISABILITY_PENSION = "disability_pension"

BENEFITS = (
    "sickness_benefit",
    "rehabilitation_benefit",
    "work_injury_benefit",
    "preventive_sickness_benefit",
    "sick_pay",
    DISABILITY_PENSION,
    "unemployment_benefit",
    "parental_benefit",
    # Norway: the allowance that follows sickness benefit, and those that it took the place of in 2010.
    "work_assessment_allowance",
    "medical_rehabilitation_benefit",
    "vocational_rehabilitation_benefit",
    "time_limited_disability_benefit",
)

BENEFIT_GROUPS = {
    # Paid in place of work because of illness, work injury, rehabilitation or prevention. Sick pay
    # is left out: registers of payments do not hold it.
    "sickness_related": (
        "sickness_benefit",
        "rehabilitation_benefit",
        "work_injury_benefit",
        "preventive_sickness_benefit",
    ),
}

# Ways out of observation that the cohort can name in `censor_reason` and a definition can ask
# for. Other reasons may stand in the cohort; they end observation and mean nothing more.
DEATH, EMIGRATION, OLD_AGE_PENSION = "death", "emigration", "old_age_pension"
EXITS = (DEATH, EMIGRATION, OLD_AGE_PENSION)

# The columns that identify the rows of results; no outcome and no group may have these names.
KEY_COLUMNS = ("person_id", "index_date")

# The dates that a study and its examples may lie between: a century of follow-up, twice, stays
# inside the calendar that computers have.
EARLIEST_YEAR, LATEST_YEAR = 1800, 2200

NOT_OBSERVED = "not_observed"

# States of a day that take precedence over work and absence, each with the words for it.
PRIOR_STATES = {
    "dead": "dead (death on or before that day)",
    "emigrated": "emigrated (on or before that day)",
    NOT_OBSERVED: "not observed on that day",
    DISABILITY_PENSION: "on disability pension at 100 percent",
}
WORK_STATES = ("full_work", "part_work", "full_absence")


def expand_benefits(names: tuple[str, ...]) -> tuple[str, ...]:
    """Replace group names by their members; sorted, each once.

    >>> expand_benefits(("sickness_related", "sick_pay"))[:2]
    ('preventive_sickness_benefit', 'rehabilitation_benefit')
    """
    members = (BENEFIT_GROUPS.get(name, (name,)) for name in names)
    return tuple(sorted({benefit for group in members for benefit in group}))


def expand_all_benefits(written: Any) -> Any:
    """A part of a definition, as a file writes it, with the members of groups in every list."""
    if isinstance(written, list | tuple):
        return [expand_all_benefits(each) for each in written]
    if not isinstance(written, dict):
        return written
    return {
        key: list(expand_benefits(tuple(value)))
        if key == "benefits"
        else expand_all_benefits(value)
        for key, value in written.items()
    }
