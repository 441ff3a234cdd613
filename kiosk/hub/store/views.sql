-- ticket: one ticket with the secret of its page
SELECT * FROM ticket WHERE id = :id;

-- print_jobs: copies that a kiosk still has to print, oldest first
SELECT ticket.*, print_job.reprint FROM print_job JOIN ticket ON ticket.id = print_job.ticket
WHERE print_job.kiosk = :kiosk AND print_job.done_ms IS NULL AND print_job.asked_ms >= :since_ms
ORDER BY print_job.id;
