-- Net sick days in 12 months: each day at the sum of its extents, at most full time.
WITH years AS (
    SELECT
        row_id, person_id, index_date,
        least(
            (index_date + INTERVAL 12 MONTH)::DATE,
            coalesce(censor_date + 1, DATE '2200-01-01'),
            getvariable('observed_to') + 1
        ) AS year_end
    FROM cohort
),
cut AS (
    SELECT
        row_id, extent_ppm, greatest(start_date, index_date) AS lo, least(end_date + 1, year_end) AS hi
    FROM years JOIN spells USING (person_id)
    WHERE start_date < year_end AND end_date >= index_date
        AND benefit IN (
            'sickness_benefit', 'rehabilitation_benefit',
            'work_injury_benefit', 'preventive_sickness_benefit'
        )
),
changes AS (
    SELECT row_id, day, sum(change) AS change
    FROM (
        SELECT row_id, lo AS day, extent_ppm AS change FROM cut
        UNION ALL
        SELECT row_id, hi, -extent_ppm FROM cut
    )
    GROUP BY row_id, day
),
pieces AS (
    SELECT
        row_id,
        least(sum(change) OVER (PARTITION BY row_id ORDER BY day), 1000000) AS extent_ppm,
        lead(day) OVER (PARTITION BY row_id ORDER BY day) - day AS days
    FROM changes
),
sums AS (
    SELECT row_id, sum(extent_ppm * days) AS ppm_days FROM pieces GROUP BY row_id
)
SELECT
    coalesce(ppm_days, 0)::DOUBLE / 1000000 AS net_sick_days_12m,
    (year_end - index_date)::INTEGER AS net_sick_days_12m_observed_days
FROM years LEFT JOIN sums USING (row_id)
ORDER BY row_id
