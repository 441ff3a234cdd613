-- lock_links: how far these centres are stored; nobody else stores for them until the end of the transaction
SELECT centre, epoch, acked, head, offset_ms FROM link WHERE centre IN (SELECT value FROM json_each(:centres)) ORDER BY centre;
