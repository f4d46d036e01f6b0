-- assessments: how good our questions are, as the answers of students tell. Written by assessments/items/, whole, by a
-- job; a page reads a few dozen rows, however many attempts there are.

-- What the first attempts in the app on one edition add up to. x is the number of right answers of an attempt.
create table bank_statistics (
    bank          text primary key,
    n             bigint not null check (n >= 0),
    sum_right     bigint not null,
    sum_right_sq  bigint not null,
    measured_at   timestamptz not null
);

-- Of each question, six counts: options a, b, c, d, "je ne sais pas", seen without an answer; and for each the sum of x
-- over those attempts. What is left of n never saw the question. All figures are made of these (items/figures.rs).
create table item_statistics (
    bank            text not null references bank_statistics on delete cascade,
    question        smallint not null check (question >= 0),
    counts          bigint[] not null check (cardinality(counts) = 6),
    sums            bigint[] not null check (cardinality(sums) = 6),
    -- Time to an answer, in whole seconds; null when none was measured.
    median_seconds  smallint,
    primary key (bank, question)
);

-- Each time they are measured, with its progress.
create table item_runs (
    id          uuid primary key,
    -- Null: the nightly run.
    actor_id    uuid references users on delete set null,
    state       text not null default 'RUNNING' check (state in ('RUNNING', 'DONE', 'FAILED')),
    step        text not null default 'En attente',
    percent     smallint not null default 0,
    started_at  timestamptz not null default now(),
    ended_at    timestamptz
);
create index item_runs_started_idx on item_runs (started_at);
-- Two who press the button at once ask for one run.
create unique index item_runs_one_running_key on item_runs ((true)) where state = 'RUNNING';
