-- llm: what models were asked, what it took and what it cost. Written by llm only, by one writer per server, in batches.

-- One row for each provider that was asked; kept for 180 days.
create table llm_calls (
    id                bigint generated always as identity primary key,
    provider          text not null check (length(provider) between 1 and 40),
    -- As the settings name it.
    model             text not null check (length(model) between 1 and 200),
    task              text not null check (task ~ '^[A-Z_]{3,20}$'),
    -- None: the house itself, or somebody who is gone.
    person_id         uuid references users on delete set null,
    prompt_tokens     bigint not null check (prompt_tokens >= 0),
    completion_tokens bigint not null check (completion_tokens >= 0),
    -- The server did not say how many tokens: a token is about four characters.
    estimated         boolean not null,
    -- Until the first words of a stream.
    first_token_ms    integer check (first_token_ms >= 0),
    latency_ms        integer not null check (latency_ms >= 0),
    -- Millionths of the currency of the settings.
    cost_micros       bigint not null check (cost_micros >= 0),
    -- STOPPED: nobody wanted the rest.
    outcome           text not null check (outcome in ('OK', 'STOPPED', 'FAILED')),
    error             text check (error ~ '^[A-Z_]{2,30}$'),
    -- When it ended.
    created_at        timestamptz not null,
    check ((outcome = 'FAILED') = (error is not null))
);
-- The page of models: the last calls; retention: the oldest.
create index llm_calls_created_idx on llm_calls (created_at, id);
-- A person's own calls: erasure, export, and "what did this student's questions cost?".
create index llm_calls_person_idx on llm_calls (person_id, created_at) where person_id is not null;

-- Sums of the calls by day of Tunis, written with them in one statement: budgets and pages never count the log.
create table llm_spending (
    day               date not null,
    provider          text not null,
    model             text not null,
    task              text not null,
    calls             bigint not null,
    failed            bigint not null,
    stopped           bigint not null,
    prompt_tokens     bigint not null,
    completion_tokens bigint not null,
    -- Of the calls that ended well.
    latency_ms        bigint not null,
    -- Calls that have a first token, and their sum.
    first_tokens      bigint not null,
    first_token_ms    bigint not null,
    cost_micros       bigint not null,
    primary key (day, provider, model, task)
);

-- An alert is given once for a period and a threshold, whatever the number of servers.
create table llm_budget_alerts (
    -- `2026-11-26` or `2026-11`, in Tunis.
    period       text not null check (period ~ '^\d{4}-\d{2}(-\d{2})?$'),
    -- In per cent of the budget.
    threshold    smallint not null check (threshold in (80, 100)),
    spent_micros bigint not null,
    limit_micros bigint not null,
    at           timestamptz not null default now(),
    primary key (period, threshold)
);
