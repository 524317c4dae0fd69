"""Who is never joined, whatever the weights say: families share so much that only bounds keep their members apart."""

import duckdb

from tongdeng.linkage.comparisons import ONE_CHARACTER, SHAPE, SWAPPED_DAY

# Twins, and mothers and daughters, agree on all but a character of the name; sisters and brothers are given names
# that sound alike. Weights add up what families share, so only these bounds keep their members apart: a name that
# neither sounds nor looks the same needs a number close to the other's, and so does a name that is not quite the same
# beside another birth date or the other sex. A number close to the other's is not enough where name and birth date
# both differ (a mother's, typed for her child), and is no number of either where both rows were given somebody else's.
_ALLOWED = f"""
WITH pair AS (
    SELECT scored.*, l.plain AS plain_l, r.plain AS plain_r, l.sound = r.sound AS sounds, l.near AS near_l,
           l.born AS born_l, r.born AS born_r, l.sex AS sex_l, r.sex AS sex_r,
           CASE WHEN l.is_foreign AND r.is_foreign THEN 9
                ELSE coalesce(damerau_levenshtein(l.digits, r.digits), 9) END AS edits
    FROM {{scored}} AS scored
    JOIN node AS l ON l.unique_id = unique_id_l JOIN node AS r ON r.unique_id = unique_id_r
), judged AS (
    SELECT *, sounds OR {SHAPE} AS is_alike, coalesce(born_l = born_r OR {SWAPPED_DAY}, true) AS is_of_one_day FROM pair
)
SELECT unique_id_l, unique_id_r, match_weight, match_probability FROM judged
WHERE plain_l = plain_r
   OR (is_alike AND is_of_one_day AND coalesce(sex_l = sex_r, true))
   OR (edits <= 1 AND (is_alike OR {ONE_CHARACTER} OR is_of_one_day))
   OR (edits = 2 AND (is_alike OR {ONE_CHARACTER}))
ORDER BY unique_id_l, unique_id_r
"""


def allowed(connection: duckdb.DuckDBPyConnection, scored: str) -> duckdb.DuckDBPyRelation:
    """Return the scored pairs of nodes that may be one person: both nodes, the weight and the probability."""
    return connection.sql(_ALLOWED.format(scored=scored))
