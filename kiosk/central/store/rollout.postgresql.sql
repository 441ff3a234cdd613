-- lock: to take its next step; no row when another worker does
SELECT id FROM rollout WHERE id = :id AND state IN ('scheduled', 'running') FOR UPDATE SKIP LOCKED;
