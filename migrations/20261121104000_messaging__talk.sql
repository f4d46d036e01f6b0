-- Messages between people, notifications, and how each person wants to be told. Written by messaging/.
-- Who may write to whom is decided by accounts: may_write_to() and contacts_of().

-- One row for two people, whoever wrote first.
create table conversations (
    id          uuid primary key,
    low         uuid not null references users on delete cascade,
    high        uuid not null references users on delete cascade,
    created_at  timestamptz not null default now(),
    constraint conversations_pair_key unique (low, high),
    constraint conversations_order check (low < high)
);
create index conversations_high_idx on conversations (high);

create table messages (
    -- Given while the conversation's row is locked: within a conversation the order of ids is that of commits, so
    -- "read up to this id" never covers a message that was not there yet.
    id               bigint generated always as identity primary key,
    conversation_id  uuid not null references conversations on delete cascade,
    sender_id        uuid not null references users on delete cascade,
    body             text not null check (length(body) between 1 and 1000),
    -- Of the form, the receiver and the words: what is sent twice is stored once.
    send_key         bytea not null constraint messages_send_key_key unique,
    sent_at          timestamptz not null default clock_timestamp()
);
create index messages_conversation_idx on messages (conversation_id, id);
create index messages_sender_idx on messages (sender_id);

-- A conversation as one of the two sees it.
create table conversation_sides (
    person_id        uuid not null references users on delete cascade,
    other_id         uuid not null references users on delete cascade,
    conversation_id  uuid not null references conversations on delete cascade,
    -- The newest message of both; the newest one received.
    last_id          bigint not null,
    received_id      bigint not null default 0,
    -- Everything up to here was on this person's screen, lately at this moment.
    read_id          bigint not null default 0,
    read_at          timestamptz,
    -- A mail about what is unread was sent, or decided against: once until it is read.
    told_at          timestamptz,
    primary key (person_id, other_id)
) with (fillfactor = 80);
create index conversation_sides_list_idx on conversation_sides (person_id, last_id desc);
create index conversation_sides_other_idx on conversation_sides (other_id);
create index conversation_sides_conversation_idx on conversation_sides (conversation_id);
create index conversation_sides_unread_idx on conversation_sides (person_id) where received_id > read_id;
create index conversation_sides_untold_idx on conversation_sides (received_id) where received_id > read_id and told_at is null;

create table notifications (
    id          uuid primary key,
    user_id     uuid not null references users on delete cascade,
    -- The kinds are in code: messaging/notices.
    kind        text not null check (kind ~ '^[A-Z_]{3,40}$'),
    title       text not null check (length(title) between 1 and 200),
    body        text not null check (length(body) <= 600),
    -- A page of this site.
    link        text not null check (link ~ '^/[^/]'),
    at          timestamptz not null default now(),
    read_at     timestamptz,
    -- Waits for the daily mail.
    digest      boolean not null default false
);
create index notifications_list_idx on notifications (user_id, at desc, id desc);
-- The same thing again, while unread, is the same notification with a new moment.
create unique index notifications_unread_key on notifications (user_id, kind, link) where read_at is null;
create index notifications_digest_idx on notifications (user_id) where digest;

-- Only what differs from the kind's default.
create table notification_preferences (
    user_id  uuid not null references users on delete cascade,
    kind     text not null check (kind ~ '^[A-Z_]{3,40}$'),
    mail     text not null check (mail in ('NOW', 'DAILY', 'NEVER')),
    primary key (user_id, kind)
);

-- The two numbers at the top of every page, read with the session: only what is unread is looked at. Messages have a
-- number of their own, so their notifications are left out of the other. A set-returning function, although it is one
-- row: the planner puts such a one into the query that asks (a scalar one would be planned anew at each call).
create function unread_of(person uuid) returns table (messages bigint, notices bigint)
    language sql stable parallel safe rows 1
    begin atomic
        select
            (select count(*)
             from conversation_sides s
             join messages m on m.conversation_id = s.conversation_id and m.id > s.read_id and m.sender_id = s.other_id
             where s.person_id = person and s.received_id > s.read_id),
            (select count(*) from notifications n where n.user_id = person and n.read_at is null and n.kind <> 'MESSAGE');
    end;

-- The staff's list of mails, newest first, of all or of one state; what was sent in the last day.
create index outbox_list_idx on outbox (created_at desc, id desc);
create index outbox_state_list_idx on outbox (state, created_at desc, id desc);
create index outbox_sent_idx on outbox (sent_at) where state = 'SENT';
