"""Counts and shares as they are told, from the system of counts that they are in."""

from rtw_outcomes.disclosure.count_system import CountSystem, Form
from rtw_outcomes.disclosure.moments import FINEST
from rtw_outcomes.disclosure.told import COUNT, NOTHING, Told, hide, tell_in_steps
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.statistics.contributors import Count, Share

FINEST_OF_STEPS = 0.1  # percent: more digits would say nothing of a count in steps


def tell_count(count: Count, system: CountSystem, rules: RuleSet) -> Told:
    """A count: exact, to the nearest step, or hidden."""
    partition = count.partition
    forms = {name: system.form_of(partition, name) for name in partition.cells}
    own = [forms[name] for name in count.cells]
    if all(form is Form.EXACT for form in own) or _is_told_by_the_rest(count, forms):
        return _round(count.value, rules)
    if Form.HIDDEN in own:
        return hide(COUNT)
    told = [system.tell(partition, name) for name in count.cells]
    return Told(float(sum(value for value, _ in told)), step=float(max(step for _, step in told)))


def tell_share(share: Share, system: CountSystem, rules: RuleSet) -> Told:
    """A share, computed from its two counts as they are told."""
    if share.value is None:
        return NOTHING
    part, whole = (tell_count(each, system, rules) for each in (share.part, share.whole))
    if part.value is None or whole.value is None:
        return hide(COUNT)
    if not whole.value:
        return NOTHING
    is_exact = part.step is None and whole.step is None
    return tell_in_steps(100 * part.value / whole.value, FINEST if is_exact else FINEST_OF_STEPS)


def _is_told_by_the_rest(count: Count, forms: dict[str, Form]) -> bool:
    """Whether it is the group without cells that are told exactly; the size of a group is told."""
    return all(forms[name] is Form.EXACT for name in count.rest)


def _round(value: int, rules: RuleSet) -> Told:
    if not rules.round_to:
        return Told(float(value))
    return Told(float(round(value / rules.round_to) * rules.round_to), step=float(rules.round_to))
