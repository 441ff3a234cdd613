-- lock_links: how far these centres are stored; nobody else stores for them until the end of the transaction
SELECT centre, epoch, acked, head, offset_ms FROM link WHERE centre = ANY(:centres) ORDER BY centre FOR UPDATE;
