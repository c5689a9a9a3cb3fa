-- spells: person_id, start_date, end_date, extent_ppm (millionths of full time), benefit
-- cohort: row_id (order of the result), person_id, index_date, censor_date, censor_reason
-- observed: one row with observed_from, observed_to
WITH index_dates AS (
  SELECT
    c.row_id,
    c.person_id,
    c.index_date,
    c.censor_date,
    c.censor_reason,
    DATE_DIFF('DAY', c.index_date, o.observed_from) AS first_day,
    DATE_DIFF('DAY', c.index_date, LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to)) + 1 AS observed_days,
    CASE
      WHEN c.censor_date <= o.observed_to
      THEN DATE_DIFF('DAY', c.index_date, c.censor_date)
    END AS exit_day
  FROM cohort AS c
  CROSS JOIN observed AS o
), rows_1 AS (
  SELECT
    i.row_id,
    GREATEST(DATE_DIFF('DAY', i.index_date, r.start_date), i.first_day) AS lo,
    LEAST(DATE_DIFF('DAY', i.index_date, r.end_date) + 1, i.observed_days) AS hi,
    r.extent_ppm AS extent,
    r.benefit
  FROM spells AS r
  JOIN index_dates AS i
    ON r.person_id = i.person_id
  WHERE
    (
      GREATEST(DATE_DIFF('DAY', i.index_date, r.start_date), i.first_day)
    ) < LEAST(DATE_DIFF('DAY', i.index_date, r.end_date) + 1, i.observed_days)
), extents_1_edges AS (
  SELECT
    row_id,
    lo AS day,
    extent AS change
  FROM rows_1
  WHERE
    benefit IN (
      'disability_pension',
      'preventive_sickness_benefit',
      'rehabilitation_benefit',
      'sickness_benefit',
      'work_injury_benefit'
    )
  UNION ALL
  SELECT
    row_id,
    hi AS day,
    -extent AS change
  FROM rows_1
  WHERE
    benefit IN (
      'disability_pension',
      'preventive_sickness_benefit',
      'rehabilitation_benefit',
      'sickness_benefit',
      'work_injury_benefit'
    )
), extents_1_changes AS (
  SELECT
    row_id,
    day,
    SUM(change) AS change
  FROM extents_1_edges
  GROUP BY
    row_id,
    day
), extents_1_levels AS (
  SELECT
    row_id,
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
    lo,
    hi,
    LEAST(level, 1000000) AS extent
  FROM extents_1_levels
  WHERE
    level > 0
), extents_2_edges AS (
  SELECT
    row_id,
    lo AS day,
    extent AS change
  FROM rows_1
  WHERE
    benefit IN ('disability_pension')
  UNION ALL
  SELECT
    row_id,
    hi AS day,
    -extent AS change
  FROM rows_1
  WHERE
    benefit IN ('disability_pension')
), extents_2_changes AS (
  SELECT
    row_id,
    day,
    SUM(change) AS change
  FROM extents_2_edges
  GROUP BY
    row_id,
    day
), extents_2_levels AS (
  SELECT
    row_id,
    day AS lo,
    LEAD(day) OVER (PARTITION BY row_id ORDER BY day NULLS FIRST) AS hi,
    SUM(change) OVER (
      PARTITION BY row_id
      ORDER BY day NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS level
  FROM extents_2_changes
), extents_2 AS (
  SELECT
    row_id,
    lo,
    hi,
    LEAST(level, 1000000) AS extent
  FROM extents_2_levels
  WHERE
    level > 0
), state_on_1_pension AS (
  SELECT
    i.row_id,
    MAX(
      CASE
        WHEN s.lo <= DATE_DIFF(
          'DAY',
          i.index_date,
          CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
        )
        AND DATE_DIFF(
          'DAY',
          i.index_date,
          CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
        ) < s.hi
        THEN s.extent
        ELSE 0
      END
    ) AS extent
  FROM index_dates AS i
  LEFT JOIN extents_2 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), state_on_1_out_of_work AS (
  SELECT
    i.row_id,
    MAX(
      CASE
        WHEN s.lo <= DATE_DIFF(
          'DAY',
          i.index_date,
          CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
        )
        AND DATE_DIFF(
          'DAY',
          i.index_date,
          CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
        ) < s.hi
        THEN s.extent
        ELSE 0
      END
    ) AS extent
  FROM index_dates AS i
  LEFT JOIN extents_1 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), state_on_1 AS (
  SELECT
    i.row_id,
    CASE
      WHEN i.censor_reason = 'death'
      AND (
        DATE_DIFF('DAY', i.index_date, i.censor_date)
      ) <= DATE_DIFF(
        'DAY',
        i.index_date,
        CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
      )
      THEN 'dead'
      WHEN DATE_DIFF(
        'DAY',
        i.index_date,
        CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
      ) >= i.observed_days
      THEN 'not_observed'
      WHEN p.extent = 1000000
      THEN 'disability_pension'
      WHEN w.extent = 0
      THEN 'full_work'
      WHEN w.extent < 1000000
      THEN 'part_work'
      ELSE 'full_absence'
    END AS value
  FROM index_dates AS i
  INNER JOIN state_on_1_pension AS p
    ON i.row_id = p.row_id
  INNER JOIN state_on_1_out_of_work AS w
    ON i.row_id = w.row_id
)
SELECT
  i.row_id,
  s1.value AS "work_state_12m"
FROM index_dates AS i
INNER JOIN state_on_1 AS s1
  ON i.row_id = s1.row_id
ORDER BY
  i.row_id
