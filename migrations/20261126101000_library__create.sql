-- The library: course documents, their versions, how far each is read, and the passages that are searched and cited.
-- Written by library/.

-- What is in the content-addressed store. The row is the lock of its content: a file is put there and taken away
-- while it is held.
create table library_files (
    sha256      text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    size        bigint not null check (size > 0),
    created_at  timestamptz not null default now()
);

create table library_documents (
    id               uuid primary key,
    title            text not null check (length(title) between 1 and 200),
    -- Keys of SchoolSubject.
    subject          text not null check (subject ~ '^[A-Z_]{2,40}$'),
    -- None: the whole lycée.
    grade            text check (grade in ('SECONDE', 'PREMIERE', 'TERMINALE')),
    -- A official, B academies and examinations, C compliance, D teaching material.
    authority        text not null check (authority in ('A', 'B', 'C', 'D')),
    rights           text not null default '' check (length(rights) <= 300),
    owner_id         uuid references users on delete set null,
    -- ALL: every signed-in person; STAFF: coaches, assistantes, admins; OWNER: who uploaded it.
    visibility       text not null check (visibility in ('ALL', 'STAFF', 'OWNER')),
    -- The version that is searched; none until one is indexed.
    current_version  int,
    origin           text not null check (origin in ('UPLOAD', 'STARTER')),
    -- Path of a sheet of the repository, without its extension.
    starter_key      text constraint library_documents_starter_key unique,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    withdrawn_at     timestamptz,
    constraint library_documents_origin check ((origin = 'STARTER') = (starter_key is not null))
);
create index library_documents_list_idx on library_documents (created_at desc, id desc);
create index library_documents_owner_idx on library_documents (owner_id);

create table library_versions (
    document_id      uuid not null references library_documents on delete cascade,
    version          int not null check (version >= 1),
    sha256           text not null references library_files,
    size             bigint not null check (size > 0),
    original_name    text not null check (length(original_name) between 1 and 200),
    media_type       text not null check (media_type in (
                         'application/pdf', 'text/markdown', 'text/plain',
                         'application/vnd.openxmlformats-officedocument.wordprocessingml.document')),
    -- Known once the file was opened; none where there are no pages (Word, Markdown, text).
    pages            int check (pages >= 0),
    -- The clean text, in which passages and sections are spans of characters; none until it is clean.
    body             text,
    -- Character offset in body at which each page begins; empty where there are no pages.
    page_starts      int[] not null default '{}',
    -- NO_TEXT: read, and nothing but pictures in it.
    state            text not null default 'PENDING' check (state in ('PENDING', 'READY', 'NO_TEXT', 'FAILED')),
    -- Why the passages have no vectors; none while they do, or before that step.
    without_vectors  text check (length(without_vectors) <= 300),
    uploaded_by      uuid references users on delete set null,
    created_at       timestamptz not null default now(),
    primary key (document_id, version)
);
create index library_versions_sha_idx on library_versions (sha256);
create index library_versions_uploader_idx on library_versions (uploaded_by);
alter table library_documents
    add constraint library_documents_current_fkey foreign key (id, current_version) references library_versions;

-- What was read, page by page, so that reading goes on where it stopped. A document without pages is one page.
create table library_pages (
    document_id  uuid not null,
    version      int not null,
    page         int not null check (page >= 1),
    text         text not null,
    state        text not null check (state in ('OK', 'EMPTY', 'FAILED')),
    -- For a page that failed: a sentence for staff.
    reason       text check (length(reason) <= 300),
    primary key (document_id, version, page),
    foreign key (document_id, version) references library_versions on delete cascade,
    constraint library_pages_reason check ((state = 'FAILED') = (reason is not null))
);

-- How far a version is on its way into the search.
create table library_ingests (
    id           uuid primary key,
    document_id  uuid not null,
    version      int not null,
    state        text not null default 'PENDING' check (state in ('PENDING', 'RUNNING', 'DONE', 'FAILED')),
    step         text not null default 'EXTRACT' check (step in ('EXTRACT', 'CLEAN', 'SPLIT', 'EMBED', 'INDEX')),
    -- Within the step.
    done         int not null default 0 check (done >= 0),
    total        int not null default 0 check (total >= 0),
    -- Why it failed: a sentence for staff.
    problem      text check (length(problem) <= 600),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    constraint library_ingests_version_key unique (document_id, version),
    foreign key (document_id, version) references library_versions on delete cascade
);
create index library_ingests_list_idx on library_ingests (created_at desc, id desc);
create index library_ingests_open_idx on library_ingests (updated_at) where state in ('PENDING', 'RUNNING');

-- The surroundings of a passage, which the model receives: 800 to 1200 tokens.
create table library_sections (
    document_id   uuid not null,
    version       int not null,
    section       int not null check (section >= 0),
    heading_path  text[] not null default '{}',
    -- Characters of the version's body.
    span_start    int not null check (span_start >= 0),
    span_end      int not null,
    tokens        int not null check (tokens >= 0),
    primary key (document_id, version, section),
    foreign key (document_id, version) references library_versions on delete cascade,
    constraint library_sections_span check (span_end > span_start)
);

-- What is searched and cited: 150 to 300 tokens. Passages of older versions stay, so that old citations can be read.
create table library_passages (
    id            bigint generated always as identity primary key,
    document_id   uuid not null,
    version       int not null,
    ordinal       int not null check (ordinal >= 0),
    section       int not null,
    heading_path  text[] not null default '{}',
    page          int check (page >= 1),
    span_start    int not null check (span_start >= 0),
    span_end      int not null,
    tokens        int not null check (tokens >= 0),
    body          text not null check (length(body) >= 1),
    -- Copies of the document's columns, kept by library_documents_spread().
    subject       text not null,
    grade         text,
    visibility    text not null,
    owner_id      uuid,
    -- Of the current version of a document that is not withdrawn.
    live          boolean not null default false,
    constraint library_passages_ordinal_key unique (document_id, version, ordinal),
    foreign key (document_id, version, section) references library_sections on delete cascade,
    constraint library_passages_span check (span_end > span_start)
);

-- What a document is and who may see it, copied to its passages whenever it changes, by whatever hand.
create function library_documents_spread() returns trigger language plpgsql as $$
begin
    update library_passages p
    set subject = new.subject, grade = new.grade, visibility = new.visibility, owner_id = new.owner_id,
        live = new.withdrawn_at is null and p.version is not distinct from new.current_version
    where p.document_id = new.id
      and (p.subject, p.grade, p.visibility, p.owner_id, p.live) is distinct from
          (new.subject, new.grade, new.visibility, new.owner_id,
           new.withdrawn_at is null and p.version is not distinct from new.current_version);
    return null;
end $$;
create trigger library_documents_spread
    after update of subject, grade, visibility, owner_id, current_version, withdrawn_at on library_documents
    for each row execute function library_documents_spread();
