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
), sick_days_in_1 AS (
  SELECT
    i.row_id,
    CAST(SUM(
      CASE
        WHEN s.lo < DATE_DIFF(
          'DAY',
          i.index_date,
          CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
        )
        AND s.hi > (
          0 + 0
        )
        THEN (
          LEAST(
            s.hi,
            DATE_DIFF(
              'DAY',
              i.index_date,
              CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
            )
          ) - GREATEST(s.lo, (
            0 + 0
          ))
        ) * s.extent
        ELSE 0
      END
    ) AS DOUBLE) / CAST(1000000 AS DOUBLE) AS value
  FROM index_dates AS i
  LEFT JOIN extents_1 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), observed_days_1 AS (
  SELECT
    i.row_id,
    CASE
      WHEN NOT 0 IS NULL
      THEN GREATEST(
        LEAST(
          DATE_DIFF(
            'DAY',
            i.index_date,
            CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
          ),
          i.observed_days
        ) - GREATEST((
          0 + 0
        ), i.first_day),
        0
      )
    END AS value
  FROM index_dates AS i
), incomplete_1 AS (
  SELECT
    i.row_id,
    CASE
      WHEN v.value IS NULL
      THEN NULL
      WHEN v.value < (
        DATE_DIFF(
          'DAY',
          i.index_date,
          CAST(CAST(i.index_date + INTERVAL 0 DAY AS DATE) + INTERVAL 12 MONTH AS DATE)
        ) - (
          0 + 0
        )
      )
      THEN 1
      ELSE 0
    END AS value
  FROM index_dates AS i
  INNER JOIN observed_days_1 AS v
    ON i.row_id = v.row_id
)
SELECT
  i.row_id,
  s1.value AS "net_sick_days_12m",
  s2.value AS "net_sick_days_12m_observed_days",
  s3.value AS "net_sick_days_12m_incomplete"
FROM index_dates AS i
INNER JOIN sick_days_in_1 AS s1
  ON i.row_id = s1.row_id
INNER JOIN observed_days_1 AS s2
  ON i.row_id = s2.row_id
INNER JOIN incomplete_1 AS s3
  ON i.row_id = s3.row_id
ORDER BY
  i.row_id
