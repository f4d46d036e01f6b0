-- A book takes the place of a book in seconds, not in minutes. Written by library/search.
--
-- What changes, old and new passages, was looked for by an EXISTS, which PostgreSQL answers by comparing each passage
-- with each other; each word of each passage was stemmed, and all of it while every other document waited. Now the rows
-- are joined whole, each word is stemmed once, and the turn is taken when everything is computed.

-- Words of texts, their stems, and in how many of the texts they stand.
create function library_words_in(texts text[])
    returns table (word text, lexeme text, passages int)
    language sql stable parallel safe rows 10000
    begin atomic
        with said as materialized (
            select p.number, t.token
            from unnest(texts) with ordinality p (body, number), ts_parse('default', library_clean(p.body)) t
            where t.tokid in (1, 2, 3, 22) and length(t.token) between 2 and 40
        ), known as materialized (
            select s.token, library_plain(s.token) as word, library_stem(s.token) as lexeme
            from (select distinct token from said) s
        )
        select k.word, k.lexeme, count(distinct s.number)::int
        from said s join known k using (token) where k.lexeme is not null group by 1, 2;
    end;

-- Counts words in (more) or out (less than nothing); a word may be there several times. The turn is the caller's.
create function library_words_count(words text[], lexemes text[], more int[]) returns void language plpgsql
    set plan_cache_mode = force_custom_plan
as $$
begin
    -- Most words of a new version are those of the old one: what is left of both.
    select array_agg(c.word), array_agg(c.lexeme), array_agg(c.n) into words, lexemes, more
    from (select x.word, x.lexeme, sum(x.n)::int as n
          from unnest(words, lexemes, more) x (word, lexeme, n) group by 1, 2 having sum(x.n) <> 0) c;
    update library_words w set passages = w.passages + c.n
    from unnest(words, lexemes, more) c (word, lexeme, n)
    where (w.word, w.lexeme) = (c.word, c.lexeme);
    insert into library_words (word, lexeme, passages)
    select c.word, c.lexeme, c.n from unnest(words, lexemes, more) c (word, lexeme, n) where c.n > 0
    on conflict do nothing;
    delete from library_words w using unnest(words, lexemes, more) c (word, lexeme, n)
    where (w.word, w.lexeme) = (c.word, c.lexeme) and w.passages <= 0;
end $$;

-- As before (20261127100000), in this order: what changes, what it means, then the turn and the writing.
create or replace function library_passages_index() returns trigger language plpgsql
    set plan_cache_mode = force_custom_plan
as $$
declare
    gone bigint[] := '{}';
    come bigint[] := '{}';
    -- Those whose readers or subject change, not their words.
    moved bigint[] := '{}';
    fresh tsvector[];
    words text[] := '{}';
    lexemes text[] := '{}';
    more int[] := '{}';
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
        moved := array(select n.id from old_rows o join new_rows n using (id) where yes and o.live and n.live
            and (o.subject, o.grade, o.visibility, o.owner_id) is distinct from (n.subject, n.grade, n.visibility, n.owner_id));
    end if;
    if gone = '{}' and come = '{}' and moved = '{}' then
        return null;
    end if;
    if gone <> '{}' then
        select array_agg(w.word), array_agg(w.lexeme), array_agg(-w.passages) into words, lexemes, more
        from library_words_in(array(
            select i.title || ' ' || array_to_string(o.heading_path, ' ') || ' ' || o.body || ' ' || o.asked
            from old_rows o join library_index i on i.passage_id = o.id where o.id = any (gone))) w;
    end if;
    if come <> '{}' then
        select words || array_agg(w.word), lexemes || array_agg(w.lexeme), more || array_agg(w.passages)
        into words, lexemes, more
        from library_words_in(array(
            select d.title || ' ' || array_to_string(n.heading_path, ' ') || ' ' || n.body || ' ' || n.asked
            from new_rows n join library_documents d on d.id = n.document_id where n.id = any (come))) w;
        select array_agg(n.id), array_agg(library_row_terms(d.title, n.heading_path, n.body, n.asked)) into come, fresh
        from new_rows n join library_documents d on d.id = n.document_id
        where n.id = any (come);
    end if;
    -- The counts of words are shared by all documents: one at a time, so that no two wait for each other.
    perform pg_advisory_xact_lock(hashtext('library_words'));
    if moved <> '{}' then
        update library_index i
        set subject = n.subject, grade = n.grade, visibility = n.visibility, owner_id = n.owner_id
        from new_rows n
        where i.passage_id = n.id and n.id = any (moved);
    end if;
    if gone <> '{}' then
        delete from library_index where passage_id = any (gone);
    end if;
    if come <> '{}' then
        insert into library_index (passage_id, document_id, section, title, subject, grade, visibility, owner_id, terms)
        select n.id, n.document_id, n.section, d.title, n.subject, n.grade, n.visibility, n.owner_id, f.terms
        from unnest(come, fresh) f (id, terms)
        join new_rows n using (id) join library_documents d on d.id = n.document_id;
    end if;
    if gone <> '{}' or come <> '{}' then
        perform library_words_count(words, lexemes, more);
    end if;
    return null;
end $$;

drop function library_words_of(text, text[], text);

-- As before; the turn, which comes with the update, is taken when the terms are known.
create or replace function library_documents_retitle() returns trigger language plpgsql
    set plan_cache_mode = force_custom_plan
as $$
declare
    passages bigint[];
    fresh tsvector[];
begin
    select array_agg(p.id), array_agg(library_row_terms(new.title, p.heading_path, p.body, p.asked)) into passages, fresh
    from library_index i join library_passages p on p.id = i.passage_id
    where i.document_id = new.id;
    update library_index i set title = new.title, terms = f.terms
    from unnest(passages, fresh) f (id, terms)
    where i.passage_id = f.id;
    return null;
end $$;
