-- Work state 12 months after the index date: only the rows of that one day matter.
WITH days AS (
    SELECT
        row_id, person_id, (index_date + INTERVAL 12 MONTH)::DATE AS day, censor_date, censor_reason,
        least(
            coalesce(censor_date, DATE '2200-01-01'), getvariable('observed_to')
        ) AS last_date
    FROM cohort
),
sums AS (
    SELECT
        row_id,
        sum(extent_ppm) AS out_of_work,
        sum(extent_ppm) FILTER (benefit = 'disability_pension') AS pension
    FROM days JOIN spells USING (person_id)
    WHERE day BETWEEN start_date AND end_date
        AND benefit IN (
            'sickness_benefit', 'rehabilitation_benefit',
            'work_injury_benefit', 'preventive_sickness_benefit', 'disability_pension'
        )
    GROUP BY row_id
)
SELECT
    CASE
        WHEN censor_reason = 'death' AND censor_date <= day THEN 'dead'
        WHEN day > last_date THEN 'not_observed'
        WHEN pension >= 1000000 THEN 'disability_pension'
        WHEN out_of_work IS NULL THEN 'full_work'
        WHEN out_of_work < 1000000 THEN 'part_work'
        ELSE 'full_absence'
    END AS work_state_12m
FROM days LEFT JOIN sums USING (row_id)
ORDER BY row_id
