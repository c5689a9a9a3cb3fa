-- spells: person_id, start_date, end_date, extent_ppm (millionths of full time), benefit
-- cohort: row_id (order of the result), person_id, index_date, entry_date, censor_date, censor_reason
-- observed: one row with observed_from, observed_to
WITH index_dates AS (
  SELECT
    c.row_id,
    c.person_id,
    c.index_date,
    c.censor_date,
    c.censor_reason,
    CAST(DATE_DIFF(
      'DAY',
      c.index_date,
      GREATEST(COALESCE(c.entry_date, o.observed_from), o.observed_from)
    ) AS INT) AS first_day,
    CAST(DATE_DIFF('DAY', c.index_date, LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to)) AS INT) + 1 AS observed_days,
    CASE
      WHEN c.censor_date <= o.observed_to
      THEN CAST(DATE_DIFF('DAY', c.index_date, c.censor_date) AS INT)
    END AS exit_day,
    GREATEST(
      GREATEST(COALESCE(c.entry_date, o.observed_from), o.observed_from),
      CAST(c.index_date + INTERVAL (-1) DAY AS DATE)
    ) AS needed_from,
    LEAST(
      LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to),
      CAST(c.index_date + INTERVAL 373 DAY AS DATE)
    ) AS needed_to,
    CAST(DATE_DIFF('DAY', c.index_date, CAST(c.index_date + INTERVAL 12 MONTH AS DATE)) AS INT) AS months_12
  FROM cohort AS c
  CROSS JOIN observed AS o
), register_rows_1 AS (
  SELECT
    i.row_id,
    i.months_12,
    GREATEST(CAST(DATE_DIFF('DAY', i.index_date, r.start_date) AS INT), i.first_day) AS lo,
    LEAST(CAST(DATE_DIFF('DAY', i.index_date, r.end_date) AS INT) + 1, i.observed_days) AS hi,
    r.extent_ppm AS extent,
    r.benefit
  FROM spells AS r
  JOIN index_dates AS i
    ON r.person_id = i.person_id
  WHERE
    r.end_date >= i.needed_from AND r.start_date <= i.needed_to
), paid_1 AS (
  SELECT
    row_id,
    months_12,
    lo,
    hi,
    extent,
    MAX(hi) OVER (
      PARTITION BY row_id
      ORDER BY lo NULLS FIRST, hi NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reach,
    LEAD(lo) OVER (PARTITION BY row_id ORDER BY lo NULLS FIRST, hi NULLS FIRST) AS next_lo
  FROM register_rows_1
  WHERE
    benefit IN (
      'preventive_sickness_benefit',
      'rehabilitation_benefit',
      'sickness_benefit',
      'work_injury_benefit'
    )
), extents_1_edges AS (
  SELECT
    row_id,
    months_12,
    lo AS day,
    extent AS change
  FROM paid_1
  WHERE
    reach > lo OR next_lo < hi
  UNION ALL
  SELECT
    row_id,
    months_12,
    hi AS day,
    -extent AS change
  FROM paid_1
  WHERE
    reach > lo OR next_lo < hi
), extents_1_changes AS (
  SELECT
    row_id,
    months_12,
    day,
    SUM(change) AS change
  FROM extents_1_edges
  GROUP BY
    row_id,
    months_12,
    day
), extents_1_levels AS (
  SELECT
    row_id,
    months_12,
    day AS lo,
    LEAD(day) OVER (PARTITION BY row_id ORDER BY day NULLS FIRST) AS hi,
    SUM(change) OVER (
      PARTITION BY row_id
      ORDER BY day NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS level
  FROM extents_1_changes
), extents_1 AS (
  SELECT
    row_id,
    months_12,
    lo,
    hi,
    extent
  FROM paid_1
  WHERE
    COALESCE(reach > lo OR next_lo < hi, FALSE) = FALSE
  UNION ALL
  SELECT
    row_id,
    months_12,
    lo,
    hi,
    LEAST(level, 1000000) AS extent
  FROM extents_1_levels
  WHERE
    level > 0
), aggregates_1_1 AS (
  SELECT
    row_id,
    SUM(
      CASE
        WHEN lo < months_12 AND hi > 0
        THEN (
          LEAST(hi, months_12) - GREATEST(lo, 0)
        )
        ELSE 0
      END
    ) AS sick_days_in_1_value
  FROM extents_1
  WHERE
    lo < months_12 AND hi > 0
  GROUP BY
    row_id
), dates_1 AS (
  SELECT
    row_id,
    person_id,
    index_date,
    censor_date,
    censor_reason,
    first_day,
    observed_days,
    exit_day,
    needed_from,
    needed_to,
    months_12,
    COALESCE(sick_days_in_1_value, 0) AS sick_days_in_1_value,
    GREATEST(LEAST(months_12, observed_days) - GREATEST(0, first_day), 0) AS observed_days_1_value
  FROM (
    SELECT
      d.row_id,
      d.person_id,
      d.index_date,
      d.censor_date,
      d.censor_reason,
      d.first_day,
      d.observed_days,
      d.exit_day,
      d.needed_from,
      d.needed_to,
      d.months_12,
      aggregates_1_1.sick_days_in_1_value
    FROM index_dates AS d
    LEFT JOIN aggregates_1_1
      ON d.row_id = aggregates_1_1.row_id
  ) AS d
), dates_2 AS (
  SELECT
    row_id,
    person_id,
    index_date,
    censor_date,
    censor_reason,
    first_day,
    observed_days,
    exit_day,
    needed_from,
    needed_to,
    months_12,
    sick_days_in_1_value,
    observed_days_1_value,
    CASE WHEN observed_days_1_value < (
      months_12 - 0
    ) THEN 1 ELSE 0 END AS incomplete_1_value
  FROM (
    SELECT
      d.row_id,
      d.person_id,
      d.index_date,
      d.censor_date,
      d.censor_reason,
      d.first_day,
      d.observed_days,
      d.exit_day,
      d.needed_from,
      d.needed_to,
      d.months_12,
      d.sick_days_in_1_value,
      d.observed_days_1_value
    FROM dates_1 AS d
  ) AS d
)
SELECT
  row_id,
  CAST(sick_days_in_1_value AS INT) AS "gross_sick_days_12m",
  CAST(observed_days_1_value AS INT) AS "gross_sick_days_12m_observed_days",
  CAST(incomplete_1_value AS INT) AS "gross_sick_days_12m_incomplete"
FROM dates_2
ORDER BY
  row_id
