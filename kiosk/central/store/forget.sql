-- old_dossiers: those that ended so long ago, the oldest first
SELECT code FROM dossier WHERE ended_ms < :before_ms ORDER BY ended_ms LIMIT :most;

-- files: of a dossier, every version
SELECT paper, sha256 FROM dossier_paper WHERE code = :code AND sha256 <> '';

-- forget_papers: what is known of its papers
DELETE FROM dossier_paper WHERE code = :code;

-- forget_changes: what happened to it; the newest change of all stays, for the next number follows on it
DELETE FROM dossier_change WHERE code = :code AND number < (SELECT max(number) FROM dossier_change);

-- forget_deliveries: what others were told of it
DELETE FROM delivery WHERE code = :code;

-- forget_said: what the city's system said of it
DELETE FROM city_said WHERE code = :code;

-- forget_stop: the link of its messages
DELETE FROM citizen_stop WHERE code = :code;

-- forget_dossier: itself, unless somebody has changed it meanwhile
DELETE FROM dossier WHERE code = :code AND ended_ms < :before_ms;

-- forget_strangers: what the city's system said of dossiers that nobody here knows
DELETE FROM city_said WHERE seen_ms < :before_ms AND NOT EXISTS (SELECT 1 FROM dossier WHERE dossier.code = city_said.code);

-- forget_aside: lines that nobody could follow
DELETE FROM city_aside WHERE seen_ms < :before_ms;

-- forget_reports: comparisons of past days
DELETE FROM city_report WHERE made_ms < :before_ms;
