-- assessments: the skills of an assessment in one row. They are written together, read together and never changed; 37
-- rows with their index entries made half of what a submission cost, and more of it the more there were.
set local statement_timeout = 0;
alter table skill_scores rename to skill_scores_by_row;
alter table skill_scores_by_row rename constraint skill_scores_key to skill_scores_by_row_key;
create table skill_scores (
    assessment_id  uuid not null constraint skill_scores_key primary key references assessments on delete cascade,
    -- One place in each a skill, in the order of the bank.
    tags           text[] not null,
    scores         smallint[] not null check (0 <= all (scores) and 100 >= all (scores)),
    corrects       smallint[] not null,
    totals         smallint[] not null check (0 < all (totals)),
    constraint skill_scores_same_length check (
        cardinality(tags) = cardinality(scores) and cardinality(tags) = cardinality(corrects)
        and cardinality(tags) = cardinality(totals))
);
insert into skill_scores (assessment_id, tags, scores, corrects, totals)
select assessment_id, array_agg(skill_tag order by skill_tag), array_agg(score order by skill_tag),
       array_agg(correct order by skill_tag), array_agg(total order by skill_tag)
from skill_scores_by_row group by assessment_id;
drop table skill_scores_by_row;
