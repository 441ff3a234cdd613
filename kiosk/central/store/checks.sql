-- stored: for each centre how far it was acknowledged, its rows, their numbers, first and last; and what the figures say
SELECT centre.code, link.epoch, link.acked, counted.n, counted.different, counted.first, counted.last, link.lost,
    COALESCE((SELECT SUM(issued) FROM hour_figures WHERE hour_figures.centre = link.centre), 0),
    COALESCE((SELECT SUM(called) FROM hour_figures WHERE hour_figures.centre = link.centre), 0),
    COALESCE((SELECT SUM(served) FROM hour_figures WHERE hour_figures.centre = link.centre), 0)
FROM link JOIN centre ON centre.id = link.centre
    JOIN (
        SELECT event.centre, event.epoch, COUNT(*) AS n, COUNT(DISTINCT seq) AS different,
            MIN(seq) AS first, MAX(seq) AS last
        FROM event GROUP BY event.centre, event.epoch
    ) AS counted ON counted.centre = link.centre AND counted.epoch = link.epoch_no;
