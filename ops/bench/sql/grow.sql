-- Assessments number 1 to :all, into empty tables. Every twentieth is an attempt in the app by a student with an account and a session;
-- the others came by the JSON contract. Indexes and keys of the child tables are made again after the rows.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set session_replication_role = replica; -- the rows are consistent: no foreign key is checked a million times
set maintenance_work_mem = '1GB';
set max_parallel_maintenance_workers = 2;
set synchronous_commit = off;
set statement_timeout = 0;
begin;

create temp table bulky as
select unnest(array['skill_scores', 'attempt_answers', 'standard_scores'])::regclass as bulk;
create temp table keys as
select conrelid::regclass as bulk, conname, pg_get_constraintdef(oid) as definition
from pg_constraint join bulky on conrelid = bulk where contype in ('p', 'u');
create temp table indexes as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index join bulky on indrelid = bulk
where not exists (select from pg_constraint where conindid = indexrelid);
select format('alter table %s drop constraint %I', bulk, conname) from keys \gexec
select format('drop index %s', name) from indexes \gexec

create temp table wave as
select number, bench.id('assessment', number) as id, bench.pupil(number) as pupil, number % 20 = 0 as app,
       bench.id('student', number / 20) as student,
       now() - interval '300 days' * (1 - number / 1000000.0) as at
from generate_series(1, :all) number;

insert into users (id, role, email, first_name, last_name, password_hash, activated_at)
select student, 'ELEVE', 'eleve' || number / 20 || '@bench.example', 'Élève', 'Numéro' || number / 20, null, at
from wave where app;
insert into students (user_id, grade) select student, 'TERMINALE' from wave where app;

insert into assessments (id, origin, bank, engine_version, subject, grade, student_id, student_name, student_email,
    student_metadata, status, answers, duration_ms, started_at, completed_at, scoring_result, global_score, confidence_index,
    generation_status, error_code, error_details, user_agent, address, created_at)
select w.id, case when app then 'APP' else 'API' end, 'maths_terminale_spe_v1', case when app then 'scoring_v3' else 'scoring_v2' end,
       'MATHS', 'TERMINALE', case when app then student end, 'Élève Numéro' || number, case when app then null else 'eleve' || number || '@bench.example' end,
       '{"schoolYear": "2026-2027"}', 'COMPLETED', case when app then null else p.answers end, 2400000, at, at + interval '40 min',
       p.scoring, p.global, p.confidence, 'SKIPPED', 'LLM_GENERATION_SKIPPED', 'LLM_MODE=off, or no model configured',
       'Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36', '127.0.0.1', at
from wave w join bench.pupils p using (pupil) order by number;

insert into attempts (assessment_id, seed, minutes, deadline, ended_at)
select id, uuid_send(bench.id('seed', number)), 60, at + interval '60 min', at + interval '40 min' from wave where app;
insert into attempt_answers (assessment_id, question, choice, nsp, seen_at, answered_at)
select w.id, c.number, case when code < 4 then code end, code = 4, at, at
from wave w join bench.choices c using (pupil) where app order by w.number, c.number;
insert into skill_scores (assessment_id, domains, domain_scores, tags, scores, corrects, totals)
select w.id, d.domains, d.scores, s.tags, s.scores, s.corrects, s.totals
from wave w join (
    select pupil, array_agg(domain order by domain) as domains, array_agg(score order by domain) as scores
    from bench.domains group by pupil) d using (pupil) join (
    select pupil, array_agg(tag order by tag) as tags, array_agg(score order by tag) as scores,
           array_agg(correct order by tag) as corrects, array_agg(total order by tag) as totals
    from bench.skills group by pupil) s using (pupil) order by w.number;

insert into cohorts (bank, rule_version, subject)
values ('maths_terminale_spe_v1', 'scoring_v2', 'MATHS'), ('maths_terminale_spe_v1', 'scoring_v3', 'MATHS')
on conflict do nothing;
create temp view raws as
select w.id, w.number, w.at, p.global, c.id as cohort, case when app then p.raw_v3 else p.raw_v2 end as raw,
       case when app then p.raw_v3 else p.global * 1000000 end as entered
from wave w join bench.pupils p using (pupil)
join cohorts c on c.bank = 'maths_terminale_spe_v1' and c.rule_version = case when app then 'scoring_v3' else 'scoring_v2' end;
update cohorts c set n = c.n + more.n, sum_micro = c.sum_micro + more.sum, sum_sq = c.sum_sq + more.squares
from (select cohort, count(*) as n, sum(entered::int8) as sum, sum(entered::int8 * entered::int8) as squares from raws group by cohort) more
where c.id = more.cohort;
insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn, cohort_n, cohort_mean, cohort_std)
select r.id, cohort, raw, entered, global, at::date,
       least(greatest(floor((50 + 15 * (raw / 1e6::float8 - mean) / std) * 10 + 0.5) / 10, 0), 100), n, mean, std
from raws r join (
    select id, n, (sum_micro / n / 1e6)::float8 as mean, coalesce(nullif(sqrt((n * sum_sq - sum_micro * sum_micro)::float8) / n / 1e6, 0), 15) as std
    from cohorts where n > 0) c on c.id = r.cohort
order by r.number;
drop view raws;

-- As full as random inserts leave an index that has grown by them; a new one would split a page at every insert.
select definition || ' with (fillfactor = 70)' from indexes where definition not ilike '% where %' \gexec
select definition from indexes where definition ilike '% where %' \gexec
select format('alter table %s add constraint %I %s with (fillfactor = 70)', bulk, conname, definition) from keys \gexec

delete from cohort_bins;
delete from cohort_months;
insert into cohort_bins select cohort_id, round(ssn * 10), count(*) from standard_scores group by 1, 2;
insert into cohort_months
select cohort_id, date_trunc('month', scored_on), count(*), sum(round(ssn * 10)), sum(global_score) from standard_scores group by 1, 2;
create table bench.filled ();
commit;
vacuum (analyze) assessments, attempts, attempt_answers, skill_scores, standard_scores, users, students,
    cohorts, cohort_bins, cohort_months;
checkpoint;
