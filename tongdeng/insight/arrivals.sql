-- One row for each arrival of a migrant: as the police or a form state it; a lease alone counts where nobody else speaks.
CREATE OR REPLACE TEMP TABLE arrival AS
WITH better AS (SELECT DISTINCT n FROM stay WHERE rank = 1),
stated AS (
    SELECT s.* FROM stay s JOIN person p USING (n) CROSS JOIN setting
    WHERE coalesce(p.hukou_division <> setting.county, p.has_police_row)
)
SELECT n, community, starts_on, min(registered_on) AS registered_on, min(recorded_on) AS recorded_on
FROM (FROM stated WHERE rank = 1 UNION ALL FROM stated ANTI JOIN better USING (n)) GROUP BY n, community, starts_on;
