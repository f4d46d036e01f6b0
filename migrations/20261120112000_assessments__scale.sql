-- assessments: what a million results ask of the tables (figures in ops/bench/README.md).

-- A recompute rewrites every SSN. With half of each page free and no index on what changes, the new row lies in the page
-- of the old one and no index is touched (heap-only update): six times faster than the same with an index on ssn.
alter table standard_scores set (fillfactor = 45);
drop index standard_scores_low_idx;
-- The alerts' own copy: it changes, and its index with it, for the few below 40 only.
alter table standard_scores add column low_ssn double precision generated always as (case when ssn < 40 then ssn end) stored;
create index standard_scores_low_idx on standard_scores (low_ssn) where low_ssn is not null;

-- Read by nothing, and 37 entries for each submission of the Terminale bank.
drop index skill_scores_tag_idx;
