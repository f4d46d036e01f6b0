-- assessments: the results behind each number of the directeur's page, newest first, cohort by cohort. New rows enter at
-- the end of their cohort; a recompute changes none of these columns.
set local statement_timeout = 0;
create index standard_scores_list_idx on standard_scores (cohort_id, scored_on, assessment_id);
