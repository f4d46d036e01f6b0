-- Finding people quickly, who may write to whom (decision 13), imports under way. Written by accounts/.

-- Trusted since PostgreSQL 13: the owner of the database may create it. Part of postgresql-contrib, which Debian's
-- server package and the official images contain.
create extension if not exists pg_trgm;

-- A text as it is searched: lower case, no accents (capitals, too: in the C locale lower() leaves É). Immutable, unlike unaccent(), so that it can be indexed.
create function plain_text(value text) returns text
    language sql immutable parallel safe strict
    return translate(replace(replace(replace(replace(lower(value), 'œ', 'oe'), 'æ', 'ae'), 'Œ', 'oe'), 'Æ', 'ae'),
        'àâäáãåçéèêëîïíìñôöóòõûüùúÿýÀÂÄÁÃÅÇÉÈÊËÎÏÍÌÑÔÖÓÒÕÛÜÙÚŸÝ’', 'aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy''');

alter table users add column search_text text not null generated always as (
    plain_text(first_name || ' ' || last_name || ' ' || coalesce(email, '') || ' ' || coalesce(identifier, ''))
) stored;
create index users_search_idx on users using gin (search_text gin_trgm_ops);
-- The order of the staff's lists, for all and for one role.
create index users_name_idx on users (plain_text(last_name), plain_text(first_name), id);
create index users_role_name_idx on users (role, plain_text(last_name), plain_text(first_name), id);

-- All that this person may write to, and through which students ("Yassine, Lina"; none for staff). Nobody deactivated,
-- nobody for a deactivated person, never oneself:
--   student ↔ own coaches and staff; guardian ↔ own children's coaches and staff; coach ↔ own students, their guardians
--   and staff; staff ↔ all.
-- A guardian counts while the child's family lets them see the child (right VIEW). The same table in code:
-- accounts/contacts.rs; a test compares the two for every pair of roles.
create function contacts_of(person uuid)
    returns table (id uuid, role text, first_name text, last_name text, through text)
    language sql stable parallel safe
    begin atomic
        with me as (
            select u.id, u.role from users u where u.id = person and u.deactivated_at is null
        ), ties (contact, student) as (
            -- A student's coaches.
            select c.coach_id, null::uuid from coach_students c, me where me.role = 'ELEVE' and c.student_id = me.id
            union all
            -- The coaches of a guardian's children.
            select c.coach_id, c.student_id from guardianships g join coach_students c using (student_id), me
            where me.role = 'PARENT' and g.guardian_id = me.id and 'VIEW' = any (g.rights)
            union all
            -- A coach's students.
            select c.student_id, null::uuid from coach_students c, me where me.role = 'COACH' and c.coach_id = me.id
            union all
            -- The guardians of a coach's students.
            select g.guardian_id, g.student_id from coach_students c join guardianships g using (student_id), me
            where me.role = 'COACH' and c.coach_id = me.id and 'VIEW' = any (g.rights)
        ), tied as (
            select t.contact, string_agg(s.first_name, ', ' order by s.first_name) as through
            from ties t left join users s on s.id = t.student
            group by t.contact
        )
        select u.id, u.role, u.first_name, u.last_name, t.through
        from tied t join users u on u.id = t.contact
        where u.deactivated_at is null
          and u.role <> 'ADMIN' and u.role <> 'ASSISTANTE'
        union all
        select u.id, u.role, u.first_name, u.last_name, null
        from users u, me
        where u.deactivated_at is null and u.id <> me.id
          and (u.role in ('ADMIN', 'ASSISTANTE') or me.role in ('ADMIN', 'ASSISTANTE'));
    end;

-- Whether the first may write to the second: the rule of contacts_of for one pair, without listing the school.
create function may_write_to(sender uuid, receiver uuid) returns boolean
    language sql stable parallel safe
    return exists (
        select from users s, users r
        where s.id = sender and r.id = receiver and s.id <> r.id
          and s.deactivated_at is null and r.deactivated_at is null
          and (s.role in ('ADMIN', 'ASSISTANTE') or r.role in ('ADMIN', 'ASSISTANTE')
            or (s.role = 'ELEVE' and exists (
                    select from coach_students c where c.student_id = s.id and c.coach_id = r.id))
            or (s.role = 'COACH' and exists (
                    select from coach_students c where c.coach_id = s.id and c.student_id = r.id))
            or (s.role = 'PARENT' and exists (
                    select from guardianships g join coach_students c using (student_id)
                    where g.guardian_id = s.id and c.coach_id = r.id and 'VIEW' = any (g.rights)))
            or (s.role = 'COACH' and exists (
                    select from guardianships g join coach_students c using (student_id)
                    where c.coach_id = s.id and g.guardian_id = r.id and 'VIEW' = any (g.rights)))));

-- A file of students that was read and is looked at before it is taken over. The rows are personal data: they are
-- wiped once the import is done, and the whole row after a day.
create table student_imports (
    id          uuid primary key,
    staff_id    uuid not null references users on delete cascade,
    file_name   text not null check (length(file_name) <= 200),
    -- The lines as they were read; null once done.
    lines       jsonb,
    state       text not null default 'PREVIEW' check (state in ('PREVIEW', 'DONE')),
    -- Counts, once done.
    result      jsonb,
    created_at  timestamptz not null default now(),
    done_at     timestamptz
);
create index student_imports_created_idx on student_imports (created_at);

-- Whether this person may see the record of this student: the student, the guardians (right VIEW), the student's
-- coaches, the staff. What may_view_assessment says of a result, said of a student.
create function may_see_student(student uuid, person uuid, role text) returns boolean
    language sql stable parallel safe
    return role in ('ADMIN', 'ASSISTANTE')
        or student = person
        or (role = 'PARENT' and exists (
            select from guardianships g
            where g.guardian_id = person and g.student_id = student and 'VIEW' = any (g.rights)))
        or (role = 'COACH' and exists (
            select from coach_students c where c.coach_id = person and c.student_id = student));
