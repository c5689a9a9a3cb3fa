"""The statistics that describe every outcome in every group, exact, with the persons behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rtw_outcomes.language.measures.composites import POPULATIONS, Logical, Rate
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import (
    MISSING,
    NamedDay,
    NamedState,
    NumberedPeriod,
    Role,
    SplitBy,
    name_share,
    name_statistic,
)
from rtw_outcomes.planning.nodes.node import Answer
from rtw_outcomes.planning.nodes.values import Category
from rtw_outcomes.planning.plan import Column, PlannedOutcome
from rtw_outcomes.statistics.censoring import CensoringReasons
from rtw_outcomes.statistics.contributors import (
    QUARTILES,
    Count,
    Moment,
    Partition,
    Ratio,
    Share,
)
from rtw_outcomes.statistics.fixed_days import (
    CENSORED,
    EVENTS,
    IN_ALL,
    NOT_AT_RISK,
    FixedDays,
    count_by_day,
    name_count,
)
from rtw_outcomes.statistics.members import Members
from rtw_outcomes.statistics.statistic import Quantity, Statistic

EVENT = "event"
YES, NO, ANY = "yes", "no", "any"
OBSERVED, FULLY, PARTLY = "observed", "fully_observed", "partly_observed"


def describe_outcome(
    resolved: ResolvedOutcome,
    planned: PlannedOutcome,
    members: Members,
    censoring: CensoringReasons | None = None,
    compared: "ComparedWith | None" = None,
) -> list[Statistic]:
    """All statistics that describe an outcome in one group, in the order of the summary.

    Args:
        resolved: the outcome.
        planned: its columns.
        members: the index dates of the group.
        censoring: why they are censored, where that is counted.
        compared: what a comparison of the group will be made of; None where it is not compared.
    """
    outcome = resolved.outcome
    build = _Description(outcome, members, compared)
    if outcome.result is Result.TIME:
        return list(build.times(planned, censoring))
    if outcome.result in (Result.STATE, Result.STATES):
        return [each for column in planned.values for each in build.states(column)]
    if isinstance(outcome.kind, Rate):
        return list(build.rate(outcome.kind, planned))
    unit = resolved.unit
    return [each for column in planned.values for each in build.numbers(column, planned, unit)]


@dataclass(frozen=True)
class ComparedWith:
    """What the description of a group must count for the sake of its comparison with others.

    Attributes:
        at: the days on which curves are read, as the study writes them.
        is_exact: whether groups of every size are told.
    """

    at: tuple[str, ...]
    is_exact: bool


def name_variable(split: SplitBy | None) -> tuple[str, str]:
    """What a column of results is about, and which of them: a period, a state or a day."""
    match split:
        case NumberedPeriod():
            return "period", str(split)
        case NamedState():
            return "state", str(split)
        case NamedDay():
            return "day", split.written
        case None:
            return "", ""


class _Description:
    """Makes statistics of one outcome in one group."""

    def __init__(self, outcome: Outcome, members: Members, compared: ComparedWith | None) -> None:
        self.outcome, self.members, self.compared = outcome, members, compared

    def times(
        self, planned: PlannedOutcome, censoring: CensoringReasons | None
    ) -> Iterator[Statistic]:
        members, outcome = self.members, self.outcome
        status, days = (members[planned.find(role).name] for role in (Role.STATUS, Role.DAYS))
        cells = {NOT_AT_RISK: status.is_null()}
        cells |= {label: status.eq(code) for code, label in enumerate(outcome.statuses)}
        # Those not at risk are hidden late, for other outcomes may tell them too.
        telling, precious = (EVENT, CENSORED, *outcome.competing), (CENSORED, NOT_AT_RISK, EVENT)
        partition = self._name(members.divide(cells, telling, precious=precious))
        everybody, at_risk = partition.whole(), partition.count(*outcome.statuses)
        yield self._make(NOT_AT_RISK, partition.count(NOT_AT_RISK), everybody)
        for label in (EVENT, CENSORED, *outcome.competing):
            yield self._make(label, partition.count(label), everybody)
            if label == CENSORED and censoring:
                yield from self._reasons(censoring, partition)
        yield self._make("days_at_risk", Moment("sum", members.look_at(days)), at_risk, unit="days")
        for column in planned.account:
            if column.role is Role.UNCONFIRMABLE:
                flag = members[column.name]
                parts = {NOT_AT_RISK: flag.is_null(), NO: flag.eq(0), YES: flag.eq(1)}
                confirmable = members.divide(parts, (), is_main=False)
                yield self._make("unconfirmable", confirmable.count(YES), at_risk)
        if self.compared:
            fixed = FixedDays.of(outcome, self.compared.at)
            counts = count_by_day(members, outcome, (days, status), fixed, self.compared.is_exact)
            totals = [
                (name_count(EVENTS, IN_ALL, cause), partition.count(cause))
                for cause in outcome.statuses[1:]
            ]
            for name, count in [*counts, *totals]:
                yield replace(self._make(name, count, at_risk), is_row=False)

    def _reasons(self, censoring: CensoringReasons, statuses: Partition) -> Iterator[Statistic]:
        """The censored index dates by reason."""
        column = self.members[censoring.column]
        cells = {"not_censored": column.is_null()}
        cells |= {reason: column.eq(reason) for reason in censoring.reasons}
        # Where all are censored for one reason, or none is, their status would follow.
        partition = self.members.divide(cells, tuple(cells), is_main=False)
        for reason in censoring.reasons:
            name = f"{CENSORED}_{reason}"
            yield self._make(name, partition.count(reason), statuses.count(CENSORED))

    def states(self, column: Column) -> Iterator[Statistic]:
        node, states = column.node, self.members[column.name]
        assert isinstance(node, Category), "no other step gives a state"
        cells = {state: states.eq(state) for state in node.states}
        if not node.is_always_known:
            cells[MISSING] = states.is_null()
        partition = self._name(self.members.divide(cells, node.states), column.split)
        for state in cells:
            yield self._make(state, partition.count(state), partition.whole(), column.split)
        for state in cells:
            share = Share(partition.count(state), partition.whole())
            yield self._make(name_share(state), share, partition.whole(), column.split, "percent")

    def rate(self, rate: Rate, planned: PlannedOutcome) -> Iterator[Statistic]:
        numerator, denominator = (planned.find(r) for r in (Role.NUMERATOR, Role.DENOMINATOR))
        known = self._known(numerator, planned)
        n = known.count(*(name for name in known.cells if name != MISSING))
        yield from self._count_known(known, None)
        values = [self.members.look_at(self.members[c.name]) for c in (numerator, denominator)]
        sums = Moment("sum", values[0]), Moment("sum", values[1], rate.over not in POPULATIONS)
        yield self._make("sum", sums[0], n)
        yield self._make("over", sums[1], n)
        yield self._make("rate", Ratio(rate.scale, *sums), n)

    def numbers(self, column: Column, planned: PlannedOutcome, unit: str) -> Iterator[Statistic]:
        """The statistics of one value: of the whole outcome, or of one period or state of it."""
        values = self.members[column.name]
        known = self._known(column, planned)
        yield from self._count_known(known, column.split)
        n = known.count(*(name for name in known.cells if name != MISSING))
        if isinstance(column.node, Answer):
            cells = {YES: values.eq(1), NO: values.eq(0), MISSING: values.is_null()}
            partition = self._name(self.members.divide(cells, (YES, NO)), column.split)
            answered = partition.count(YES, NO)
            for name in (YES, NO):
                yield self._make(name, partition.count(name), answered, column.split)
            share = Share(partition.count(YES), answered)
            yield self._make(name_share(YES), share, answered, column.split, "percent")
            return
        looked_at = self.members.look_at(values)
        for name in ("mean", "sd", *QUARTILES):
            yield self._make(name, Moment(name, looked_at), n, column.split, unit)
        if self.compared and not isinstance(column.split, NumberedPeriod):
            cells = {MISSING: values.is_null(), NO: values.eq(0), ANY: values.ne(0)}
            partition = self.members.divide(cells, (NO, ANY), is_main=False)
            answered = partition.count(NO, ANY)
            yield replace(
                self._make(ANY, partition.count(ANY), answered, column.split), is_row=False
            )

    def _known(self, column: Column, planned: PlannedOutcome) -> Partition:
        """The index dates with a missing value, and those with fully or partly observed ones."""
        values = self.members[column.name]
        account = planned.find_beside(column, Role.INCOMPLETE)
        missing = values.is_null()
        if account:
            incomplete = self.members[account.name]
            cells = {
                MISSING: missing,
                FULLY: ~missing & incomplete.eq(0).fill_null(False),
                PARTLY: ~missing & incomplete.eq(1).fill_null(False),
            }
        else:
            cells = {MISSING: missing, OBSERVED: ~missing}
        return self.members.divide(cells, (), is_main=False)

    def _count_known(self, known: Partition, split: SplitBy | None) -> Iterator[Statistic]:
        for name in known.cells:
            yield self._make(name, known.count(name), known.whole(), split)

    def _name(self, partition: Partition, split: SplitBy | None = None) -> Partition:
        """The partition of the results of the outcome, which others may be made of."""
        if split:
            return partition
        kind = self.outcome.kind
        made_of = kind.outcomes if isinstance(kind, Logical) else ()
        return replace(partition, outcome=self.outcome.outcome, made_of=made_of)

    def _make(
        self,
        name: str,
        number: Quantity,
        n: Count,
        split: SplitBy | None = None,
        unit: str = "",
    ) -> Statistic:
        variable, level = name_variable(split)
        return Statistic(
            outcome=self.outcome.outcome,
            group=self.members.group,
            name=name_statistic(name, split),
            number=number,
            n=n,
            variable=variable,
            level=level,
            stat=name,
            unit=unit,
        )
