-- Assessments: attempts, scores, cohorts, reports. Written by assessments/ (reports: by bilans/).

create table assessments (
    -- 128 random bits: who knows the id may read the scores without a name.
    id                uuid primary key,
    origin            text not null check (origin in ('API', 'APP')),
    bank              text not null,
    engine_version    text not null check (engine_version in ('scoring_v2', 'scoring_v3')),
    subject           text not null check (subject in ('MATHS', 'NSI', 'GENERAL')),
    grade             text not null check (grade in ('PREMIERE', 'TERMINALE')),
    student_id        uuid references students on delete set null,
    request_id        uuid references bilan_requests on delete set null,
    student_name      text not null,
    student_email     text,
    student_phone     text,
    student_metadata  jsonb,
    -- UNFINISHED: the time ran out before half of the questions were seen.
    status            text not null default 'PENDING'
                      check (status in ('PENDING', 'SCORING', 'GENERATING', 'COMPLETED', 'FAILED', 'UNFINISHED')),
    -- Counts in its cohort; false for an attempt that is practice (decision 6).
    in_cohort         boolean not null default true,
    answers           jsonb,
    duration_ms       bigint,
    started_at        timestamptz,
    completed_at      timestamptz,
    scoring_result    jsonb,
    global_score      smallint check (global_score between 0 and 100),
    confidence_index  smallint check (confidence_index between 0 and 100),
    generation_status text not null default 'PENDING' check (generation_status in ('PENDING', 'COMPLETE', 'FAILED', 'SKIPPED')),
    error_code        text,
    error_details     text,
    retry_count       smallint not null default 0,
    user_agent        text,
    address           text,
    created_at        timestamptz not null default now(),
    constraint assessments_completed_means_scored check (status <> 'COMPLETED' or global_score is not null)
);
create index assessments_student_idx on assessments (student_id, created_at) where student_id is not null;
create index assessments_request_idx on assessments (request_id) where request_id is not null;
create index assessments_email_idx on assessments (student_email);
-- The few that no cohort counts: in progress, unfinished, practice.
create index assessments_uncounted_idx on assessments (subject) where status <> 'COMPLETED' or not in_cohort;

-- An attempt in the app: its clock and its shuffle.
create table attempts (
    assessment_id  uuid primary key references assessments on delete cascade,
    -- Makes the option values and their order; never leaves the server.
    seed           bytea not null check (length(seed) = 16),
    minutes        smallint not null check (minutes > 0),
    deadline       timestamptz,
    ended_at       timestamptz
);
create index attempts_open_idx on attempts (deadline) where ended_at is null and deadline is not null;

-- One row a question seen; choice 0..3 is the stored option, nsp "je ne sais pas", both null: seen, not answered.
create table attempt_answers (
    assessment_id  uuid not null references attempts on delete cascade,
    question       smallint not null,
    choice         smallint check (choice between 0 and 3),
    nsp            boolean not null default false,
    seen_at        timestamptz not null default now(),
    answered_at    timestamptz,
    primary key (assessment_id, question),
    constraint attempt_answers_one check (not (nsp and choice is not null))
) with (fillfactor = 70);

create table domain_scores (
    assessment_id  uuid not null references assessments on delete cascade,
    domain         text not null,
    score          smallint not null check (score between 0 and 100),
    constraint domain_scores_key primary key (assessment_id, domain)
);

create table skill_scores (
    assessment_id  uuid not null references assessments on delete cascade,
    skill_tag      text not null,
    score          smallint not null check (score between 0 and 100),
    correct        smallint not null,
    total          smallint not null check (total > 0),
    constraint skill_scores_key primary key (assessment_id, skill_tag)
);
create index skill_scores_tag_idx on skill_scores (skill_tag);

-- A cohort is (bank, rule version). Sums are of whole millionths of a point: exact, whatever the order.
create table cohorts (
    id               smallint generated always as identity primary key,
    bank             text not null,
    rule_version     text not null,
    subject          text not null,
    n                bigint not null default 0,
    sum_micro        numeric not null default 0,
    sum_sq           numeric not null default 0,
    -- As the last recompute stored them; null before the first.
    previous_n       bigint,
    previous_mean    double precision,
    previous_std     double precision,
    recomputed_at    timestamptz,
    constraint cohorts_key unique (bank, rule_version)
) with (fillfactor = 10);

-- The SSN of each scored assessment and the snapshot of the cohort that made it. Narrow: a recompute rewrites it whole.
create table standard_scores (
    assessment_id    uuid primary key references assessments on delete cascade,
    cohort_id        smallint not null references cohorts,
    raw_micro        integer not null,
    cohort_micro     integer not null,
    global_score     smallint not null,
    scored_on        date not null,
    ssn              double precision not null check (ssn between 0 and 100),
    cohort_n         bigint not null,
    cohort_mean      double precision not null,
    cohort_std       double precision not null
);
create index standard_scores_low_idx on standard_scores (ssn) where ssn < 40;

-- Histogram of the SSN, in tenths of a point: percentile, bands, averages and the picture, at constant cost.
create table cohort_bins (
    cohort_id  smallint not null references cohorts on delete cascade,
    tenths     smallint not null check (tenths between 0 and 1000),
    n          bigint not null,
    primary key (cohort_id, tenths)
) with (fillfactor = 50);

create table cohort_months (
    cohort_id    smallint not null references cohorts on delete cascade,
    month        date not null,
    n            bigint not null,
    sum_tenths   bigint not null,
    sum_global   bigint not null,
    primary key (cohort_id, month)
) with (fillfactor = 10);

-- Reports for the three audiences: the model's and, in its place, the one composed from the scores.
create table reports (
    assessment_id  uuid not null references assessments on delete cascade,
    audience       text not null check (audience in ('ELEVE', 'PARENTS', 'NEXUS')),
    markdown       text not null,
    model          text not null,
    prompt_version text not null,
    written_at     timestamptz not null default now(),
    primary key (assessment_id, audience)
);

create table recomputes (
    id          uuid primary key,
    subject     text not null,
    actor_id    uuid references users on delete set null,
    state       text not null default 'RUNNING' check (state in ('RUNNING', 'DONE', 'FAILED')),
    step        text not null default '',
    percent     smallint not null default 0,
    result      jsonb,
    started_at  timestamptz not null default now(),
    ended_at    timestamptz
);
create index recomputes_started_idx on recomputes (started_at);
