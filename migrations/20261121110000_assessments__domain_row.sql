-- assessments: the scores by domain, too, in the one row that holds those by skill. Five rows, five checks of the key and
-- a second page of a random index were a good part of what a submission costs, and cost more the more are stored.
set local statement_timeout = 0;
alter table skill_scores
    add column domains        text[] not null default '{}',
    add column domain_scores  smallint[] not null default '{}',
    add constraint skill_scores_domain_scores_check check (0 <= all (domain_scores) and 100 >= all (domain_scores)),
    add constraint skill_scores_one_score_a_domain check (cardinality(domains) = cardinality(domain_scores));
update skill_scores s set domains = d.domains, domain_scores = d.scores
from (
    select assessment_id, array_agg(domain order by domain) as domains, array_agg(score order by domain) as scores
    from domain_scores group by assessment_id) d
where d.assessment_id = s.assessment_id;
-- An assessment without skills had no row.
insert into skill_scores (assessment_id, tags, scores, corrects, totals, domains, domain_scores)
select assessment_id, '{}', '{}', '{}', '{}', array_agg(domain order by domain), array_agg(score order by domain)
from domain_scores d where not exists (select from skill_scores s where s.assessment_id = d.assessment_id)
group by assessment_id;
alter table skill_scores alter column domains drop default, alter column domain_scores drop default;
drop table domain_scores;
