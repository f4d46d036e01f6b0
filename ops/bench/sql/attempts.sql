-- Adds :attempts attempts in the app, copies of those of the pupils, with the times of real ones: some seconds to two
-- minutes a question. No account, no report; the sums of the cohort follow.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set session_replication_role = replica;
set synchronous_commit = off;
set statement_timeout = 0;
begin;
create temp table wave as
select gen_random_uuid() as id, number, bench.pupil(number) as pupil, now() - random() * interval '300 days' as at
from generate_series(1, :attempts) number;
insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, status, duration_ms, started_at,
    completed_at, scoring_result, global_score, confidence_index, generation_status, created_at)
select w.id, 'APP', 'maths_terminale_spe_v1', 'scoring_v3', 'MATHS', 'TERMINALE', 'Élève Copie', 'COMPLETED', 2400000, at,
       at + interval '40 min', p.scoring, p.global, p.confidence, 'SKIPPED', at
from wave w join bench.pupils p using (pupil) order by number;
insert into attempts (assessment_id, seed, minutes, deadline, ended_at)
select id, uuid_send(id), 60, at + interval '60 min', at + interval '40 min' from wave order by number;
insert into attempt_answers (assessment_id, question, choice, nsp, seen_at, answered_at)
select w.id, c.number, case when code < 4 then code end, code = 4, at + c.number * interval '48 s',
       at + c.number * interval '48 s' + (4 + random() * 44) * interval '1 s'
from wave w join bench.choices c using (pupil) order by w.number, c.number;
insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn, cohort_n, cohort_mean, cohort_std)
select w.id, c.id, p.raw_v3, p.raw_v3, p.global, at::date, 50, 0, 50, 15
from wave w join bench.pupils p using (pupil)
join cohorts c on c.bank = 'maths_terminale_spe_v1' and c.rule_version = 'scoring_v3' order by w.number;
update cohorts c set n = s.n, sum_micro = s.sum, sum_sq = s.squares
from (select cohort_id, count(*) as n, sum(cohort_micro::int8) as sum, sum(cohort_micro::int8 * cohort_micro::int8) as squares
      from standard_scores group by 1) s
where c.id = s.cohort_id and c.rule_version = 'scoring_v3';
commit;
vacuum (analyze) assessments, attempts, attempt_answers, standard_scores, cohorts;
checkpoint;
