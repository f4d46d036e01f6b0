-- What was sent to a model is several kilobytes an answer: lz4 makes them smaller in a third of the time. A PostgreSQL
-- that was built without it keeps its own way.
do $$
begin
    alter table aria_contexts
        alter column messages set compression lz4,
        alter column passages set compression lz4,
        alter column masks set compression lz4;
exception when feature_not_supported then
    raise notice 'no lz4 here';
end $$;
