-- Accounts that keep themselves safe: reset and e-mail links, second factor, devices. Written by accounts/.

alter table account_links
    drop constraint account_links_purpose_check,
    add constraint account_links_purpose_check check (purpose in ('ACTIVATION', 'RESET', 'EMAIL')),
    -- How the secret left the house: mails are counted, slips printed at the desk are not.
    add column channel text not null default 'MAIL' check (channel in ('MAIL', 'SLIP')),
    -- The address that takes the place of the old one when it is confirmed.
    add column new_email text check (new_email = lower(new_email) and length(new_email) <= 254),
    add constraint account_links_email_has_address check ((purpose = 'EMAIL') = (new_email is not null));

-- Comfort of reading: wider spacing, larger text.
alter table users add column easy_reading boolean not null default false;

-- Time-based codes (RFC 6238). Off until the first code was given back (confirmed_at).
create table two_factor (
    user_id      uuid primary key references users on delete cascade,
    -- Encrypted with a key made from SECRET_KEY.
    secret       bytea not null,
    -- Step of the last accepted code: no code counts twice.
    last_step    bigint,
    confirmed_at timestamptz,
    created_at   timestamptz not null default now()
);

-- Codes on paper for a lost phone; only a keyed hash is kept, each counts once.
create table recovery_codes (
    user_id   uuid not null references two_factor on delete cascade,
    code_hash bytea not null,
    used_at   timestamptz,
    primary key (user_id, code_hash)
);

-- Kinds of device that a person signed in with, so that a new one can be told to the owner.
create table known_devices (
    user_id       uuid not null references users on delete cascade,
    family        text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    primary key (user_id, family)
);
