-- dashboards: what happened lately is read from the end of each table.
create index users_created_idx on users (created_at);
create index assessments_completed_idx on assessments (completed_at) where student_id is not null and status = 'COMPLETED';
