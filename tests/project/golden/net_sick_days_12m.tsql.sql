-- For SQL Server 2022 or later. This text is printed only: it was never executed on SQL Server.
-- Ids that are texts are compared by the collation of their columns, which may take a and A for the same.
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
    CAST(DATEDIFF(
      DAY,
      c.index_date,
      GREATEST(COALESCE(c.entry_date, o.observed_from), o.observed_from)
    ) AS INTEGER) AS first_day,
    CAST(DATEDIFF(DAY, c.index_date, LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to)) AS INTEGER) + 1 AS observed_days,
    CASE
      WHEN c.censor_date <= o.observed_to
      THEN CAST(DATEDIFF(DAY, c.index_date, c.censor_date) AS INTEGER)
    END AS exit_day,
    GREATEST(
      GREATEST(COALESCE(c.entry_date, o.observed_from), o.observed_from),
      CAST(DATEADD(DAY, -1, c.index_date) AS DATE)
    ) AS needed_from,
    LEAST(
      LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to),
      CAST(DATEADD(DAY, 373, c.index_date) AS DATE)
    ) AS needed_to,
    CAST(DATEDIFF(DAY, c.index_date, CAST(DATEADD(MONTH, 12, c.index_date) AS DATE)) AS INTEGER) AS months_12
  FROM cohort AS c
  CROSS JOIN observed AS o
), register_rows_1 AS (
  SELECT
    i.row_id,
    i.months_12,
    GREATEST(CAST(DATEDIFF(DAY, i.index_date, r.start_date) AS INTEGER), i.first_day) AS lo,
    LEAST(CAST(DATEDIFF(DAY, i.index_date, r.end_date) AS INTEGER) + 1, i.observed_days) AS hi,
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
      ORDER BY lo, hi
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reach,
    LEAD(lo) OVER (PARTITION BY row_id ORDER BY lo, hi) AS next_lo
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
    SUM(CAST(change AS BIGINT)) AS change
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
    LEAD(day) OVER (PARTITION BY row_id ORDER BY day) AS hi,
    SUM(CAST(change AS BIGINT)) OVER (PARTITION BY row_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS level
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
    CASE WHEN reach > lo OR next_lo < hi THEN 1 ELSE 0 END = 0
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
      CAST(CASE
        WHEN lo < months_12 AND hi > 0
        THEN CAST((
          LEAST(hi, months_12) - GREATEST(lo, 0)
        ) AS BIGINT) * extent
        ELSE 0
      END AS BIGINT)
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
    CAST(COALESCE(sick_days_in_1_value, 0) AS FLOAT) / CAST(1000000 AS FLOAT) AS sick_days_in_1_value,
    GREATEST(LEAST(months_12, observed_days) - GREATEST(0, first_day), 0) AS observed_days_1_value
  FROM (
    SELECT
      d.row_id AS row_id,
      d.person_id AS person_id,
      d.index_date AS index_date,
      d.censor_date AS censor_date,
      d.censor_reason AS censor_reason,
      d.first_day AS first_day,
      d.observed_days AS observed_days,
      d.exit_day AS exit_day,
      d.needed_from AS needed_from,
      d.needed_to AS needed_to,
      d.months_12 AS months_12,
      aggregates_1_1.sick_days_in_1_value AS sick_days_in_1_value
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
      d.row_id AS row_id,
      d.person_id AS person_id,
      d.index_date AS index_date,
      d.censor_date AS censor_date,
      d.censor_reason AS censor_reason,
      d.first_day AS first_day,
      d.observed_days AS observed_days,
      d.exit_day AS exit_day,
      d.needed_from AS needed_from,
      d.needed_to AS needed_to,
      d.months_12 AS months_12,
      d.sick_days_in_1_value AS sick_days_in_1_value,
      d.observed_days_1_value AS observed_days_1_value
    FROM dates_1 AS d
  ) AS d
)
SELECT
  row_id,
  sick_days_in_1_value AS [net_sick_days_12m],
  CAST(observed_days_1_value AS INTEGER) AS [net_sick_days_12m_observed_days],
  CAST(incomplete_1_value AS INTEGER) AS [net_sick_days_12m_incomplete]
FROM dates_2
ORDER BY
  row_id
