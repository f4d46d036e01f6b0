-- What a student had forgotten or corrected: its digest alone, so that it is not drawn from a conversation again by the same
-- words. Written by aria/memories.
create table memories_forgotten (
    user_id       uuid not null references users on delete cascade,
    digest        bytea not null,
    forgotten_at  timestamptz not null default now(),
    primary key (user_id, digest)
);
create index memories_forgotten_at_idx on memories_forgotten (forgotten_at);

-- Whatever is deleted or changed by the student's hand; not what is over, or gives way to newer ones.
create function memory_digest(content text) returns bytea
    language sql immutable parallel safe strict
    return sha256(convert_to(lower(content), 'UTF8'));
