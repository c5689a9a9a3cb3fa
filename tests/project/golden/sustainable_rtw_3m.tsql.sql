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
      CAST(DATEADD(DAY, -6, c.index_date) AS DATE)
    ) AS needed_from,
    LEAST(
      LEAST(COALESCE(c.censor_date, o.observed_to), o.observed_to),
      CAST(DATEADD(DAY, 471, c.index_date) AS DATE)
    ) AS needed_to,
    CAST(DATEDIFF(DAY, c.index_date, CAST(DATEADD(MONTH, 3, c.index_date) AS DATE)) AS INTEGER) AS months_3,
    CAST(DATEDIFF(DAY, c.index_date, CAST(DATEADD(MONTH, 12, c.index_date) AS DATE)) AS INTEGER) AS months_12
  FROM cohort AS c
  CROSS JOIN observed AS o
), register_rows_1 AS (
  SELECT
    i.row_id,
    i.index_date,
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
    index_date,
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
    index_date,
    lo AS day,
    extent AS change
  FROM paid_1
  WHERE
    reach > lo OR next_lo < hi
  UNION ALL
  SELECT
    row_id,
    index_date,
    hi AS day,
    -extent AS change
  FROM paid_1
  WHERE
    reach > lo OR next_lo < hi
), extents_1_changes AS (
  SELECT
    row_id,
    index_date,
    day,
    SUM(CAST(change AS BIGINT)) AS change
  FROM extents_1_edges
  GROUP BY
    row_id,
    index_date,
    day
), extents_1_levels AS (
  SELECT
    row_id,
    index_date,
    day AS lo,
    LEAD(day) OVER (PARTITION BY row_id ORDER BY day) AS hi,
    SUM(CAST(change AS BIGINT)) OVER (PARTITION BY row_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS level
  FROM extents_1_changes
), extents_1 AS (
  SELECT
    row_id,
    index_date,
    lo,
    hi,
    extent
  FROM paid_1
  WHERE
    CASE WHEN reach > lo OR next_lo < hi THEN 1 ELSE 0 END = 0
  UNION ALL
  SELECT
    row_id,
    index_date,
    lo,
    hi,
    LEAST(level, 1000000) AS extent
  FROM extents_1_levels
  WHERE
    level > 0
), absent_1 AS (
  SELECT
    row_id,
    index_date,
    lo,
    hi,
    LAG(hi) OVER (PARTITION BY row_id ORDER BY lo) AS reach
  FROM extents_1
  WHERE
    extent >= 1000000
), paid_2 AS (
  SELECT
    row_id,
    index_date,
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
    benefit IN ('disability_pension')
), aggregates_1_1 AS (
  SELECT
    row_id,
    MAX(hi) AS absent_1_last_hi,
    MIN(
      CASE
        WHEN (
          (
            reach IS NULL OR (
              lo - reach
            ) > 5
          ) AND lo > 0
        )
        AND (
          reach IS NULL OR reach <= 0
        )
        THEN lo
      END
    ) AS spells_1_first_lo,
    MIN(
      CASE
        WHEN (
          (
            reach IS NULL OR (
              lo - reach
            ) > 5
          ) AND reach > 0
        )
        AND (
          lo - reach
        ) >= 84
        THEN CASE
          WHEN lo >= CAST(DATEDIFF(
            DAY,
            index_date,
            CAST(DATEADD(MONTH, 3, CAST(DATEADD(DAY, reach, index_date) AS DATE)) AS DATE)
          ) AS INTEGER)
          THEN reach
        END
      END
    ) AS free_run_1_day
  FROM absent_1
  GROUP BY
    row_id
), aggregates_1_2 AS (
  SELECT
    row_id,
    MIN(CASE WHEN (
      reach IS NULL OR (
        lo - reach
      ) > 0
    ) AND lo > 0 THEN lo END) AS onset_1_day
  FROM paid_2
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
    months_3,
    months_12,
    CASE
      WHEN (
        absent_1_last_hi > 0 AND spells_1_first_lo IS NULL
      )
      THEN COALESCE(free_run_1_day, absent_1_last_hi)
    END AS free_run_1_day,
    onset_1_day AS onset_1_day,
    CASE WHEN censor_reason = 'death' THEN exit_day END AS exit_1_day
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
      d.months_3 AS months_3,
      d.months_12 AS months_12,
      aggregates_1_1.absent_1_last_hi AS absent_1_last_hi,
      aggregates_1_1.free_run_1_day AS free_run_1_day,
      aggregates_1_1.spells_1_first_lo AS spells_1_first_lo,
      aggregates_1_2.onset_1_day AS onset_1_day
    FROM index_dates AS d
    LEFT JOIN aggregates_1_1
      ON d.row_id = aggregates_1_1.row_id
    LEFT JOIN aggregates_1_2
      ON d.row_id = aggregates_1_2.row_id
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
    months_3,
    months_12,
    free_run_1_day,
    onset_1_day,
    exit_1_day,
    CASE
      WHEN first_onset_1_or_exit_1_day < return_1_run_end
      THEN LEAST(first_onset_1_or_exit_1_day, months_12)
      WHEN free_run_1_day >= months_12
      THEN months_12
      ELSE free_run_1_day
    END AS return_1_days,
    CASE
      WHEN NOT free_run_1_day IS NULL
      THEN CASE
        WHEN first_onset_1_or_exit_1_day < return_1_run_end
        THEN CASE
          WHEN first_onset_1_or_exit_1_day < months_12
          THEN first_onset_1_or_exit_1_status
          ELSE 0
        END
        WHEN free_run_1_day < months_12 AND return_1_run_end <= observed_days
        THEN 1
        ELSE 0
      END
    END AS return_1_status,
    CASE
      WHEN (
        free_run_1_day < months_12 AND return_1_run_end <= observed_days
      )
      AND NOT (
        first_onset_1_or_exit_1_day < return_1_run_end
      )
      THEN free_run_1_day
    END AS return_1_origin
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
      d.months_3 AS months_3,
      d.months_12 AS months_12,
      d.free_run_1_day AS free_run_1_day,
      d.onset_1_day AS onset_1_day,
      d.exit_1_day AS exit_1_day,
      LEAST(COALESCE(onset_1_day, 1000000), COALESCE(exit_1_day, 1000000)) AS first_onset_1_or_exit_1_day,
      CAST(DATEDIFF(
        DAY,
        index_date,
        CAST(DATEADD(MONTH, 3, CAST(DATEADD(DAY, free_run_1_day, index_date) AS DATE)) AS DATE)
      ) AS INTEGER) AS return_1_run_end,
      CASE
        WHEN COALESCE(onset_1_day, 1000000) = LEAST(COALESCE(onset_1_day, 1000000), COALESCE(exit_1_day, 1000000))
        THEN 2
        ELSE 3
      END AS first_onset_1_or_exit_1_status
    FROM dates_1 AS d
  ) AS d
), dates_3 AS (
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
    months_3,
    months_12,
    free_run_1_day,
    onset_1_day,
    exit_1_day,
    return_1_days,
    return_1_status,
    return_1_origin,
    CASE
      WHEN return_1_status = 1
      THEN 1
      WHEN return_1_status > 1 OR return_1_days >= months_12
      THEN 0
    END AS happened_1_value,
    CASE
      WHEN NOT return_1_status IS NULL
      THEN CASE
        WHEN CAST(DATEDIFF(
          DAY,
          index_date,
          CAST(DATEADD(MONTH, 3, CAST(DATEADD(DAY, months_12, index_date) AS DATE)) AS DATE)
        ) AS INTEGER) > observed_days
        THEN 1
        ELSE 0
      END
    END AS unconfirmable_1_value
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
      d.months_3 AS months_3,
      d.months_12 AS months_12,
      d.free_run_1_day AS free_run_1_day,
      d.onset_1_day AS onset_1_day,
      d.exit_1_day AS exit_1_day,
      d.return_1_days AS return_1_days,
      d.return_1_status AS return_1_status,
      d.return_1_origin AS return_1_origin
    FROM dates_2 AS d
  ) AS d
)
SELECT
  row_id,
  CAST(return_1_days AS INTEGER) AS [sustainable_rtw_3m_days],
  CAST(return_1_status AS INTEGER) AS [sustainable_rtw_3m_status],
  CAST(happened_1_value AS INTEGER) AS [sustainable_rtw_3m_happened],
  CAST(unconfirmable_1_value AS INTEGER) AS [sustainable_rtw_3m_unconfirmable]
FROM dates_3
ORDER BY
  row_id
