-- jobs: rows live for seconds. Dead versions are removed early, so that taking the next job stays quick after a burst
-- or a long dump; room in each page keeps a renewed lease from moving the row.
alter table jobs set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
