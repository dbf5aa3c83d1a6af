-- name: metrics_counts
SELECT (SELECT coalesce(max(row), 0) FROM event),
	(SELECT coalesce(max(n), 0) FROM audit);
