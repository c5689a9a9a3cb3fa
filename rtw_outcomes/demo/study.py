"""The study file of the demo: what a researcher would write for a delivery like this one."""

from rtw_outcomes.demo.effect import (
    SHARE_SHORTENED,
    TRUE_DIFFERENCE_IN_NET_DAYS,
    TRUE_DIFFERENCE_IN_RETURN,
)
from rtw_outcomes.demo.period import OBSERVED_FROM, OBSERVED_TO
from rtw_outcomes.demo.register import PENSION, PREVENTIVE, REHABILITATION, SICKNESS, WORK_INJURY

SPELLS_FILE = "delivery/midas_delfall.tsv"
COHORT_FILE = "delivery/cohort.csv"
DEFINITION_FILE = "net_sick_days_by_quarter_12m.yaml"

DEFINITION = """\
# A definition of our own: it says only what it changes in `net_sick_days_12m`.
outcome: net_sick_days_by_quarter_12m
language: 1
title: Net sick days in each quarter of 12 months
source:
  text: the demo, to show when in the year the effect is
  certainty: our own
group: own
based_on: net_sick_days_12m
measure:
  sick_days: {count: net, per: 3 months}
examples:
  - case: full time from before the index date to the end of the second month
    index: 2020-01-01
    spells: |
      start       end         extent
      2019-12-20  2020-02-29  100
    expect: {parts: [60, 0, 0, 0]}
"""

STUDY = f"""\
# yaml-language-server: $schema=study.schema.json
# The data are synthetic: every person in them is made up, and so is every result.
study: synthetic-demo
register: midas
synthetic: true
tolerate: 10 percent  # some rows are faulty on purpose
observed: {{from: {OBSERVED_FROM}, to: {OBSERVED_TO}}}
spells: {SPELLS_FILE}
cohort: {COHORT_FILE}
# Försäkringskassan's list of benefit codes is not public. These codes are the demo's
# own: take yours from the documentation that comes with your delivery.
benefit_codes:
  {SICKNESS}: sickness_benefit
  {REHABILITATION}: rehabilitation_benefit
  {WORK_INJURY}: work_injury_benefit
  {PREVENTIVE}: preventive_sickness_benefit
  {PENSION}: disability_pension
outcomes:
  - net_sick_days_12m
  - gross_sick_days_12m
  - full_rtw_28d
  - sustainable_rtw_3m
  - sustainable_full_rtw_3m
  - days_to_first_relapse
  - recurrence_12m
  - work_state_12m
  - capnote_state
  - {DEFINITION_FILE}  # our own, beside this file
# The effect is made up and therefore known: in the arm `intervention`, {SHARE_SHORTENED * 100:.0f} percent of the spells under
# way on day 0 last half as long from then on. The same persons have {-TRUE_DIFFERENCE_IN_NET_DAYS} net days fewer over 12
# months with it than without it. Of those who are absent on day 0, {TRUE_DIFFERENCE_IN_RETURN} percentage points more are
# back by day 90.
compare:
  groups: arm
  reference: control
  cluster: care_centre
  adjust: [sex, birth_year]
  at: [90 days, 180 days, 12 months]
  subgroups: [sex]
describe: [sex, birth_year]
primary: [net_sick_days_12m]
by: [arm]
"""
