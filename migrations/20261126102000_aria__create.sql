-- The tutor: conversations, questions, generations (answers being written), quota, memories, alerts. Written by aria/.

-- A conversation belongs to one person. A parent's may be about a child, a coach's about a student of theirs.
create table aria_conversations (
    id          uuid primary key,
    user_id     uuid not null references users on delete cascade,
    student_id  uuid references students on delete cascade,
    subject     text not null check (subject in ('MATHEMATIQUES', 'NSI', 'FRANCAIS', 'PHILOSOPHIE', 'HISTOIRE_GEO',
                                                 'ANGLAIS', 'ESPAGNOL', 'PHYSIQUE_CHIMIE', 'SVT', 'SES')),
    title       text not null check (length(title) between 1 and 120),
    -- Who gave the title: the first words of the question, the model, the person (then nothing else changes it).
    titled_by   text not null default 'QUESTION' check (titled_by in ('QUESTION', 'MODEL', 'PERSON')),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    -- Until when memories were drawn from it (the moment of the newest question that was read).
    remembered_until timestamptz,
    search_text text not null generated always as (plain_text(title)) stored
);
create index aria_conversations_user_idx on aria_conversations (user_id, updated_at desc, id desc);
create index aria_conversations_quiet_idx on aria_conversations (updated_at)
    where remembered_until is null or remembered_until < updated_at;
create index aria_conversations_student_idx on aria_conversations (student_id) where student_id is not null;

create table aria_questions (
    id              uuid primary key,
    conversation_id uuid not null references aria_conversations on delete cascade,
    user_id         uuid not null references users on delete cascade,
    -- The key of the form: sent twice, it is one question.
    form_key        text not null check (length(form_key) between 1 and 64),
    content         text not null check (length(content) between 1 and 4000),
    created_at      timestamptz not null default now(),
    constraint aria_questions_form_key unique (user_id, form_key)
);
create index aria_questions_conversation_idx on aria_questions (conversation_id, created_at desc, id desc);
create index aria_questions_words_idx on aria_questions using gin (plain_text(content) gin_trgm_ops);

-- An answer, from the moment it is wanted. A question asked again has several; the newest is shown.
create table aria_generations (
    id              uuid primary key,
    question_id     uuid not null references aria_questions on delete cascade,
    conversation_id uuid not null references aria_conversations on delete cascade,
    user_id         uuid not null references users on delete cascade,
    state           text not null check (state in ('RUNNING', 'DONE', 'STOPPED', 'FAILED')),
    -- MODEL: the model wrote it; EXTRACT: passages quoted without a model; SAFETY: the fixed text.
    mode            text not null default 'MODEL' check (mode in ('MODEL', 'EXTRACT', 'SAFETY')),
    -- The server that writes it: see aria_writers.
    lease           uuid,
    attempts        smallint not null default 1,
    -- Set when the person pressed "stop" somewhere.
    stop_wanted     boolean not null default false,
    -- Markdown; 〔n〕 is the n-th citation. Null while it is being written: see aria_pieces.
    answer          text,
    citations       jsonb not null default '[]',
    -- Taken up again after a crash of the server.
    resumed         boolean not null default false,
    -- Why it failed, for staff.
    problem         text,
    provider        text,
    model           text,
    prompt_version  integer,
    search_mode     text,
    quota_day       date,
    quota           text not null default 'NONE' check (quota in ('NONE', 'RESERVED', 'SETTLED', 'RETURNED')),
    feedback        smallint check (feedback in (-1, 1)),
    feedback_reason text check (length(feedback_reason) <= 500),
    created_at      timestamptz not null default now(),
    first_piece_ms  integer,
    ended_at        timestamptz,
    constraint aria_generations_ended check ((state = 'RUNNING') = (ended_at is null) and (state = 'RUNNING' or answer is not null))
);
create index aria_generations_question_idx on aria_generations (question_id, created_at desc);
create index aria_generations_user_idx on aria_generations (user_id, created_at desc);
create index aria_generations_created_idx on aria_generations (created_at desc, id desc);
-- One answer at a time in a conversation.
create unique index aria_generations_one_at_a_time on aria_generations (conversation_id) where state = 'RUNNING';

-- Servers that write answers, until when each is believed to be alive. An answer whose server is gone is taken up by another.
create table aria_writers (
    token       uuid primary key,
    alive_until timestamptz not null
);

-- What has been written of running answers, piece by piece: only ever added to, and deleted when the answer is whole.
create table aria_pieces (
    generation_id uuid not null references aria_generations on delete cascade,
    seq           bigint not null,
    body          text not null,
    primary key (generation_id, seq)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- What was sent to the model, for audit: names are masked. Kept 180 days.
create table aria_contexts (
    generation_id uuid primary key references aria_generations on delete cascade,
    -- [{role, content}] as sent.
    messages      jsonb not null,
    -- [{tag, passage, …}]: the passages that may be cited.
    passages      jsonb not null,
    -- What stands for whom in the text.
    masks         jsonb not null,
    -- {part: tokens}
    tokens        jsonb not null,
    created_at    timestamptz not null default now()
);
create index aria_contexts_created_idx on aria_contexts (created_at);

-- Questions a day, by role and plan; the admin changes them.
create table aria_limits (
    role        text not null check (role in ('ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE')),
    plan        text not null check (plan in ('FREE', 'SUBSCRIBER')),
    per_day     integer not null check (per_day between 0 and 1000),
    updated_by  uuid references users on delete set null,
    updated_at  timestamptz not null default now(),
    primary key (role, plan)
);
insert into aria_limits (role, plan, per_day) values
    ('ELEVE', 'FREE', 5), ('ELEVE', 'SUBSCRIBER', 60),
    ('PARENT', 'FREE', 10), ('COACH', 'FREE', 60), ('ASSISTANTE', 'FREE', 60), ('ADMIN', 'FREE', 60);

-- Questions of a person on a day (Africa/Tunis): reserved before the model is asked, given back when it failed.
create table aria_usage (
    user_id     uuid not null references users on delete cascade,
    day         date not null,
    used        integer not null check (used >= 0),
    primary key (user_id, day)
) with (fillfactor = 80);
create index aria_usage_day_idx on aria_usage (day);

-- How much a student has asked and judged, by subject: for badges, without counting every question each time.
create table aria_counts (
    user_id     uuid not null references users on delete cascade,
    subject     text not null,
    questions   bigint not null default 0,
    feedbacks   bigint not null default 0,
    primary key (user_id, subject)
) with (fillfactor = 80);

-- What ARIA remembers of a student. The student sees, corrects and forgets them.
create table memories (
    id              uuid primary key,
    user_id         uuid not null references users on delete cascade,
    kind            text not null check (kind in ('SEMANTIC', 'EPISODIC', 'PLAN')),
    content         text not null check (length(content) between 1 and 300),
    subject         text,
    -- Where it comes from.
    conversation_id uuid references aria_conversations on delete set null,
    source_title    text not null,
    created_at      timestamptz not null default now(),
    corrected_at    timestamptz,
    expires_at      timestamptz not null,
    constraint memories_once unique (user_id, content)
);
create index memories_user_idx on memories (user_id, expires_at);
create index memories_expiry_idx on memories (expires_at);

-- A message that worries: seen by the admin and the assistante, closed by one of them.
-- Whom to call, as the school has set it; without a row the defaults of assets/aria/safety/replies.toml hold.
create table aria_help_contacts (
    position    smallint primary key,
    contact     jsonb not null
);

create table aria_alerts (
    id          uuid primary key,
    user_id     uuid not null references users on delete cascade,
    question_id uuid references aria_questions on delete set null,
    kind        text not null check (kind in ('SUICIDE', 'ABUSE', 'VIOLENCE', 'DISTRESS')),
    -- RULES or MODEL.
    found_by    text not null check (found_by in ('RULES', 'MODEL')),
    -- The message, kept even when the conversation is deleted.
    message     text not null,
    created_at  timestamptz not null default now(),
    handled_by  uuid references users on delete set null,
    handled_at  timestamptz,
    note        text check (length(note) <= 2000),
    constraint aria_alerts_once unique (question_id)
);
create index aria_alerts_open_idx on aria_alerts (created_at desc) where handled_at is null;
create index aria_alerts_created_idx on aria_alerts (created_at desc, id desc);
