-- Four hundred pupils who answered the real bank's questions, from the weakest to the best, as the server scores them.
-- The bulk of the data is copies of them, so that rows have the size and the compressibility of real ones.
-- Variables: questions (file: number, id, domain, weight, tags separated by spaces).
\set ON_ERROR_STOP on
set client_min_messages = warning;
drop schema if exists bench cascade;
create schema bench;
create table bench.questions (number smallint primary key, id text, domain text, weight smallint, tags text);
\copy bench.questions from pstdin

-- 0 right, 1 to 3 wrong, 4 "je ne sais pas", 5 seen and not answered.
create table bench.choices as
select pupil, q.number, q.id, q.domain, q.weight, q.tags,
       case when draw < knows then 0
            when draw < knows + (1 - knows) * 0.6 then 1 + (hash % 3)
            when draw < knows + (1 - knows) * 0.95 then 4 else 5 end::smallint as code
from (select pupil, 0.15 + 0.75 * pupil / 400.0 as knows from generate_series(0, 399) pupil) pupils
cross join bench.questions q
cross join lateral (select abs(hashtext(pupil || ' ' || q.number)) as hash) h
cross join lateral (select (hash % 10007) / 10007.0 as draw) d;

create table bench.domains as
select pupil, domain, round(100.0 * count(*) filter (where code = 0) / count(*))::smallint as score
from bench.choices group by pupil, domain;

create table bench.skills as
select pupil, tag, round(100.0 * count(*) filter (where code = 0) / count(*))::smallint as score,
       (count(*) filter (where code = 0))::smallint as correct, count(*)::smallint as total
from bench.choices cross join lateral regexp_split_to_table(tags, ' ') tag group by pupil, tag;

create table bench.pupils as
select c.*, (600000 * global + 200000 * (confidence + precision_))::int as raw_v2,
       (600000 * global + 200000 * (100 * (correct + nsp) / 50 + precision_))::int as raw_v3,
       jsonb_build_object(
           'globalScore', global, 'confidenceIndex', confidence, 'precisionIndex', precision_,
           'metrics', jsonb_build_object('categoryScores', (select jsonb_object_agg(domain, score) from bench.domains d where d.pupil = c.pupil),
               'restituer', global, 'appliquer', global, 'raisonner', greatest(global - 10, 0), 'calcul', global),
           'strengths', coalesce((select jsonb_agg(initcap(domain) || ' : chapitre de terminale') from bench.domains d where d.pupil = c.pupil and score >= 70), '[]'),
           'weaknesses', coalesce((select jsonb_agg(initcap(domain) || ' : chapitre de terminale') from bench.domains d where d.pupil = c.pupil and score < 40), '[]'),
           'recommendations', jsonb_build_array(
               'Viser la justesse avant la vitesse : relire l’énoncé et vérifier chaque résultat avant de valider.',
               'Travailler spécifiquement : Raisonner (rédiger chaque étape d’un problème et dire pourquoi elle est vraie)',
               'Travailler spécifiquement : Calcul (de courtes séries de calculs sans calculatrice, un peu chaque jour)',
               'Revenir aux bases, chapitre par chapitre : plusieurs questions portaient sur des notions qui restent à revoir.'),
           'diagnosticText', 'Le niveau est ' || global || ' % : les bases de l’année sont en place dans plusieurs chapitres, et quelques notions demandent encore un travail régulier avant d’aller plus loin.',
           'lucidityText', 'Ce qui est su est bien distingué de ce qui ne l’est pas : les réponses données sont le plus souvent justes, et le reste a été laissé de côté.',
           'totalQuestions', 50, 'totalAttempted', 50 - nsp, 'totalCorrect', correct, 'totalNSP', nsp,
           'scoredAt', '2026-11-20T10:00:00.000Z') as scoring
from (
    select pupil, round(100.0 * sum(weight) filter (where code = 0) / sum(weight))::int as global,
           (count(*) filter (where code = 0))::int as correct, (count(*) filter (where code >= 4))::int as nsp,
           round(100.0 * count(*) filter (where code < 4) / 50)::int as confidence,
           round(100.0 * count(*) filter (where code = 0) / count(*) filter (where code < 4))::int as precision_,
           jsonb_object_agg(id, case code when 0 then 'a' when 1 then 'b' when 2 then 'c' when 3 then 'd' else '__NSP__' end) as answers
    from bench.choices group by pupil) c;
create unique index on bench.pupils (pupil);
create index on bench.domains (pupil);
create index on bench.skills (pupil);
create index on bench.choices (pupil);

-- Bell-shaped: the sum of four dice picks the pupil.
create function bench.pupil(number int) returns int language sql immutable parallel safe as $$
    select ((hash & 127) + (hash >> 7 & 127) + (hash >> 14 & 127) + (hash >> 21 & 127)) * 400 / 509
    from (select hashint4(number) & 268435455 as hash) h
$$;
-- As random as the server's ids, and the same in every run.
create function bench.id(kind text, number int) returns uuid language sql immutable parallel safe as $$
    select md5(kind || number)::uuid
$$;
