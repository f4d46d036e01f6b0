-- Who may see an assessment whole: the student, the guardians, the staff, the student's coaches, and the browser (or
-- signed link) in which it was begun. One place; SQL, so that records are loaded through the person in one query.
create function may_view_assessment(assessment uuid, student uuid, person uuid, role text, grants uuid[])
returns boolean language sql stable parallel safe as $$
    select assessment = any(grants)
        or role in ('ADMIN', 'ASSISTANTE')
        or student = person
        or (role = 'PARENT' and exists (
            select from guardianships g
            where g.guardian_id = person and g.student_id = student and 'VIEW' = any(g.rights)))
        or (role = 'COACH' and exists (
            select from coach_students c where c.coach_id = person and c.student_id = student))
$$;

-- One open attempt for a student on a bank: pressing start twice is one attempt.
create unique index assessments_one_open_key on assessments (student_id, bank)
    where status = 'PENDING' and origin = 'APP' and student_id is not null;
-- One attempt for a request.
create unique index assessments_one_for_request_key on assessments (request_id) where request_id is not null;
-- The same JSON submission sent again with its Idempotency-Key is one assessment.
create table submission_keys (
    key           text primary key check (length(key) <= 200),
    body_hash     bytea not null,
    assessment_id uuid not null references assessments on delete cascade,
    created_at    timestamptz not null default now()
);
drop index assessments_request_idx;

-- Whether this student has a result on this form already (decision 6): by account, or by the family's request.
create function has_result_on_form(form text, student uuid, request uuid) returns boolean language sql stable as $$
    select exists (
        select from assessments done
        where done.student_id = student and done.bank = form and done.status = 'COMPLETED' and done.origin = 'APP')
    or exists (
        select from bilan_requests mine
        join bilan_requests other on other.parent_email = mine.parent_email
             and lower(other.student_first_name) = lower(mine.student_first_name)
             and lower(other.student_last_name) = lower(mine.student_last_name)
        join assessments done on done.request_id = other.id
        where mine.id = request and done.bank = form and done.status = 'COMPLETED')
$$;
