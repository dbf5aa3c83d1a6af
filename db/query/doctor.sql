-- What `deltadesk doctor` asks of the database.

-- name: doctor_event_times
SELECT stored_at FROM event
WHERE row > (SELECT max(row) FROM event) - ?1 ORDER BY row;

-- name: doctor_audit_time
SELECT at FROM audit WHERE n = (SELECT max(n) FROM audit);
