"""The steps that several measures begin with: rows, extents, absent days, spells and what competes."""

from rtw_outcomes.language.absence import Absence, Window
from rtw_outcomes.language.lengths import ZERO, Length
from rtw_outcomes.language.measures.spells import OfLength
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.vocabulary import EXITS, expand_benefits
from rtw_outcomes.planning.nodes.events import Exit, Onset, Return, SpellLength
from rtw_outcomes.planning.nodes.intervals import Absent, Extents, Paid, RegisterRows, Spells

ANY_EXTENT = Threshold.parse("any")


def find_window(outcome: Outcome) -> Window:
    """The window of an outcome that has one."""
    assert outcome.follow_up, "the rules ask for it"
    return outcome.follow_up


def read_ppm(when: Threshold) -> int:
    """A threshold that is the same for everybody, in parts per million."""
    assert isinstance(when.limit, int), "the rules let nothing else through"
    return when.limit


def plan_paid(benefits: tuple[str, ...]) -> Paid:
    """The register rows of benefits, or of groups of them."""
    return Paid(RegisterRows(), expand_benefits(benefits))


def plan_paid_days(absence: Absence) -> Extents:
    """All days that are paid."""
    return Extents(plan_paid(absence.benefits))


def plan_sick_days(absence: Absence) -> Extents | Absent:
    """The days that are absent, or all that are paid."""
    extents = plan_paid_days(absence)
    if absence.when in (None, ANY_EXTENT):
        return extents
    return Absent(extents, absence.when.limit)


def plan_spells(outcome: Outcome) -> Spells:
    """The steps from register rows to the spells that this outcome's absence makes."""
    absence = outcome.own_absence
    assert absence.when, "the rules ask for it"
    assert absence.join_gap is not None, "the rules ask for it"
    return plan_spells_of(absence.benefits, absence.when, absence.join_gap)


def plan_spells_of(benefits: tuple[str, ...], when: Threshold, join_gap: Length) -> Spells:
    """The spells of benefits, from an extent on and joined over a gap."""
    return Spells(Absent(Extents(plan_paid(benefits)), when.limit), join_gap.days)


def plan_length(kind: OfLength) -> SpellLength:
    """The length of the spells that count."""
    return SpellLength(
        at_least_days=kind.least.days,
        below_days=kind.below.days if kind.below else None,
        from_true_first_day=kind.from_true_first_day,
    )


def plan_competing(outcome: Outcome, origin: Return | None) -> tuple[Onset | Exit, ...]:
    """The competing events: benefits that begin after the origin, and exits."""
    return tuple(
        Exit(event)
        if event in EXITS
        else Onset(plan_spells_of((event,), ANY_EXTENT, ZERO), origin, SpellLength())
        for event in outcome.competing
    )
