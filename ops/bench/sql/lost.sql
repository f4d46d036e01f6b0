-- How many acknowledged answers (standard input: assessment, question from 1, value) the database does not hold as they
-- were given. The value of an option is made from the attempt's seed, as in src/assessments/shuffle.rs.
create extension if not exists pgcrypto with schema bench;
create or replace function bench.option_value(seed bytea, question int, choice int) returns text language sql as $$
    select translate(encode(substring(bench.hmac(
        set_byte(zero, 0, question) || set_byte(zero, 0, choice), seed, 'sha256') from 1 for 9), 'base64'), '+/', '-_')
    from (select '\x0000000000000000'::bytea as zero) z
$$;
create temp table acks (id uuid, number int, value text, primary key (id, number));
\copy acks from pstdin
select count(*)
from acks k
left join attempts t on t.assessment_id = k.id
left join attempt_answers a on a.assessment_id = k.id and a.question = k.number - 1 and a.answered_at is not null
where (case when k.value = 'nsp' then a.nsp else k.value = bench.option_value(t.seed, a.question, a.choice) end) is not true;
