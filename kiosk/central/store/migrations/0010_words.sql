-- Which words of a centre are stored: another number whenever some are added. What a worker remembers is of one such number,
-- so that it reads them again after another worker, a failover that lost commits or a restored backup.
ALTER TABLE link ADD COLUMN words BIGINT NOT NULL DEFAULT 0;
