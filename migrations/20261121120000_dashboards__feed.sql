-- dashboards: a page of the feed goes on after (moment, id); what was made in one go has one moment, so that the id is
-- part of the index.
drop index users_created_idx;
create index users_created_idx on users (created_at, id);
drop index assessments_completed_idx;
create index assessments_completed_idx on assessments (completed_at, id) where student_id is not null and status = 'COMPLETED';
drop index bilan_requests_created_idx;
create index bilan_requests_created_idx on bilan_requests (created_at, id);
