-- Which state of the library's words somebody has read: drawn anew with each change of `library_index`, in the same
-- transaction (drawn, not counted: a restored backup never comes back to a number that was read before). Written by
-- library/search/shelf, which holds the words of a small library in memory.
create table library_state (
    one    boolean primary key default true check (one),
    stamp  uuid not null
) with (fillfactor = 50);
insert into library_state (stamp) values (gen_random_uuid());

-- Before the rows themselves, as all who change the counts of words: no two wait for each other.
create function library_index_turn() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('library_words'));
    return null;
end $$;
create trigger library_index_turn before insert or update or delete on library_index
    for each statement execute function library_index_turn();

create function library_index_stamp() returns trigger language plpgsql as $$
begin
    if exists (select from changed) then
        update library_state set stamp = gen_random_uuid();
    end if;
    return null;
end $$;
create trigger library_index_stamp_insert after insert on library_index
    referencing new table as changed for each statement execute function library_index_stamp();
create trigger library_index_stamp_update after update on library_index
    referencing new table as changed for each statement execute function library_index_stamp();
create trigger library_index_stamp_delete after delete on library_index
    referencing old table as changed for each statement execute function library_index_stamp();

-- As before (20261126103500), but the index is touched, which takes a turn, only where something of it changes.
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
        if exists (select from old_rows o join new_rows n using (id) where yes and n.live
                       and (o.subject, o.grade, o.visibility, o.owner_id) is distinct from (n.subject, n.grade, n.visibility, n.owner_id)) then
            update library_index i
            set subject = n.subject, grade = n.grade, visibility = n.visibility, owner_id = n.owner_id
            from new_rows n
            where yes and i.passage_id = n.id and n.live
              and (i.subject, i.grade, i.visibility, i.owner_id) is distinct from (n.subject, n.grade, n.visibility, n.owner_id);
        end if;
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
