# What a careful analyst writes with data.table: joins, shift and cumsum by group, no loops.
#
#   Rscript datatable_script.R spells.csv cohort.csv results.csv report.json first_day last_day STYLE
#
# Dates are days since 1970, and one row of the cohort is one `row`. Intervals are half-open,
# [start, end). Reading and computing are timed apart.
#
# STYLE is `by_group` or `tuned`. By group is how data.table is taught: `shift` and `cumsum` with
# `by = row`. Before its version 1.15 that calls R once for each group. Who knows it compares
# neighbours by hand in the sorted table, and sums without groups, because the changes of a row add
# up to 0: that is `tuned`, and it differs in four lines.

suppressPackageStartupMessages(library(data.table))
setDTthreads(0) # all cores; the default is half of them

arguments <- commandArgs(trailingOnly = TRUE)
observed_from <- as.integer(arguments[5])
observed_to <- as.integer(arguments[6])
TUNED <- arguments[7] == "tuned"

ABSENCE <- c(
  "sickness_benefit", "rehabilitation_benefit",
  "work_injury_benefit", "preventive_sickness_benefit"
)
FULL_TIME <- 1000000L
GAP <- 5L
NEVER <- .Machine$integer.max

# The same day of a later month, or the last day of a month that is too short. There are few
# different dates, so each is worked out once.
add_months <- function(day, months) {
  each <- unique(day)
  date <- as.POSIXlt(as.Date(each, origin = "1970-01-01"), tz = "UTC")
  first_of_month <- function(month) {
    as.integer(as.Date(ISOdate(date$year + 1900L + month %/% 12L, month %% 12L + 1L, 1L)))
  }
  month <- date$mon + months
  last <- first_of_month(month + 1L) - 1L
  later <- pmin(first_of_month(month) + date$mday - 1L, last)
  later[match(day, each)]
}

# The start of the row's next interval.
add_next <- function(intervals, name) {
  if (TUNED) {
    intervals[, (name) := fifelse(row == shift(row, type = "lead"), shift(start, type = "lead"), NA_integer_)]
  } else {
    intervals[, (name) := shift(start, type = "lead"), by = row]
  }
}

# Intervals of one extent: it changes where a row starts and where one ends.
add_up_extents <- function(rows) {
  changes <- rbind(
    rows[, .(row, start, change = extent_ppm)],
    rows[, .(row, start = end, change = -extent_ppm)]
  )
  changes <- changes[, .(change = sum(change)), keyby = .(row, start)]
  if (TUNED) changes[, extent := as.integer(cumsum(as.numeric(change)))]
  else changes[, extent := cumsum(change), by = row]
  changes <- add_next(changes, "end")
  changes[extent > 0, .(row, start, end, extent = pmin(extent, FULL_TIME))]
}

# Join intervals that are at most a gap apart.
join_spells <- function(intervals, gap) {
  intervals <- copy(intervals)
  if (TUNED) intervals[, previous := fifelse(row == shift(row), shift(end), NA_integer_)]
  else intervals[, previous := shift(end), by = row]
  intervals[, number := cumsum(is.na(previous) | start - previous > gap)]
  intervals[, .(row = first(row), start = first(start), end = last(end)), by = number]
}

# The first pension that begins after the origin, or a death: its day and status.
find_competing <- function(origins, pensions, cohort) {
  begins <- pensions[origins, on = "row", nomatch = NULL][start > origin, .(pension = min(start)), by = row]
  competing <- cohort[origins$row, .(row, death = seen_death)]
  competing[begins, on = "row", pension := i.pension]
  competing[is.na(pension), pension := NEVER]
  competing[, .(row, other_day = pmin(pension, death), other_status = fifelse(pension <= death, 2L, 3L))]
}

# Days to the return and status, for those who are absent on the index date.
find_return <- function(spells, run_end, cohort, competing) {
  spells <- add_next(copy(spells), "next_start")
  spells[, run_end := run_end(end)]
  spells[, index_day := cohort$index_date[row]]
  at_risk <- spells[start <= index_day & index_day < end, .(row)]
  free <- spells[end > index_day & (is.na(next_start) | next_start >= run_end)]
  first <- unique(free, by = "row")[at_risk, on = "row"]
  first[cohort, on = "row", `:=`(year_end = i.year_end, observed_end = i.observed_end)]
  first[competing, on = "row", `:=`(other_day = i.other_day, other_status = i.other_status)]
  first[, day := fcase(
    other_day < run_end & other_day < year_end, other_day,
    other_day < run_end | end >= year_end, year_end,
    rep(TRUE, .N), end
  )]
  first[, status := fcase(
    other_day < run_end & other_day < year_end, other_status,
    other_day < run_end | end >= year_end, 0L,
    rep(TRUE, .N), as.integer(run_end <= observed_end)
  )]
  first[, .(row, days = day - index_day, status)]
}

compute_outcomes <- function(spells, cohort) {
  cohort[, `:=`(
    row = .I,
    year_end = add_months(index_date, 12L),
    window_end = add_months(index_date, 24L),
    observed_end = fifelse(is.na(censor_date), observed_to, pmin(censor_date, observed_to)) + 1L,
    death = fifelse(censor_reason == "death", censor_date, NEVER)
  )]
  cohort[, seen_death := fifelse(death <= observed_to, death, NEVER)]
  cohort[, `:=`(
    first = pmax(index_date - GAP, observed_from), last = pmin(window_end, observed_end)
  )]

  rows <- spells[
    cohort[, .(person_id, row, first, last)], on = "person_id", nomatch = NULL, allow.cartesian = TRUE
  ]
  rows <- rows[start_date < last & end_date >= first]
  rows[, `:=`(start = pmax(start_date, first), end = pmin(end_date + 1L, last))]
  absence <- add_up_extents(rows[benefit %chin% ABSENCE])
  pension <- add_up_extents(rows[benefit == "disability_pension"])
  any_spells <- join_spells(absence, GAP)
  full_spells <- join_spells(absence[extent == FULL_TIME], GAP)
  pensions <- join_spells(pension, 0L)

  outcomes <- cohort[, .(row, observed_days = pmin(year_end, observed_end) - index_date)]

  # Net and gross days from the index date to the end of the year.
  absence[cohort, on = "row", `:=`(index_date = i.index_date, year_end = i.year_end)]
  absence[, gross := pmax(pmin(end, year_end) - pmax(start, index_date), 0L)]
  sick_days <- absence[, .(net = sum(as.numeric(gross) * extent) / FULL_TIME, gross = sum(gross)), by = row]
  outcomes[, `:=`(net = 0, gross = 0L)]
  outcomes[sick_days, on = "row", `:=`(net = i.net, gross = i.gross)]

  competing <- find_competing(cohort[, .(row, origin = index_date)], pensions, cohort)
  full_28d <- find_return(any_spells, function(day) day + 28L, cohort, competing)
  part_3m <- find_return(full_spells, function(day) add_months(day, 3L), cohort, competing)
  full_3m <- find_return(any_spells, function(day) add_months(day, 3L), cohort, competing)
  outcomes[full_28d, on = "row", `:=`(full_28d_days = i.days, full_28d_status = i.status)]
  outcomes[part_3m, on = "row", `:=`(part_3m_days = i.days, part_3m_status = i.status)]
  outcomes[full_3m, on = "row", `:=`(full_3m_days = i.days, full_3m_status = i.status)]

  # Relapse and recurrence, of those who returned.
  returned <- full_28d[status == 1L, .(row, origin = cohort$index_date[row] + days)]
  returned[, after := add_months(origin, 12L)]
  returned[, end := pmin(after, cohort$observed_end[row])]
  new_spells <- any_spells[returned, on = "row", .(row, start, origin, after)]
  new_spells <- new_spells[start > origin & start < after, .(relapse = min(start), count = .N), by = row]
  returned[, `:=`(relapse = NEVER, count = 0L)]
  returned[new_spells, on = "row", `:=`(relapse = i.relapse, count = i.count)]
  other <- find_competing(returned[, .(row, origin)], pensions, cohort)
  returned[other, on = "row", `:=`(other_day = i.other_day, other_status = i.other_status)]
  returned[, is_relapse := relapse < end & relapse <= other_day]
  returned[, `:=`(
    day = fifelse(is_relapse, relapse, pmin(end, other_day)),
    status = fcase(is_relapse, 1L, other_day < end, other_status, default = 0L)
  )]
  outcomes[returned, on = "row", `:=`(
    relapse_days = i.day - i.origin, relapse_status = i.status,
    recurrence = i.count, recurrence_days = i.end - i.origin
  )]

  # The state on the day a year after the index date.
  state <- cohort[, .(row, day = year_end, death, observed_end, on_absence = 0L, on_pension = 0L)]
  pension[cohort, on = "row", year_end := i.year_end]
  state[absence[start <= year_end & year_end < end], on = "row", on_absence := i.extent]
  state[pension[start <= year_end & year_end < end], on = "row", on_pension := i.extent]
  state[, state := fcase(
    death <= day, "dead",
    day >= observed_end, "not_observed",
    on_pension >= FULL_TIME, "disability_pension",
    on_absence + on_pension == 0L, "full_work",
    on_absence + on_pension < FULL_TIME, "part_work",
    default = "full_absence"
  )]

  outcomes[, .(
    net_sick_days_12m = net,
    net_sick_days_12m_observed_days = observed_days,
    gross_sick_days_12m = gross,
    gross_sick_days_12m_observed_days = observed_days,
    full_rtw_28d_days = full_28d_days,
    full_rtw_28d_status = full_28d_status,
    sustainable_rtw_3m_days = part_3m_days,
    sustainable_rtw_3m_status = part_3m_status,
    sustainable_full_rtw_3m_days = full_3m_days,
    sustainable_full_rtw_3m_status = full_3m_status,
    days_to_first_relapse_days = relapse_days,
    days_to_first_relapse_status = relapse_status,
    recurrence_12m = recurrence,
    recurrence_12m_observed_days = recurrence_days,
    work_state_12m = state$state
  )]
}

read_time <- system.time({
  spells <- fread(arguments[1])
  cohort <- fread(arguments[2])
})
compute_time <- system.time(outcomes <- compute_outcomes(spells, cohort))
cpu <- sum((read_time + compute_time)[c("user.self", "sys.self")])

# Linux tells the peak memory of a process; elsewhere R's own count stands for it.
peak_mib <- if (file.exists("/proc/self/status")) {
  line <- grep("^VmHWM:", readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
} else {
  sum(gc()[, 6])
}
fwrite(outcomes, arguments[3])
writeLines(
  sprintf(
    '{"read": %f, "compute": %f, "cpu": %f, "peak_mib": %f}',
    read_time[["elapsed"]], compute_time[["elapsed"]], cpu, peak_mib
  ),
  arguments[4]
)
