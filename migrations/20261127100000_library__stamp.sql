-- Which state of the library's words somebody has read: counted up with each change of `library_index`, in the same
-- transaction. Written by library/search/shelf, which holds the words of a small library in memory.
create table library_state (
    one    boolean primary key default true check (one),
    stamp  bigint not null
) with (fillfactor = 50);
insert into library_state (stamp) values (1);

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
        update library_state set stamp = stamp + 1;
    end if;
    return null;
end $$;
create trigger library_index_stamp_insert after insert on library_index
    referencing new table as changed for each statement execute function library_index_stamp();
create trigger library_index_stamp_update after update on library_index
    referencing new table as changed for each statement execute function library_index_stamp();
create trigger library_index_stamp_delete after delete on library_index
    referencing old table as changed for each statement execute function library_index_stamp();
