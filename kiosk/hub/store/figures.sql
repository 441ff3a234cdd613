-- services: tickets of some days by service, times in ms
SELECT service,
    count(*) AS issued,
    sum(state = 'waiting') AS waiting,
    min(CASE WHEN state = 'waiting' THEN issued_ms END) AS waits_since_ms,
    sum(state = 'served') AS served,
    sum(state = 'no_show') AS no_show,
    avg(called_ms - issued_ms) AS wait_mean_ms,
    avg(CASE WHEN state = 'served' THEN ended_ms - started_ms END) AS service_mean_ms,
    avg(called_ms - issued_ms <= high_min * 60000) AS promise_kept
FROM ticket WHERE day BETWEEN :first_day AND :last_day GROUP BY service;

-- waits_p90: the wait that nine of ten called tickets did not exceed, by service
SELECT service, wait_ms FROM (
    SELECT service, called_ms - issued_ms AS wait_ms,
        row_number() OVER (PARTITION BY service ORDER BY called_ms - issued_ms) AS place,
        count(*) OVER (PARTITION BY service) AS called
    FROM ticket WHERE day BETWEEN :first_day AND :last_day AND called_ms IS NOT NULL
) WHERE place = (called * 9 + 9) / 10;

-- counters: how long each counter was idle, serving and paused, in ms
SELECT counter, activity, sum(coalesce(to_ms, max(:now_ms, from_ms)) - from_ms) AS spent_ms
FROM counter_span WHERE day BETWEEN :first_day AND :last_day GROUP BY counter, activity;

-- served_by_counter: how many tickets each counter has served
SELECT counter, count(*) AS served FROM ticket
WHERE day BETWEEN :first_day AND :last_day AND state = 'served' AND counter IS NOT NULL GROUP BY counter;

-- kept: of the tickets that were called, how many waited no longer than they were told, by service
SELECT service,
    count(*) AS called,
    sum(basis NOT LIKE 'plain%') AS modelled,
    sum(called_ms - issued_ms <= p10_s * 1000) AS under_p10,
    sum(called_ms - issued_ms <= p50_s * 1000) AS under_p50,
    sum(called_ms - issued_ms <= p90_s * 1000) AS under_p90,
    sum(called_ms - issued_ms > high_min * 60000 + :patience_ms) AS late
FROM ticket WHERE day BETWEEN :first_day AND :last_day AND called_ms IS NOT NULL GROUP BY service ORDER BY service;
