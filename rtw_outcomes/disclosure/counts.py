"""Counts and shares as they are told, from the system of counts that they are in."""

from rtw_outcomes.disclosure.count_system import CountSystem, Form, to_nearest
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
        return _tell_size(count, system, rules)
    if Form.HIDDEN in own:
        return _tell_by_the_rest(count, system, forms)
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
    """Whether it is the group without cells that are told exactly; the size of a group is told.

    A cell with all of the group tells the value of everybody, unless it says that nothing is known.
    """
    telling = [name for name in count.cells if name in count.partition.telling]
    is_of_all = not any(count.partition.rows[name] for name in count.rest)
    filled = [name for name in telling if count.partition.rows[name]]
    if is_of_all and len(filled) == 1 and len(telling) < len(count.partition.telling):
        return False
    return all(forms[name] is Form.EXACT for name in count.rest)


def _tell_by_the_rest(count: Count, system: CountSystem, forms: dict[str, Form]) -> Told:
    """The group without what is told of the rest in steps: it says no more than that."""
    if len(count.cells) == 1 or count.value < system.below:
        return hide(COUNT)
    is_told = [forms[name] is not Form.HIDDEN for name in count.rest]
    if not is_told or not all(is_told) or system.is_side:
        return hide(COUNT)
    told = [system.tell(count.partition, name) for name in count.rest]
    rest, step = sum(value for value, _ in told), max(step for _, step in told)
    return Told(float(count.partition.codes.size - rest), step=float(step))


def _tell_size(count: Count, system: CountSystem, rules: RuleSet) -> Told:
    """A count as it is, or in the steps of the rules; of a group on the side in those that hide few persons.

    The groups of two descriptions overlap, so the sizes of the ones are not told as exactly as the others.
    """
    step = max(rules.round_to, rules.below if system.is_side and rules.below > 1 else 0)
    if not step or not count.value:
        return Told(float(count.value))
    return Told(float(to_nearest(count.value, step)), step=float(step))
