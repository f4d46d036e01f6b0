-- What a person may use beyond what is free. Written by billing/; products and payments come to it later.

create table entitlements (
    id          uuid primary key,
    user_id     uuid not null references users on delete cascade,
    -- Key of specs §4.9.
    feature     text not null check (feature in ('aria')),
    starts_at   timestamptz not null default now(),
    ends_at     timestamptz check (ends_at > starts_at),
    -- Who gave it; null when bought.
    granted_by  uuid references users on delete set null,
    created_at  timestamptz not null default now(),
    withdrawn_at timestamptz
);
create index entitlements_active_idx on entitlements (user_id, feature) where withdrawn_at is null;

-- Whether the person has the feature now.
create function has_feature(person uuid, wanted text) returns boolean
    language sql stable parallel safe
    return exists (
        select from entitlements e
        where e.user_id = person and e.feature = wanted and e.withdrawn_at is null
          and e.starts_at <= now() and (e.ends_at is null or e.ends_at > now()));
