-- Finding passages by their meaning: all the SQL of it that needs pgvector. Run when a server starts with an embeddings
-- model on a database that has the extension; running it again changes nothing. Not a migration: everything else works
-- without it. Written by library/vectors.

create extension if not exists vector;

-- One index for each model. At most one is built; another is filled beside it until it has every live passage, then takes
-- its place.
create table if not exists library_vector_index (
    id          int generated always as identity primary key,
    model       text not null,
    dimensions  int not null check (dimensions between 1 and 4000),
    -- vector up to 2 000 dimensions, halfvec beyond: what an index can hold.
    kind        text not null check (kind in ('vector', 'halfvec')),
    started_at  timestamptz not null default now(),
    built_at    timestamptz,
    unique (model, dimensions)
);
-- How far the index was when it was last counted, for the page of the library.
alter table library_vector_index
    add column if not exists counted_at timestamptz,
    add column if not exists done bigint not null default 0,
    add column if not exists total bigint not null default 0;
create unique index if not exists library_vector_index_built on library_vector_index ((true)) where built_at is not null;

create table if not exists library_embeddings (
    index_id    int not null references library_vector_index on delete cascade,
    passage_id  bigint not null references library_passages on delete cascade,
    embedding   vector,
    half        halfvec,
    primary key (index_id, passage_id),
    constraint library_embeddings_kind check ((embedding is null) <> (half is null))
);
create index if not exists library_embeddings_passage_idx on library_embeddings (passage_id);
-- A vector is compared more often than anything else is read: it stays in its row.
alter table library_embeddings alter column embedding set storage plain, alter column half set storage plain;

-- Stores vectors, in the type of their index; those of passages that have one are left.
create or replace function library_vector_store(of_index int, passages bigint[], vectors jsonb) returns void
    language sql as $$
    insert into library_embeddings (index_id, passage_id, embedding, half)
    select x.id, p.passage, case x.kind when 'vector' then v.text::vector end, case x.kind when 'halfvec' then v.text::halfvec end
    from library_vector_index x, unnest(passages) with ordinality p (passage, place)
    join jsonb_array_elements_text(vectors) with ordinality v (text, place) using (place)
    where x.id = of_index
    on conflict do nothing;
$$;

-- The index for quick search: made once the vectors are there, which is far quicker than keeping it while they come.
create or replace function library_vector_build(of_index int) returns void language plpgsql as $$
declare
    x library_vector_index;
begin
    select * into strict x from library_vector_index where id = of_index;
    execute format('create index if not exists library_embeddings_%s_idx on library_embeddings using hnsw ((%I::%s(%s)) %s_cosine_ops) where index_id = %s',
        x.id, case x.kind when 'vector' then 'embedding' else 'half' end, x.kind, x.dimensions, x.kind, x.id);
    delete from library_vector_index where id <> of_index and built_at is not null;
    update library_vector_index set built_at = now() where id = of_index;
end $$;

-- The index of a model that was left, with its vectors.
create or replace function library_vector_drop() returns trigger language plpgsql as $$
begin
    execute format('drop index if exists library_embeddings_%s_idx', old.id);
    return null;
end $$;
create or replace trigger library_vector_drop after delete on library_vector_index
    for each row execute function library_vector_drop();

-- The nearest passages that the viewer may read, all of them compared.
create or replace function library_vector_exact(
        of_index int, asked real[], viewer uuid, viewer_role text, only_subject text, only_grade text, most int)
    returns table (passage_id bigint, distance float8) language plpgsql stable as $$
declare
    x library_vector_index;
begin
    select * into strict x from library_vector_index where id = of_index;
    return query execute format('
        select e.passage_id, e.%I <=> $1::%s
        from library_index i
        join library_embeddings e on e.passage_id = i.passage_id and e.index_id = %s
        where library_may_read(i.visibility, i.owner_id, $2, $3)
          and ($4 is null or i.subject = $4) and ($5 is null or i.grade is null or i.grade = $5)
        order by 2, 1 limit $6', case x.kind when 'vector' then 'embedding' else 'half' end, x.kind, x.id)
    using asked, viewer, viewer_role, only_subject, only_grade, most;
end $$;

-- The same by the index, which goes on until it has enough of them or has looked at a part of the library.
create or replace function library_vector_indexed(
        of_index int, asked real[], viewer uuid, viewer_role text, only_subject text, only_grade text, most int)
    returns table (passage_id bigint, distance float8) language plpgsql stable
    set hnsw.iterative_scan = 'strict_order'
    set hnsw.ef_search = '80'
    set enable_seqscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_sort = off
as $$
declare
    x library_vector_index;
begin
    select * into strict x from library_vector_index where id = of_index;
    return query execute format('
        select e.passage_id, e.%1$I::%2$s(%3$s) <=> $1::%2$s(%3$s)
        from library_embeddings e
        join library_index i on i.passage_id = e.passage_id
        where e.index_id = %4$s
          and library_may_read(i.visibility, i.owner_id, $2, $3)
          and ($4 is null or i.subject = $4) and ($5 is null or i.grade is null or i.grade = $5)
        order by e.%1$I::%2$s(%3$s) <=> $1::%2$s(%3$s) limit $6',
        case x.kind when 'vector' then 'embedding' else 'half' end, x.kind, x.dimensions, x.id)
    using asked, viewer, viewer_role, only_subject, only_grade, most;
end $$;

-- The nearest passages that the viewer may read. `few`: up to so many all are compared. The index is not trusted with
-- finding the few of a viewer among the many of others: where it comes back with too few, all of the viewer's are compared.
create or replace function library_vector_nearest(
        of_index int, asked real[], viewer uuid, viewer_role text, only_subject text, only_grade text, most int, few int)
    returns table (passage_id bigint, distance float8) language plpgsql stable as $$
declare
    readable int;
    found bigint[];
    far float8[];
begin
    readable := (select count(*) from (
        select from library_index i where library_may_read(i.visibility, i.owner_id, viewer, viewer_role) limit few + 1) r);
    if readable > few then
        select array_agg(n.passage_id order by n.distance), array_agg(n.distance order by n.distance) into found, far
        from library_vector_indexed(of_index, asked, viewer, viewer_role, only_subject, only_grade, most) n;
        if cardinality(found) >= most then
            return query select * from unnest(found, far);
            return;
        end if;
    end if;
    return query
    select * from library_vector_exact(of_index, asked, viewer, viewer_role, only_subject, only_grade, most);
end $$;
