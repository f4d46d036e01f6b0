-- What was sent for an answer is read whole or not at all: as json it is checked and kept, not taken apart.
alter table aria_contexts
    alter column messages type json using messages::json,
    alter column passages type json using passages::json,
    alter column masks type json using masks::json,
    alter column tokens type json using tokens::json;
-- Another type has forgotten how it is compressed: see 20261126200000.
do $$
begin
    alter table aria_contexts
        alter column messages set compression lz4,
        alter column passages set compression lz4,
        alter column masks set compression lz4;
exception when feature_not_supported then
    raise notice 'no lz4 here';
end $$;

-- The passages that one of the queries finds, anywhere or in their titles, and that the viewer may read, and how well each
-- of the words stands in them: often, in a title, in a phrasing. At most `most` for each query. The arrays stand in subqueries:
-- the statement is then planned five times and no more (see src/db/mod.rs).
create or replace function library_candidates(
        anywhere text[], in_titles text[], words text[], viewer uuid, viewer_role text,
        only_subject text, only_grade text, most int)
    returns table (passage_id bigint, document_id uuid, section int, subject text, grade text, ranks real[])
    language plpgsql stable parallel safe rows 500
    set enable_seqscan = off
as $$
declare
    asked tsquery[] := words::tsquery[];
begin
    return query
    select i.passage_id, i.document_id, i.section, i.subject, i.grade,
           array(select ts_rank('{0.3, 0.5, 0.6, 0.8}', i.terms, one) from unnest((select asked)) one)
    from (select c.passage_id
          from unnest((select anywhere::tsquery[])) q
          cross join lateral (
              select i.passage_id from library_index i
              where i.terms @@ q
                and library_may_read(i.visibility, i.owner_id, viewer, viewer_role)
                and (only_subject is null or i.subject = only_subject)
                and (only_grade is null or i.grade is null or i.grade = only_grade)
              limit most) c
          union
          select c.passage_id
          from unnest((select in_titles::tsquery[])) q
          cross join lateral (
              select i.passage_id from library_index i
              where ts_filter(i.terms, '{a,b}') @@ q
                and library_may_read(i.visibility, i.owner_id, viewer, viewer_role)
                and (only_subject is null or i.subject = only_subject)
                and (only_grade is null or i.grade is null or i.grade = only_grade)
              limit most) c) found
    join library_index i using (passage_id);
end $$;
