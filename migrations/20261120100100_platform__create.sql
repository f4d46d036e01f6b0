-- What every room stands on: sessions (web/), jobs (jobs/), outgoing mail (messaging/), audit (compliance/).

create table sessions (
    -- SHA-256 of the cookie: a copy of this table signs nobody in.
    key           bytea primary key,
    user_id       uuid references users on delete cascade,
    data          jsonb not null default '{}',
    user_agent    text not null default '',
    address       text not null default '',
    created_at    timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    expires_at    timestamptz not null
);
create index sessions_user_idx on sessions (user_id);
create index sessions_expires_idx on sessions (expires_at);

create table jobs (
    id            bigint generated always as identity primary key,
    kind          text not null,
    payload       jsonb not null default '{}',
    state         text not null default 'READY' check (state in ('READY', 'RUNNING', 'DEAD')),
    -- Higher first.
    priority      smallint not null default 0,
    run_at        timestamptz not null default now(),
    attempts      smallint not null default 0,
    max_attempts  smallint not null default 8,
    -- The fence: a worker may end a job only while it holds this token.
    lease         uuid,
    leased_until  timestamptz,
    last_error    text,
    created_at    timestamptz not null default now(),
    ended_at      timestamptz
);
create index jobs_ready_idx on jobs (priority desc, run_at, id) where state = 'READY';
create index jobs_running_idx on jobs (leased_until) where state = 'RUNNING';
create index jobs_dead_idx on jobs (ended_at) where state = 'DEAD';

-- One run per (job, period): the row is the right to enqueue it.
create table job_periods (
    kind        text not null,
    period      text not null,
    enqueued_at timestamptz not null default now(),
    primary key (kind, period)
);

create function jobs_notify() returns trigger language plpgsql as $$
begin
    perform pg_notify('jobs', '');
    return null;
end $$;
create trigger jobs_notify after insert on jobs for each statement execute function jobs_notify();

-- Mail is written in the transaction that makes it necessary and sent by a job.
create table outbox (
    id            uuid primary key,
    -- The person or family concerned, if any, so that erasure finds it.
    user_id       uuid references users on delete cascade,
    template      text not null,
    to_name       text not null,
    to_email      text not null,
    subject       text not null,
    body_text     text not null,
    body_html     text not null,
    state         text not null default 'WAITING' check (state in ('WAITING', 'SENT', 'FAILED')),
    attempts      smallint not null default 0,
    last_error    text,
    created_at    timestamptz not null default now(),
    sent_at       timestamptz
);
create index outbox_waiting_idx on outbox (created_at) where state <> 'SENT';

-- Who did what; written in the transaction of the change, never updated.
create table audit_log (
    id         bigint generated always as identity primary key,
    actor_id   uuid references users on delete set null,
    action     text not null,
    subject    text not null,
    details    jsonb not null default '{}',
    at         timestamptz not null default now()
);
create index audit_log_at_idx on audit_log (at);
