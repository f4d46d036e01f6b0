-- Learning: what a student's results say over time, skill by skill, and what they earn. Written by learning/.
-- Everything here is fed in the transaction that makes a score, or can be made again from assessments (skill_mastery).

-- One row for each completed assessment of a student: the score as it was told then. A recompute changes
-- standard_scores, never this.
create table progression_history (
    assessment_id   uuid primary key references assessments on delete cascade,
    student_id      uuid not null references students on delete cascade,
    subject         text not null check (subject in ('MATHS', 'NSI', 'GENERAL')),
    bank            text not null,
    rule_version    text not null,
    -- None for practice (decision 6): it feeds the skills only.
    ssn             double precision check (ssn between 0 and 100),
    -- Of the SSN, in its own points.
    standard_error  double precision check (standard_error >= 0),
    cohort_n        bigint,
    global_score    smallint not null check (global_score between 0 and 100),
    -- Unified academic index after this result; none while only one subject has an SSN.
    uai             double precision check (uai between 0 and 100),
    completed_at    timestamptz not null,
    constraint progression_history_score check ((ssn is null) = (standard_error is null))
);
create index progression_history_student_idx on progression_history (student_id, completed_at);

create table projection_history (
    id               bigint generated always as identity primary key,
    student_id       uuid not null references students on delete cascade,
    subject          text not null,
    -- The result after which it was made.
    assessment_id    uuid not null references assessments on delete cascade,
    -- AUTO: made with each score, and judged by the back-test. ASKED: by POST /api/assessments/predict.
    source           text not null check (source in ('AUTO', 'ASKED')),
    -- The last score: what "nothing changes" would say.
    ssn              double precision not null,
    ssn_projected    double precision not null check (ssn_projected between 0 and 100),
    confidence_index smallint not null check (confidence_index between 0 and 100),
    bilans           integer not null check (bilans > 0),
    model_version    text not null,
    input_snapshot   jsonb not null,
    made_at          timestamptz not null,
    horizon_at       timestamptz not null
);
create unique index projection_history_auto_key on projection_history (assessment_id, model_version) where source = 'AUTO';
create index projection_history_student_idx on projection_history (student_id, made_at);

-- What the back-test of a night found: mean absolute error of the model and of "the last score carried forward".
create table projection_backtests (
    day           date not null,
    model_version text not null,
    subject       text not null check (subject in ('ALL', 'MATHS', 'NSI', 'GENERAL')),
    n             bigint not null,
    mae_model     double precision,
    mae_baseline  double precision,
    -- Nine in ten projections were off by at most this.
    spread        double precision,
    computed_at   timestamptz not null default now(),
    primary key (day, model_version, subject)
);

-- Evidence for and against "knows it", decayed to last_at: see learning/mastery.rs. Narrow, and rewritten in place.
create table skill_mastery (
    student_id    uuid not null references students on delete cascade,
    subject       text not null,
    skill_tag     text not null,
    known         double precision not null check (known >= 0),
    unknown       double precision not null check (unknown >= 0),
    answers       integer not null check (answers > 0),
    right_answers integer not null check (right_answers between 0 and answers),
    last_at       timestamptz not null,
    primary key (student_id, subject, skill_tag)
) with (fillfactor = 60);

-- A badge is earned once.
create table student_badges (
    student_id    uuid not null references students on delete cascade,
    badge         text not null,
    reason        text not null,
    earned_at     timestamptz not null,
    primary key (student_id, badge)
);

-- Days (of Tunis) on which a student was here.
create table active_days (
    student_id    uuid not null references students on delete cascade,
    day           date not null,
    -- The first moment of the day.
    seen_at       timestamptz not null,
    -- Whether the badges of presence have been looked at since.
    judged        boolean not null default false,
    primary key (student_id, day)
);
create index active_days_unjudged_idx on active_days (seen_at) where not judged;

-- A day of presence is noted when a session is opened, or is seen on another day than before: once a day, in a statement
-- that runs anyway; other requests cost nothing. Whoever is no student has no row in students, and makes none here.
create function learning_note_day() returns trigger language plpgsql as $$
begin
    insert into active_days (student_id, day, seen_at)
    select user_id, (new.last_seen_at at time zone 'Africa/Tunis')::date, new.last_seen_at
    from students where user_id = new.user_id
    on conflict do nothing;
    return null;
end $$;
create trigger learning_day_opened after insert on sessions for each row
    when (new.user_id is not null) execute function learning_note_day();
create trigger learning_day_seen after update on sessions for each row
    when (new.user_id is not null
          and (old.user_id is distinct from new.user_id
               or (old.last_seen_at at time zone 'Africa/Tunis')::date <> (new.last_seen_at at time zone 'Africa/Tunis')::date))
    execute function learning_note_day();

-- An account that is activated looks for the family's requests.
create index bilan_requests_guardian_idx on bilan_requests (guardian_id) where guardian_id is not null;
create index bilan_requests_student_idx on bilan_requests (student_id) where student_id is not null;
