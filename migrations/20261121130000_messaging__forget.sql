-- messaging: notifications are deleted some time after they came or were read; the nightly job finds them by these.
set local statement_timeout = 0;
create index notifications_at_idx on notifications (at);
create index notifications_read_idx on notifications (read_at) where read_at is not null;
