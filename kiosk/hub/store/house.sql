-- settings: all that supervisors have switched
SELECT name FROM setting;

-- words_up: what supervisors have written for visitors
SELECT name, words FROM words_up;

-- put_up: instead of what stood there
INSERT OR REPLACE INTO words_up (name, words) VALUES (:name, :words);

-- take_down: nothing is told there any more
DELETE FROM words_up WHERE name = :name;

-- switch_on: a supervisor closes something, or puts something up
INSERT OR REPLACE INTO setting (name, changed_ms, changed_by) VALUES (:name, :now_ms, :by);

-- switch_off: a supervisor opens it again
DELETE FROM setting WHERE name = :name;

-- kiosk: the last states that a kiosk reported
SELECT devices FROM kiosk WHERE name = :name;

-- put_kiosk: a kiosk reported
INSERT OR REPLACE INTO kiosk (name, seen_ms, devices) VALUES (:name, :now_ms, :devices);

-- paper_changed: somebody put paper into the printer of a kiosk
INSERT OR REPLACE INTO paper_change (kiosk, told_ms, told_by, checked_ms) VALUES (:kiosk, :now_ms, :by, NULL);

-- paper_checked: the kiosk has asked its printer since
UPDATE paper_change SET checked_ms = :now_ms WHERE kiosk = :kiosk AND told_ms = :told_ms AND checked_ms IS NULL;

-- paper_told: a printer that is to be asked
SELECT told_ms FROM paper_change WHERE kiosk = :kiosk AND checked_ms IS NULL;

-- record: append one event
INSERT INTO outbox (at_ms, event) VALUES (:now_ms, :event);

-- outbox_end: which database this is, and its last event
SELECT epoch, coalesce((SELECT max(seq) FROM outbox), 0) FROM meta;

-- outbox_page: what happened after an event, in order
SELECT seq, at_ms, event FROM outbox WHERE seq > :seq AND at_ms <= :now_ms ORDER BY seq LIMIT :limit;

-- answered: the answer already given to a request
SELECT fingerprint, answer FROM request WHERE request_id = :request_id;

-- keep_answer: remember the answer to a request
INSERT INTO request (request_id, fingerprint, answer, answered_ms) VALUES (:request_id, :fingerprint, :answer, :now_ms);

-- forget_answers: a retry after two days is another intention
DELETE FROM request WHERE answered_ms < :before_ms;

-- day: the day whose tickets are open
SELECT day FROM meta;

-- catalogue_version: grows with every change of what can be chosen
SELECT catalogue_version FROM meta;

-- open_day: begin a day
UPDATE meta SET day = :day;

-- put_catalogue: what can be chosen has changed
UPDATE meta SET catalogue_version = catalogue_version + 1, catalogue_mark = :mark WHERE catalogue_mark != :mark;
