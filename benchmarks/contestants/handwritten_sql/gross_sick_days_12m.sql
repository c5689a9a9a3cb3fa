-- Gross sick days in 12 months: the days that any row covers, each counted once.
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
    SELECT row_id, greatest(start_date, index_date) AS lo, least(end_date + 1, year_end) AS hi
    FROM years JOIN spells USING (person_id)
    WHERE start_date < year_end AND end_date >= index_date
        AND benefit IN (
            'sickness_benefit', 'rehabilitation_benefit',
            'work_injury_benefit', 'preventive_sickness_benefit'
        )
),
covered AS (
    SELECT
        row_id, lo, hi,
        max(hi) OVER (
            PARTITION BY row_id ORDER BY lo, hi ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_to
    FROM cut
),
sums AS (
    SELECT row_id, sum(greatest(hi - greatest(lo, coalesce(covered_to, lo)), 0)) AS days
    FROM covered GROUP BY row_id
)
SELECT
    coalesce(days, 0)::INTEGER AS gross_sick_days_12m,
    (year_end - index_date)::INTEGER AS gross_sick_days_12m_observed_days
FROM years LEFT JOIN sums USING (row_id)
ORDER BY row_id
