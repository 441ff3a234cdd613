-- claim_stale: days of centres whose sums are to be made anew
DELETE FROM stale_day WHERE (centre, day) IN (
    SELECT centre, day FROM stale_day ORDER BY centre, day LIMIT :most
        FOR UPDATE SKIP LOCKED
)
RETURNING centre, day;
