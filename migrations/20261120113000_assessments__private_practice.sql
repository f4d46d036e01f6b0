-- assessments: whether this student has a result on this form already (decision 6) is known by the account, or by the
-- browser in which the other result was begun. It was also known by the parent's e-mail and the child's name, which
-- anybody can type: the form told strangers whether a child had taken the assessment.
drop function has_result_on_form(text, uuid, uuid);
create function has_result_on_form(form text, student uuid, name text, begun uuid[])
returns boolean language sql stable as $$
    select exists (
        select from assessments done
        where done.student_id = student and done.bank = form and done.status = 'COMPLETED' and done.origin = 'APP')
    or exists (
        select from assessments done
        where done.id = any(begun) and done.bank = form and done.status = 'COMPLETED' and done.origin = 'APP'
          and lower(done.student_name) = lower(name))
$$;
