-- Two rules that are asked with nearly every question and page, unchanged: in PL/pgSQL, whose plans last as long as the
-- connection. A function in SQL that is not inlined (it holds a subquery) is planned anew by every statement that calls it.
create or replace function may_see_student(student uuid, person uuid, role text) returns boolean
    language plpgsql stable parallel safe
as $$
begin
    if role in ('ADMIN', 'ASSISTANTE') or student = person then
        return true;
    end if;
    if role = 'PARENT' then
        return exists (
            select from guardianships g
            where g.guardian_id = person and g.student_id = student and 'VIEW' = any (g.rights));
    end if;
    if role = 'COACH' then
        return exists (select from coach_students c where c.coach_id = person and c.student_id = student);
    end if;
    return false;
end $$;

create or replace function has_feature(person uuid, wanted text) returns boolean
    language plpgsql stable parallel safe
as $$
begin
    return exists (
        select from entitlements e
        where e.user_id = person and e.feature = wanted and e.withdrawn_at is null
          and e.starts_at <= now() and (e.ends_at is null or e.ends_at > now()));
end $$;
