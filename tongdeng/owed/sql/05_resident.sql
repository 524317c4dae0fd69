-- Migrants with an open stay on each evaluated day, in that stay's community.
CREATE OR REPLACE TEMP TABLE resident AS
SELECT n, day, community, residence_months FROM fact WHERE is_migrant;
