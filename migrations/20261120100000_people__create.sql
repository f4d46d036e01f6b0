-- People: who signs in, families, consent. Written by accounts/.
-- Conventions of this schema: snake_case; uuid keys; timestamptz named *_at; text with CHECK instead of enum types
-- (a value is added by one constraint swap); e-mails are stored in lower case.

create table users (
    id            uuid primary key,
    role          text not null check (role in ('ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE')),
    email         text constraint users_email_key unique check (email = lower(email) and length(email) <= 254),
    -- What a child without e-mail types to sign in: prenom.nom and digits if taken.
    identifier    text constraint users_identifier_key unique check (identifier = lower(identifier)),
    first_name    text not null check (length(first_name) between 1 and 80),
    last_name     text not null check (length(last_name) between 1 and 80),
    phone         text check (length(phone) <= 30),
    password_hash text,
    activated_at  timestamptz,
    deactivated_at timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    constraint users_can_be_named check (email is not null or identifier is not null)
);
create index users_role_idx on users (role);

create table students (
    user_id     uuid primary key references users on delete cascade,
    grade       text not null check (grade in ('SECONDE', 'PREMIERE', 'TERMINALE')),
    school      text check (length(school) <= 120),
    birth_date  date,
    -- Tiers-temps: one third more time in every assessment.
    extra_time  boolean not null default false,
    created_at  timestamptz not null default now()
);

create table guardianships (
    guardian_id uuid not null references users on delete cascade,
    student_id  uuid not null references students on delete cascade,
    relation    text not null default 'PARENT' check (relation in ('PARENT', 'MERE', 'PERE', 'TUTEUR', 'AUTRE')),
    is_payer    boolean not null default false,
    -- What this guardian may do for the child; VIEW is the least.
    rights      text[] not null default '{VIEW,CONSENT}',
    created_at  timestamptz not null default now(),
    primary key (guardian_id, student_id)
);
create index guardianships_student_idx on guardianships (student_id);

create table coaches (
    user_id     uuid primary key references users on delete cascade,
    pseudonym   text not null constraint coaches_pseudonym_key unique,
    title       text,
    subjects    text[] not null default '{}'
);

create table coach_students (
    coach_id    uuid not null references coaches on delete cascade,
    student_id  uuid not null references students on delete cascade,
    since       timestamptz not null default now(),
    primary key (coach_id, student_id)
);
create index coach_students_student_idx on coach_students (student_id);

-- One-time links sent by mail; only the hash of the secret is kept.
create table account_links (
    token_hash  bytea primary key,
    user_id     uuid not null references users on delete cascade,
    purpose     text not null check (purpose in ('ACTIVATION')),
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    used_at     timestamptz
);
create index account_links_user_idx on account_links (user_id, purpose);

-- Failed sign-ins, counted per account and per address for a short while.
create table signin_failures (
    id          bigint generated always as identity primary key,
    account     text not null,
    address     text not null,
    failed_at   timestamptz not null default now()
);
create index signin_failures_account_idx on signin_failures (account, failed_at);
create index signin_failures_address_idx on signin_failures (address, failed_at);

-- The form "bilan gratuit", kept whole: what the family told us.
create table bilan_requests (
    id                 uuid primary key,
    -- The form carries a key of its own: sent twice, it is the same request.
    form_key           text not null constraint bilan_requests_form_key_key unique,
    guardian_id        uuid references users on delete set null,
    student_id         uuid references students on delete set null,
    parent_first_name  text not null,
    parent_last_name   text not null,
    parent_email       text not null,
    parent_phone       text not null,
    student_first_name text not null,
    student_last_name  text not null,
    student_grade      text not null check (student_grade in ('SECONDE', 'PREMIERE', 'TERMINALE')),
    student_school     text,
    student_birth_date date,
    subjects           text[] not null,
    current_level      text not null check (current_level in ('difficultes', 'moyen', 'bon', 'excellent')),
    objectives         text,
    difficulties       text,
    preferred_modality text check (preferred_modality in ('online', 'presentiel', 'hybride')),
    availability       text,
    newsletter         boolean not null default false,
    created_at         timestamptz not null default now()
);
create index bilan_requests_email_idx on bilan_requests (parent_email);
create index bilan_requests_created_idx on bilan_requests (created_at);

-- Consent (decision 14): which text, who, when, from where, for whom. Never changed, only added to.
create table consents (
    id            uuid primary key,
    request_id    uuid references bilan_requests on delete set null,
    person_id     uuid references users on delete set null,
    person_name   text not null,
    for_name      text not null,
    text_key      text not null,
    text_version  text not null,
    address       text not null,
    agreed_at     timestamptz not null default now()
);
create index consents_person_idx on consents (person_id);
