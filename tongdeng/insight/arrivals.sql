-- One row for each arrival of a migrant: as the police or a form state it; a lease alone counts where nobody else speaks.
CREATE OR REPLACE TEMP TABLE arrival AS
WITH stated AS (
    SELECT s.*, bool_or(s.rank = 1) OVER (PARTITION BY s.n) AS has_better
    FROM stay s JOIN person p USING (n) CROSS JOIN setting
    WHERE coalesce(p.hukou_division <> setting.county, p.has_police_row)
)
SELECT n, community, starts_on, min(registered_on) AS registered_on, min(recorded_on) AS recorded_on
FROM stated WHERE rank = 1 OR NOT has_better GROUP BY n, community, starts_on;
