-- How students ask for what a passage says: searched, never shown. Written by library/asked.

-- One phrasing a line; empty for uploaded documents.
alter table library_passages add column asked text not null default '';

-- Counts of words change with each document: in place, in no index.
drop index library_words_gone_idx;
alter table library_words set (fillfactor = 70);

-- Formulas as words, where signs make the difference: f' and (uv)', x², x^{n+1}, u_{n+1}, P(A|B), P_A(B), P(A∩B), 0.1.
create function library_notation(value text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(replace(value, '²', '^2'), '³', '^3'),
        '\m(p_\{?[a-z]\}?\(|p\(\s*[a-z]\s*(\||\\mid|sachant))', ' sachant ', 'gi'),
        '\mp\(\s*[a-z]\s*(∩|\\cap|inter)', ' inter ', 'gi'),
        '\m([a-z])[_(]\{?\s*n\s*\+\s*1', ' \1 nplus1 ', 'gi'),
        '\^\s*\{?\(?-?([a-z0-9])', ' puissance\1 ', 'gi'),
        '(\m[fghuvy]|\))[''’′]', '\1 prime ', 'gi'),
        '([0-9])[.,]([0-9])', '\1v\2', 'g');

-- As before, with formulas as words.
create or replace function library_clean(value text) returns text
    language sql immutable parallel safe strict
    return translate(
        library_notation(lower(translate(replace(replace(replace(replace(value, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'),
            'ÀÂÄÁÃÅÇÉÈÊËÎÏÍÌÑÔÖÓÒÕÛÜÙÚŸÝ', 'àâäáãåçéèêëîïíìñôöóòõûüùúÿý'))),
        '''’‘`´"«»“”()[]{}<>|/\.,;:!?…-–—−_*#=+^$&~%@°×÷±√∫∑∏∂∇≤≥≠≈≡∞∈∉⊂⊃∪∩∀∃→←↔⇒⇔↦·•²³½¼¾€£§' || chr(160) || chr(8239) || chr(8203),
        repeat(' ', 100));

-- The phrasings have weight C, and stand so far from each other that no window of 20 words holds words of two of them.
create function library_row_terms(title text, heading_path text[], body text, asked text) returns tsvector
    language sql immutable parallel safe
    return library_row_terms(title, heading_path, body)
        || case when asked = '' then ''::tsvector
           else setweight(library_terms(repeat(' de', 20) || ' ' || replace(asked, E'\n', repeat(' de', 20) || ' ')), 'C') end;

-- As before, with the phrasings; and planned anew each time, by how many rows there are this time: a plan for the three
-- passages of a sheet compares each of the thousands of a book with each other.
create or replace function library_passages_index() returns trigger language plpgsql
    set plan_cache_mode = force_custom_plan
as $$
declare
    gone bigint[] := '{}';
    come bigint[] := '{}';
    -- Only statements with a variable are planned anew.
    yes boolean := true;
begin
    if tg_op = 'INSERT' then
        come := array(select n.id from new_rows n where n.live);
    elsif tg_op = 'DELETE' then
        gone := array(select o.id from old_rows o where o.live);
    else
        gone := array(select o.id from old_rows o join new_rows n using (id) where yes and o.live and (not n.live
            or (o.body, o.heading_path, o.asked) is distinct from (n.body, n.heading_path, n.asked)));
        come := array(select n.id from old_rows o join new_rows n using (id) where yes and n.live and (not o.live
            or (o.body, o.heading_path, o.asked) is distinct from (n.body, n.heading_path, n.asked)));
        update library_index i
        set subject = n.subject, grade = n.grade, visibility = n.visibility, owner_id = n.owner_id
        from new_rows n
        where yes and i.passage_id = n.id and n.live
          and (i.subject, i.grade, i.visibility, i.owner_id) is distinct from (n.subject, n.grade, n.visibility, n.owner_id);
    end if;
    if gone = '{}' and come = '{}' then
        return null;
    end if;
    -- The counts of words are shared by all documents: one at a time, so that no two wait for each other.
    perform pg_advisory_xact_lock(hashtext('library_words'));
    if gone <> '{}' then
        update library_words w set passages = w.passages - g.n
        from (select x.word, x.lexeme, count(*) as n
              from old_rows o join library_index i on i.passage_id = o.id,
                   library_words_of(i.title, o.heading_path, o.body || ' ' || o.asked) x
              where o.id = any (gone) group by 1, 2) g
        where (w.word, w.lexeme) = (g.word, g.lexeme);
        delete from library_words w
        using (select distinct x.word, x.lexeme
               from old_rows o join library_index i on i.passage_id = o.id,
                    library_words_of(i.title, o.heading_path, o.body || ' ' || o.asked) x
               where o.id = any (gone)) g
        where (w.word, w.lexeme) = (g.word, g.lexeme) and w.passages <= 0;
        delete from library_index where passage_id = any (gone);
    end if;
    if come <> '{}' then
        insert into library_index (passage_id, document_id, section, title, subject, grade, visibility, owner_id, terms)
        select n.id, n.document_id, n.section, d.title, n.subject, n.grade, n.visibility, n.owner_id,
               library_row_terms(d.title, n.heading_path, n.body, n.asked)
        from new_rows n join library_documents d on d.id = n.document_id
        where n.id = any (come);
        insert into library_words as w (word, lexeme, passages)
        select x.word, x.lexeme, count(*)
        from new_rows n join library_documents d on d.id = n.document_id,
             library_words_of(d.title, n.heading_path, n.body || ' ' || n.asked) x
        where n.id = any (come) group by 1, 2
        on conflict (word, lexeme) do update set passages = w.passages + excluded.passages;
    end if;
    return null;
end $$;

create or replace function library_documents_retitle() returns trigger language plpgsql as $$
begin
    update library_index i
    set title = new.title, terms = library_row_terms(new.title, p.heading_path, p.body, p.asked)
    from library_passages p
    where i.document_id = new.id and p.id = i.passage_id;
    return null;
end $$;

-- The passages that one of the queries finds, anywhere or in their titles, and that the viewer may read, and how well each
-- of the words stands in them: often, in a title, in a phrasing. At most `most` for each query. Planned anew each time: what is rare is
-- not the same in two questions.
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
           array(select ts_rank('{0.3, 0.5, 0.6, 0.8}', i.terms, one) from unnest(asked) one)
    from (select c.passage_id
          from unnest(anywhere::tsquery[]) q
          cross join lateral (
              select i.passage_id from library_index i
              where i.terms @@ q
                and library_may_read(i.visibility, i.owner_id, viewer, viewer_role)
                and (only_subject is null or i.subject = only_subject)
                and (only_grade is null or i.grade is null or i.grade = only_grade)
              limit most) c
          union
          select c.passage_id
          from unnest(in_titles::tsquery[]) q
          cross join lateral (
              select i.passage_id from library_index i
              where ts_filter(i.terms, '{a,b}') @@ q
                and library_may_read(i.visibility, i.owner_id, viewer, viewer_role)
                and (only_subject is null or i.subject = only_subject)
                and (only_grade is null or i.grade is null or i.grade = only_grade)
              limit most) c) found
    join library_index i using (passage_id);
end $$;

-- What is there already.
update library_index i
set terms = library_row_terms(i.title, p.heading_path, p.body, p.asked)
from library_passages p where p.id = i.passage_id;
delete from library_words;
insert into library_words (word, lexeme, passages)
select x.word, x.lexeme, count(*)
from library_index i join library_passages p on p.id = i.passage_id,
     library_words_of(i.title, p.heading_path, p.body || ' ' || p.asked) x
group by 1, 2;
