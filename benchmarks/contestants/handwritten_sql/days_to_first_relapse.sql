-- Days from the full return of 28 days to the first spell after it.
WITH windows AS (
    SELECT
        row_id, person_id, index_date,
        (index_date + INTERVAL 12 MONTH)::DATE AS year_end,
        greatest(index_date - 5, getvariable('observed_from')) AS first_date,
        least(
            (index_date + INTERVAL 24 MONTH)::DATE,
            coalesce(censor_date + 1, DATE '2200-01-01'),
            getvariable('observed_to') + 1
        ) AS last_date,
        least(
            coalesce(censor_date + 1, DATE '2200-01-01'), getvariable('observed_to') + 1
        ) AS observed_end,
        CASE
            WHEN censor_reason = 'death' AND censor_date <= getvariable('observed_to') THEN censor_date
        END AS death_date
    FROM cohort
),
cut AS (
    SELECT
        row_id, benefit = 'disability_pension' AS is_pension, greatest(start_date, first_date) AS lo,
        least(end_date + 1, last_date) AS hi
    FROM windows JOIN spells USING (person_id)
    WHERE start_date < last_date AND end_date >= first_date
        AND benefit IN (
            'sickness_benefit', 'rehabilitation_benefit',
            'work_injury_benefit', 'preventive_sickness_benefit', 'disability_pension'
        )
),
covered AS (
    SELECT
        row_id, is_pension, lo, hi,
        max(hi) OVER (
            PARTITION BY row_id, is_pension ORDER BY lo, hi
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_to
    FROM cut
),
numbered AS (
    -- More than 5 free days end a spell, and any free day ends a pension.
    SELECT
        row_id, is_pension, lo, hi,
        count(*) FILTER (
            covered_to IS NULL OR lo - covered_to > CASE WHEN is_pension THEN 0 ELSE 5 END
        ) OVER (PARTITION BY row_id, is_pension ORDER BY lo, hi) AS number
    FROM covered
),
joined AS (
    SELECT row_id, is_pension, min(lo) AS lo, max(hi) AS hi
    FROM numbered GROUP BY row_id, is_pension, number
),
runs AS (
    SELECT row_id, lo, hi, lead(lo) OVER (PARTITION BY row_id ORDER BY lo) AS next_lo
    FROM joined WHERE NOT is_pension
),
returns AS (
    SELECT row_id, min(hi) FILTER (next_lo IS NULL OR next_lo >= hi + 28) AS day
    FROM runs JOIN windows USING (row_id)
    WHERE hi > index_date
    GROUP BY row_id
    HAVING min(lo) <= min(index_date)
),
pensions AS (
    SELECT row_id, min(lo) AS pension_date
    FROM joined JOIN windows USING (row_id)
    WHERE is_pension AND lo > index_date
    GROUP BY row_id
),
dated AS (
    SELECT
        row_id, index_date, year_end, observed_end, day, day + 28 AS run_end,
        least(pension_date, death_date) AS other_date,
        CASE WHEN pension_date <= coalesce(death_date, pension_date) THEN 2 ELSE 3 END AS other_status
    FROM windows LEFT JOIN returns USING (row_id) LEFT JOIN pensions USING (row_id)
),
returned AS (
    SELECT
        row_id, day AS return_date, (day + INTERVAL 12 MONTH)::DATE AS follow_up_end,
        least((day + INTERVAL 12 MONTH)::DATE, observed_end) AS end_date
    FROM dated
    WHERE day < year_end AND run_end <= observed_end AND coalesce(other_date >= run_end, true)
),
relapses AS (
    SELECT row_id, min(lo) AS relapse_date
    FROM returned JOIN runs USING (row_id)
    WHERE lo > return_date AND lo < end_date
    GROUP BY row_id
),
later_pensions AS (
    SELECT row_id, min(lo) AS pension_date
    FROM returned JOIN joined USING (row_id)
    WHERE is_pension AND lo > return_date AND lo < end_date
    GROUP BY row_id
),
deaths AS (
    SELECT row_id, windows.death_date AS died_on
    FROM returned JOIN windows USING (row_id)
    WHERE windows.death_date < end_date
)
SELECT
    (coalesce(least(relapse_date, pension_date, died_on), end_date) - return_date)::INTEGER
        AS days_to_first_relapse_days,
    CASE
        WHEN return_date IS NULL THEN NULL
        WHEN relapse_date <= coalesce(least(pension_date, died_on), relapse_date) THEN 1
        WHEN pension_date <= coalesce(died_on, pension_date) THEN 2
        WHEN died_on IS NOT NULL THEN 3
        ELSE 0
    END::INTEGER AS days_to_first_relapse_status
FROM windows
LEFT JOIN returned USING (row_id)
LEFT JOIN relapses USING (row_id)
LEFT JOIN later_pensions USING (row_id)
LEFT JOIN deaths USING (row_id)
ORDER BY row_id
