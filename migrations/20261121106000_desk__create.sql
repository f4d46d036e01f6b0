-- desk: what waits for somebody of the staff. One row an item; it is opened and closed by what happens in the other
-- rooms (triggers), and worked on by the staff. An open item is taken by one person at a time.

create table desk_items (
    kind        text not null check (kind in ('REQUEST', 'ACTIVATION', 'MAIL', 'REPORT')),
    -- The record it is about: bilan_requests, users, outbox, assessments.
    subject_id  uuid not null,
    opened_at   timestamptz not null default now(),
    -- "Call again tomorrow": not shown before.
    waits_until timestamptz,
    taken_by    uuid references users on delete set null,
    taken_at    timestamptz,
    closed_at   timestamptz,
    -- None when it closed by itself.
    closed_by   uuid references users on delete set null,
    outcome     text check (outcome in ('REACHED', 'DROPPED', 'RESENT', 'SOLVED')),
    note        text check (length(note) <= 1000),
    primary key (kind, subject_id)
);
create index desk_items_open_idx on desk_items (opened_at) where closed_at is null;
create index desk_items_closed_idx on desk_items (closed_at) where closed_at is not null;

-- Opens an item, again if it had been closed.
create function desk_open(item_kind text, item_subject uuid) returns void language sql as $$
    insert into desk_items (kind, subject_id) values (item_kind, item_subject)
    on conflict (kind, subject_id) do update
        set opened_at = now(), waits_until = null, taken_by = null, taken_at = null, closed_at = null, closed_by = null,
            outcome = null, note = null
        where desk_items.closed_at is not null
$$;

-- Closes an item that what happened has settled.
create function desk_settle(item_kind text, item_subject uuid) returns void language sql as $$
    update desk_items set closed_at = now(), outcome = 'SOLVED'
    where kind = item_kind and subject_id = item_subject and closed_at is null
$$;

create function desk_on_request() returns trigger language plpgsql as $$
begin
    perform desk_open('REQUEST', new.id);
    return null;
end $$;
create trigger desk_on_request after insert on bilan_requests for each row execute function desk_on_request();

create function desk_on_activated() returns trigger language plpgsql as $$
begin
    perform desk_settle('ACTIVATION', new.id);
    return null;
end $$;
create trigger desk_on_activated after update of activated_at, deactivated_at on users for each row
    when (new.activated_at is not null or new.deactivated_at is not null) execute function desk_on_activated();

create function desk_on_mail() returns trigger language plpgsql as $$
begin
    if new.state = 'FAILED' then perform desk_open('MAIL', new.id); else perform desk_settle('MAIL', new.id); end if;
    return null;
end $$;
create trigger desk_on_mail after update of state on outbox for each row
    when (old.state is distinct from new.state and 'FAILED' in (old.state, new.state)) execute function desk_on_mail();

create function desk_on_report() returns trigger language plpgsql as $$
begin
    if new.generation_status = 'FAILED' then
        perform desk_open('REPORT', new.id);
    else
        perform desk_settle('REPORT', new.id);
    end if;
    return null;
end $$;
-- Anonymous submissions of the contract have no family that waits for a report.
create trigger desk_on_report after update of generation_status on assessments for each row
    when (old.generation_status is distinct from new.generation_status and 'FAILED' in (old.generation_status, new.generation_status)
          and new.origin = 'APP') execute function desk_on_report();

-- Accounts that wait for their owner: few, however many there are in all.
create index users_waiting_idx on users (created_at) where activated_at is null and deactivated_at is null;

-- What came in during the last month, before there was a desk.
insert into desk_items (kind, subject_id, opened_at)
select 'REQUEST', id, created_at from bilan_requests where created_at > now() - interval '30 days';
insert into desk_items (kind, subject_id, opened_at)
select 'MAIL', id, created_at from outbox where state = 'FAILED';
