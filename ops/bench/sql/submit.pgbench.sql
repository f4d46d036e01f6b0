-- The statements of one submission (src/assessments/api/submit.rs, record.rs), as the server sends them. Parameters that
-- the server computes are given with -D. Keep in step with the code: sqlx sends exactly these.
\set high random(0, 4611686018427387903)
\set low random(0, 4611686018427387903)
\set tenths random(200, 900)
begin;
insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, student_email, student_phone,
    student_metadata, answers, duration_ms, started_at, user_agent, address, created_at, status, in_cohort, completed_at,
    scoring_result, global_score, confidence_index, generation_status, error_code, error_details)
values (encode(int8send(:high) || int8send(:low), 'hex')::uuid, 'API', :bank, 'scoring_v2', 'MATHS', 'TERMINALE',
    'Élève pgbench', 'eleve@bench.example', null, '{"schoolYear": "2026-2027"}', :answers, 2400000, null, 'pgbench', '127.0.0.1',
    now(), 'COMPLETED', true, now(), :scoring, 57, 90, 'SKIPPED', 'LLM_GENERATION_SKIPPED', 'LLM_MODE=off, or no model configured');
insert into skill_scores (assessment_id, domains, domain_scores, tags, scores, corrects, totals)
values (encode(int8send(:high) || int8send(:low), 'hex')::uuid, :domains::text[], :domain_scores::int2[], :tags::text[],
    :scores::int2[], :corrects::int2[], :totals::int2[]);
select id as cohort, n, sum_micro, sum_sq from cohorts where bank = :bank and rule_version = 'scoring_v2' for update \gset
with score as (
    insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn,
        cohort_n, cohort_mean, cohort_std)
    values (encode(int8send(:high) || int8send(:low), 'hex')::uuid, :cohort, 57000000, 57000000, 57, current_date,
        :tenths::float8 / 10, :n, 55.1, 17.2)),
bin as (
    insert into cohort_bins as b (cohort_id, tenths, n) values (:cohort, :tenths, 1)
    on conflict (cohort_id, tenths) do update set n = b.n + 1),
month as (
    insert into cohort_months as m (cohort_id, month, n, sum_tenths, sum_global)
    values (:cohort, date_trunc('month', current_date)::date, 1, :tenths, 57)
    on conflict (cohort_id, month) do update set n = m.n + 1, sum_tenths = m.sum_tenths + excluded.sum_tenths,
        sum_global = m.sum_global + excluded.sum_global)
update cohorts set n = n + 1, sum_micro = sum_micro + 57000000::int8, sum_sq = sum_sq + 57000000::numeric * 57000000::numeric
where id = :cohort;
commit;
