-- ops: numbers that the admin's pages show at once, however many rows they count. Each change adds a row (no row is ever
-- waited for), the number is the sum of its rows, and a nightly job makes them one again. Written by triggers only.
set local statement_timeout = 0;
create table tallies (
    -- `people:ROLE` active accounts, `accounts:YYYY-MM` accounts made in a month of Tunis, `assessments:open` those
    -- without a score, `assessments:practice` those with a score outside of the cohort (decision 6).
    name  text not null,
    n     bigint not null
);

create function tally_users() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.deactivated_at is null then
        insert into tallies values ('people:' || old.role, -1);
    end if;
    if tg_op <> 'DELETE' and new.deactivated_at is null then
        insert into tallies values ('people:' || new.role, 1);
    end if;
    if tg_op = 'INSERT' then
        insert into tallies values ('accounts:' || to_char(new.created_at at time zone 'Africa/Tunis', 'YYYY-MM'), 1);
    elsif tg_op = 'DELETE' then
        insert into tallies values ('accounts:' || to_char(old.created_at at time zone 'Africa/Tunis', 'YYYY-MM'), -1);
    end if;
    return null;
end $$;
create trigger tally_users after insert or delete or update of role, deactivated_at on users
    for each row execute function tally_users();

create function tally_assessments() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and (old.status <> 'COMPLETED' or not old.in_cohort) then
        insert into tallies values (case when old.status = 'COMPLETED' then 'assessments:practice' else 'assessments:open' end, -1);
    end if;
    if tg_op <> 'DELETE' and (new.status <> 'COMPLETED' or not new.in_cohort) then
        insert into tallies values (case when new.status = 'COMPLETED' then 'assessments:practice' else 'assessments:open' end, 1);
    end if;
    return null;
end $$;
-- A submission that enters its cohort at once is counted there, and costs nothing here.
create trigger tally_assessments_in after insert on assessments
    for each row when (new.status <> 'COMPLETED' or not new.in_cohort) execute function tally_assessments();
create trigger tally_assessments_change after update of status, in_cohort on assessments
    for each row when (old.status is distinct from new.status or old.in_cohort is distinct from new.in_cohort)
    execute function tally_assessments();
create trigger tally_assessments_out after delete on assessments
    for each row when (old.status <> 'COMPLETED' or not old.in_cohort) execute function tally_assessments();

insert into tallies
select 'people:' || role, count(*) from users where deactivated_at is null group by role
union all
select 'accounts:' || to_char(created_at at time zone 'Africa/Tunis', 'YYYY-MM'), count(*) from users group by 1
union all
select case when status = 'COMPLETED' then 'assessments:practice' else 'assessments:open' end, count(*)
from assessments where status <> 'COMPLETED' or not in_cohort group by 1;

-- It was there to count what the tallies now know.
drop index assessments_uncounted_idx;
