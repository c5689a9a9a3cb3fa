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
    CAST(EXTRACT(epoch FROM CAST(o.observed_from AS TIMESTAMP) - CAST(c.index_date AS TIMESTAMP)) / 86400 AS BIGINT) AS first_day,
    CAST(EXTRACT(epoch FROM CAST(LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to) AS TIMESTAMP) - CAST(c.index_date AS TIMESTAMP)) / 86400 AS BIGINT) + 1 AS observed_days,
    CASE
      WHEN c.censor_date <= o.observed_to
      THEN CAST(EXTRACT(epoch FROM CAST(c.censor_date AS TIMESTAMP) - CAST(c.index_date AS TIMESTAMP)) / 86400 AS BIGINT)
    END AS exit_day
  FROM cohort AS c
  CROSS JOIN observed AS o
), rows_1 AS (
  SELECT
    i.row_id,
    GREATEST(
      CAST(EXTRACT(epoch FROM CAST(r.start_date AS TIMESTAMP) - CAST(i.index_date AS TIMESTAMP)) / 86400 AS BIGINT),
      i.first_day
    ) AS lo,
    LEAST(
      CAST(EXTRACT(epoch FROM CAST(r.end_date AS TIMESTAMP) - CAST(i.index_date AS TIMESTAMP)) / 86400 AS BIGINT) + 1,
      i.observed_days
    ) AS hi,
    r.extent_ppm AS extent,
    r.benefit
  FROM spells AS r
  JOIN index_dates AS i
    ON r.person_id = i.person_id
  WHERE
    (
      GREATEST(
        CAST(EXTRACT(epoch FROM CAST(r.start_date AS TIMESTAMP) - CAST(i.index_date AS TIMESTAMP)) / 86400 AS BIGINT),
        i.first_day
      )
    ) < LEAST(
      CAST(EXTRACT(epoch FROM CAST(r.end_date AS TIMESTAMP) - CAST(i.index_date AS TIMESTAMP)) / 86400 AS BIGINT) + 1,
      i.observed_days
    )
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
        lo - LAG(hi) OVER (PARTITION BY row_id ORDER BY lo NULLS FIRST)
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
    SUM(begins) OVER (
      PARTITION BY row_id
      ORDER BY lo NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS spell
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
        lo - LAG(hi) OVER (PARTITION BY row_id ORDER BY lo NULLS FIRST)
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
    SUM(begins) OVER (
      PARTITION BY row_id
      ORDER BY lo NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS spell
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
    LEAD(lo) OVER (PARTITION BY row_id ORDER BY lo NULLS FIRST) AS next_lo
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
    CAST(EXTRACT(epoch FROM CAST(CAST(CAST(i.index_date + INTERVAL '0 DAY' AS DATE) + INTERVAL '12 MONTH' AS DATE) AS TIMESTAMP) - CAST(i.index_date AS TIMESTAMP)) / 86400 AS BIGINT) AS follow_up,
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
), onset_2 AS (
  SELECT
    i.row_id,
    MIN(CASE WHEN s.lo > o.origin THEN s.lo END) AS day
  FROM index_dates AS i
  INNER JOIN return_1 AS o
    ON i.row_id = o.row_id
  LEFT JOIN spells_1 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), onset_3 AS (
  SELECT
    i.row_id,
    MIN(CASE WHEN s.lo > o.origin THEN s.lo END) AS day
  FROM index_dates AS i
  INNER JOIN return_1 AS o
    ON i.row_id = o.row_id
  LEFT JOIN spells_2 AS s
    ON i.row_id = s.row_id
  GROUP BY
    i.row_id
), first_event_1_clock AS (
  SELECT
    i.row_id,
    i.observed_days,
    o.origin,
    CAST(EXTRACT(epoch FROM CAST(CAST(CAST(i.index_date + (
      INTERVAL '1 DAY' * o.origin
    ) AS DATE) + INTERVAL '12 MONTH' AS DATE) AS TIMESTAMP) - CAST(i.index_date AS TIMESTAMP)) / 86400 AS BIGINT) AS follow_up_end,
    COALESCE(e.day, 1000000) AS event_day,
    LEAST(COALESCE(c2.day, 1000000), COALESCE(c3.day, 1000000), 1000000) AS other_day,
    CASE
      WHEN COALESCE(c2.day, 1000000) = LEAST(COALESCE(c2.day, 1000000), COALESCE(c3.day, 1000000), 1000000)
      THEN 2
      WHEN COALESCE(c3.day, 1000000) = LEAST(COALESCE(c2.day, 1000000), COALESCE(c3.day, 1000000), 1000000)
      THEN 3
    END AS other_status
  FROM index_dates AS i
  INNER JOIN onset_3 AS c2
    ON i.row_id = c2.row_id
  INNER JOIN exit_1 AS c3
    ON i.row_id = c3.row_id
  INNER JOIN return_1 AS o
    ON i.row_id = o.row_id
  INNER JOIN onset_2 AS e
    ON i.row_id = e.row_id
), first_event_1 AS (
  SELECT
    row_id,
    CASE
      WHEN NOT origin IS NULL
      THEN LEAST(event_day, other_day, LEAST(follow_up_end, observed_days)) - origin
    END AS days,
    CASE
      WHEN NOT NOT origin IS NULL
      THEN NULL
      WHEN event_day < LEAST(follow_up_end, observed_days) AND event_day <= other_day
      THEN 1
      WHEN other_day < LEAST(follow_up_end, observed_days)
      THEN other_status
      ELSE 0
    END AS status
  FROM first_event_1_clock
)
SELECT
  i.row_id,
  s1.days AS "days_to_first_relapse_days",
  s1.status AS "days_to_first_relapse_status"
FROM index_dates AS i
INNER JOIN first_event_1 AS s1
  ON i.row_id = s1.row_id
ORDER BY
  i.row_id
