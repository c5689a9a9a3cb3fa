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
    DATEDIFF(DAY, c.index_date, o.observed_from) AS first_day,
    DATEDIFF(DAY, c.index_date, LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to)) + 1 AS observed_days,
    CASE
      WHEN c.censor_date <= o.observed_to
      THEN DATEDIFF(DAY, c.index_date, c.censor_date)
    END AS exit_day
  FROM cohort AS c
  CROSS JOIN observed AS o
), rows_1 AS (
  SELECT
    i.row_id,
    GREATEST(DATEDIFF(DAY, i.index_date, r.start_date), i.first_day) AS lo,
    LEAST(DATEDIFF(DAY, i.index_date, r.end_date) + 1, i.observed_days) AS hi,
    r.extent_ppm AS extent,
    r.benefit
  FROM spells AS r
  JOIN index_dates AS i
    ON r.person_id = i.person_id
  WHERE
    (
      GREATEST(DATEDIFF(DAY, i.index_date, r.start_date), i.first_day)
    ) < LEAST(DATEDIFF(DAY, i.index_date, r.end_date) + 1, i.observed_days)
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
    LEAD(day) OVER (PARTITION BY row_id ORDER BY day) AS hi,
    SUM(change) OVER (PARTITION BY row_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS level
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
), absent_1 AS (
  SELECT
    row_id,
    lo,
    hi
  FROM extents_1
  WHERE
    extent >= 1
), spells_1_gaps AS (
  SELECT
    row_id,
    lo,
    hi,
    CASE
      WHEN (
        lo - LAG(hi) OVER (PARTITION BY row_id ORDER BY lo)
      ) <= 5
      THEN 0
      ELSE 1
    END AS begins
  FROM absent_1
), spells_1_runs AS (
  SELECT
    row_id,
    lo,
    hi,
    SUM(begins) OVER (PARTITION BY row_id ORDER BY lo ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell
  FROM spells_1_gaps
), spells_1 AS (
  SELECT
    row_id,
    MIN(lo) AS lo,
    MAX(hi) AS hi
  FROM spells_1_runs
  GROUP BY
    row_id,
    spell
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
    LEAD(day) OVER (PARTITION BY row_id ORDER BY day) AS hi,
    SUM(change) OVER (PARTITION BY row_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS level
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
), absent_2 AS (
  SELECT
    row_id,
    lo,
    hi
  FROM extents_2
  WHERE
    extent >= 1
), spells_2_gaps AS (
  SELECT
    row_id,
    lo,
    hi,
    CASE
      WHEN (
        lo - LAG(hi) OVER (PARTITION BY row_id ORDER BY lo)
      ) <= 0
      THEN 0
      ELSE 1
    END AS begins
  FROM absent_2
), spells_2_runs AS (
  SELECT
    row_id,
    lo,
    hi,
    SUM(begins) OVER (PARTITION BY row_id ORDER BY lo ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell
  FROM spells_2_gaps
), spells_2 AS (
  SELECT
    row_id,
    MIN(lo) AS lo,
    MAX(hi) AS hi
  FROM spells_2_runs
  GROUP BY
    row_id,
    spell
), onset_1 AS (
  SELECT
    i.row_id,
    MIN(CASE WHEN s.lo > 0 THEN s.lo END) AS day
  FROM index_dates AS i
  LEFT JOIN spells_2 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), exit_1 AS (
  SELECT
    row_id,
    CASE WHEN censor_reason = 'death' THEN exit_day END AS day
  FROM index_dates
), return_1_ahead AS (
  SELECT
    row_id,
    lo,
    hi,
    LEAD(lo) OVER (PARTITION BY row_id ORDER BY lo) AS next_lo
  FROM spells_1
  WHERE
    hi > 0
), return_1_free AS (
  SELECT
    a.row_id,
    MIN(a.lo) AS first_lo,
    MIN(CASE WHEN a.next_lo IS NULL OR a.next_lo >= (
      a.hi + 28
    ) THEN a.hi END) AS day
  FROM return_1_ahead AS a
  INNER JOIN index_dates AS i
    ON a.row_id = i.row_id
  GROUP BY
    a.row_id
), return_1_candidates AS (
  SELECT
    i.row_id,
    i.index_date,
    i.observed_days,
    DATEDIFF(
      DAY,
      i.index_date,
      CAST(ADD_MONTHS(CAST(DATE_ADD(i.index_date, 0) AS DATE), 12) AS DATE)
    ) AS follow_up,
    CASE WHEN f.first_lo <= 0 THEN f.day END AS day,
    LEAST(COALESCE(c2.day, 1000000), COALESCE(c3.day, 1000000), 1000000) AS other_day,
    CASE
      WHEN COALESCE(c2.day, 1000000) = LEAST(COALESCE(c2.day, 1000000), COALESCE(c3.day, 1000000), 1000000)
      THEN 2
      WHEN COALESCE(c3.day, 1000000) = LEAST(COALESCE(c2.day, 1000000), COALESCE(c3.day, 1000000), 1000000)
      THEN 3
    END AS other_status
  FROM index_dates AS i
  INNER JOIN onset_1 AS c2
    ON i.row_id = c2.row_id
  INNER JOIN exit_1 AS c3
    ON i.row_id = c3.row_id
  LEFT JOIN return_1_free AS f
    ON i.row_id = f.row_id
), return_1_runs AS (
  SELECT
    i.row_id,
    i.observed_days,
    i.follow_up,
    i.day,
    i.other_day,
    i.other_status,
    (
      i.day + 28
    ) AS run_end
  FROM return_1_candidates AS i
), return_1 AS (
  SELECT
    row_id,
    follow_up,
    CASE
      WHEN NOT day IS NULL AND other_day < run_end
      THEN LEAST(other_day, follow_up)
      WHEN NOT day IS NULL
      THEN LEAST(day, follow_up)
    END AS days,
    CASE
      WHEN (
        NOT day IS NULL AND other_day < run_end
      ) AND other_day < follow_up
      THEN other_status
      WHEN NOT day IS NULL AND other_day < run_end
      THEN 0
      WHEN day < follow_up AND run_end <= observed_days
      THEN 1
      WHEN NOT day IS NULL
      THEN 0
    END AS status,
    CASE
      WHEN CASE
        WHEN (
          NOT day IS NULL AND other_day < run_end
        ) AND other_day < follow_up
        THEN other_status
        WHEN NOT day IS NULL AND other_day < run_end
        THEN 0
        WHEN day < follow_up AND run_end <= observed_days
        THEN 1
        WHEN NOT day IS NULL
        THEN 0
      END = 1
      THEN day
    END AS origin
  FROM return_1_runs
), spell_count_1 AS (
  SELECT
    i.row_id,
    CASE
      WHEN NOT MIN(o.origin) IS NULL
      THEN SUM(
        CASE
          WHEN (
            s.lo > (
              o.origin + 0
            )
            AND s.lo < DATEDIFF(
              DAY,
              i.index_date,
              CAST(ADD_MONTHS(CAST(DATE_ADD(i.index_date, o.origin) AS DATE), 12) AS DATE)
            )
          )
          AND (
            s.hi - s.lo
          ) >= 1
          THEN 1
          ELSE 0
        END
      )
    END AS value
  FROM index_dates AS i
  INNER JOIN return_1 AS o
    ON i.row_id = o.row_id
  LEFT JOIN spells_1 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), observed_days_1 AS (
  SELECT
    i.row_id,
    CASE
      WHEN NOT o.origin IS NULL
      THEN GREATEST(
        LEAST(
          DATEDIFF(
            DAY,
            i.index_date,
            CAST(ADD_MONTHS(CAST(DATE_ADD(i.index_date, o.origin) AS DATE), 12) AS DATE)
          ),
          i.observed_days
        ) - GREATEST((
          o.origin + 0
        ), i.first_day),
        0
      )
    END AS value
  FROM index_dates AS i
  INNER JOIN return_1 AS o
    ON i.row_id = o.row_id
), incomplete_1 AS (
  SELECT
    i.row_id,
    CASE
      WHEN v.value IS NULL
      THEN NULL
      WHEN v.value < (
        DATEDIFF(
          DAY,
          i.index_date,
          CAST(ADD_MONTHS(CAST(DATE_ADD(i.index_date, o.origin) AS DATE), 12) AS DATE)
        ) - (
          o.origin + 0
        )
      )
      THEN 1
      ELSE 0
    END AS value
  FROM index_dates AS i
  INNER JOIN observed_days_1 AS v
    ON i.row_id = v.row_id
  INNER JOIN return_1 AS o
    ON i.row_id = o.row_id
)
SELECT
  i.row_id,
  s1.value AS `recurrence_12m`,
  s2.value AS `recurrence_12m_observed_days`,
  s3.value AS `recurrence_12m_incomplete`
FROM index_dates AS i
INNER JOIN spell_count_1 AS s1
  ON i.row_id = s1.row_id
INNER JOIN observed_days_1 AS s2
  ON i.row_id = s2.row_id
INNER JOIN incomplete_1 AS s3
  ON i.row_id = s3.row_id
ORDER BY
  i.row_id
