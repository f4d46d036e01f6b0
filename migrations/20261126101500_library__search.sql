-- Finding passages by their words. Written by library/search.

-- The stemmer of PostgreSQL, over words only: library_clean() leaves no addresses, files or hyphens for its parser.
create text search configuration library_french (copy = pg_catalog.french);

-- A text as words: lower case with its accents (in the C locale lower() leaves É), signs as spaces, so that an elided
-- article (l’aire, qu'une) stands by itself, as a stop word, whatever the apostrophe.
create function library_clean(value text) returns text
    language sql immutable parallel safe strict
    return translate(
        lower(translate(replace(replace(replace(replace(value, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'),
            'ÀÂÄÁÃÅÇÉÈÊËÎÏÍÌÑÔÖÓÒÕÛÜÙÚŸÝ', 'àâäáãåçéèêëîïíìñôöóòõûüùúÿý')),
        '''’‘`´"«»“”()[]{}<>|/\.,;:!?…-–—−_*#=+^$&~%@°×÷±√∫∑∏∂∇≤≥≠≈≡∞∈∉⊂⊃∪∩∀∃→←↔⇒⇔↦·•²³½¼¾€£§' || chr(160) || chr(8239) || chr(8203),
        repeat(' ', 100));

-- The same without accents, for words and for stems: what is typed and what is written meet there.
create function library_plain(value text) returns text
    language sql immutable parallel safe strict
    return translate(value, 'àâäáãåçéèêëîïíìñôöóòõûüùúÿý', 'aaaaaaceeeeiiiinooooouuuuyy');

-- Stems without accents. Stemmed first: the stemmer needs the accents (dérivée and dériver are one stem, derivee is another).
create function library_terms(value text) returns tsvector
    language sql immutable parallel safe strict
    return library_plain(to_tsvector('library_french'::regconfig, library_clean(value))::text)::tsvector;

-- The stem of one word; none of a stop word.
create function library_stem(word text) returns text
    language sql immutable parallel safe strict
    return library_plain((ts_lexize('french_stem', word))[1]);

-- Who may read a document with this visibility: the one rule.
create function library_may_read(visibility text, owner uuid, viewer uuid, role text) returns boolean
    language sql immutable parallel safe
    return visibility = 'ALL' or owner = viewer
        or (visibility = 'STAFF' and role in ('ADMIN', 'ASSISTANTE', 'COACH'));

-- What is searched: one narrow row for each live passage, kept by the triggers below, by whatever hand passages change.
-- No foreign key: the trigger of a deleted passage still needs its title.
create table library_index (
    passage_id   bigint primary key,
    document_id  uuid not null,
    section      int not null,
    title        text not null,
    subject      text not null,
    grade        text,
    visibility   text not null,
    owner_id     uuid,
    -- Weights: A title, B titles above the passage, D its text.
    terms        tsvector not null
);
create index library_index_terms_idx on library_index using gin (terms) with (fastupdate = off);
create index library_index_titles_idx on library_index using gin (ts_filter(terms, '{a,b}')) with (fastupdate = off);
create index library_index_section_idx on library_index (document_id, section);
create index library_index_visibility_idx on library_index (visibility);
create index library_index_owner_idx on library_index (owner_id);

-- Every word of the live passages without its accents, its stem, and in how many passages it stands.
create table library_words (
    word      text collate "C" not null,
    lexeme    text collate "C" not null,
    passages  int not null,
    primary key (word, lexeme)
);
create index library_words_lexeme_idx on library_words (lexeme);
create index library_words_trgm_idx on library_words using gin (word gin_trgm_ops);

-- The words of a passage, each once.
create function library_words_of(title text, heading_path text[], body text)
    returns table (word text, lexeme text)
    language sql immutable parallel safe
    begin atomic
        select distinct library_plain(t.token), library_stem(t.token)
        from ts_parse('default', library_clean(title || ' ' || array_to_string(heading_path, ' ') || ' ' || body)) t
        where t.tokid in (1, 2, 3, 22) and length(t.token) between 2 and 40 and library_stem(t.token) is not null;
    end;

create function library_row_terms(title text, heading_path text[], body text) returns tsvector
    language sql immutable parallel safe
    return setweight(library_terms(title), 'A')
        || setweight(library_terms(array_to_string(heading_path, ' ')), 'B')
        || library_terms(body);

create function library_passages_index() returns trigger language plpgsql as $$
declare
    gone bigint[] := '{}';
    come bigint[] := '{}';
begin
    if tg_op = 'INSERT' then
        come := array(select n.id from new_rows n where n.live);
    elsif tg_op = 'DELETE' then
        gone := array(select o.id from old_rows o where o.live);
    else
        gone := array(select o.id from old_rows o join new_rows n using (id)
            where o.live and (not n.live or (o.body, o.heading_path) is distinct from (n.body, n.heading_path)));
        come := array(select n.id from old_rows o join new_rows n using (id)
            where n.live and (not o.live or (o.body, o.heading_path) is distinct from (n.body, n.heading_path)));
        update library_index i
        set subject = n.subject, grade = n.grade, visibility = n.visibility, owner_id = n.owner_id
        from new_rows n
        where i.passage_id = n.id and n.live
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
                   library_words_of(i.title, o.heading_path, o.body) x
              where o.id = any (gone) group by 1, 2) g
        where (w.word, w.lexeme) = (g.word, g.lexeme);
        delete from library_words where passages <= 0;
        delete from library_index where passage_id = any (gone);
    end if;
    if come <> '{}' then
        insert into library_index (passage_id, document_id, section, title, subject, grade, visibility, owner_id, terms)
        select n.id, n.document_id, n.section, d.title, n.subject, n.grade, n.visibility, n.owner_id,
               library_row_terms(d.title, n.heading_path, n.body)
        from new_rows n join library_documents d on d.id = n.document_id
        where n.id = any (come);
        insert into library_words as w (word, lexeme, passages)
        select x.word, x.lexeme, count(*)
        from new_rows n join library_documents d on d.id = n.document_id,
             library_words_of(d.title, n.heading_path, n.body) x
        where n.id = any (come) group by 1, 2
        on conflict (word, lexeme) do update set passages = w.passages + excluded.passages;
    end if;
    return null;
end $$;
create trigger library_passages_index_insert after insert on library_passages
    referencing new table as new_rows for each statement execute function library_passages_index();
create trigger library_passages_index_update after update on library_passages
    referencing old table as old_rows new table as new_rows for each statement execute function library_passages_index();
create trigger library_passages_index_delete after delete on library_passages
    referencing old table as old_rows for each statement execute function library_passages_index();

-- A new title: its passages are indexed again (the counts of words keep those of the old title, which harms nobody).
create function library_documents_retitle() returns trigger language plpgsql as $$
begin
    update library_index i
    set title = new.title, terms = library_row_terms(new.title, p.heading_path, p.body)
    from library_passages p
    where i.document_id = new.id and p.id = i.passage_id;
    return null;
end $$;
create trigger library_documents_retitle after update of title on library_documents
    for each row when (old.title is distinct from new.title) execute function library_documents_retitle();

create index library_words_gone_idx on library_words (passages) where passages <= 0;

-- The passages that one of the queries finds, anywhere or in their titles, and that the viewer may read, and how well each
-- of the words stands in them: often, in a title. At most `most` for each query. Planned anew each time: what is rare is
-- not the same in two questions.
create function library_candidates(
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
           array(select ts_rank('{0.3, 0.3, 0.6, 0.8}', i.terms, one) from unnest(asked) one)
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
