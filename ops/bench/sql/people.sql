-- Sessions: an admin, every student with a result (the first thousand), and a thousand who will sit the exam. The cookie
-- of a session is the base64url of 16 bytes; the table holds their SHA-256.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create table if not exists bench.sessions (kind text, number int, user_id uuid, cookie text, primary key (kind, number));
insert into users (id, role, email, first_name, last_name, activated_at)
select bench.id('admin', 1), 'ADMIN', 'admin@bench.example', 'Direction', 'Bench', now()
union all
select bench.id('exam', number), 'ELEVE', 'exam' || number || '@bench.example', 'Élève', 'Examen' || number, now()
from generate_series(1, 1000) number
on conflict do nothing;
insert into students (user_id, grade) select bench.id('exam', number), 'TERMINALE' from generate_series(1, 1000) number
on conflict do nothing;
insert into bench.sessions
select kind, number, user_id, 'nexus=' || translate(encode(uuid_send(bench.id('session ' || kind, number)), 'base64'), '+/=', '-_')
from (select 'admin' as kind, 1 as number, bench.id('admin', 1) as user_id
      union all select 'exam', number, bench.id('exam', number) from generate_series(1, 1000) number
      union all select 'student', number, bench.id('student', number) from generate_series(1, 1000) number
      where exists (select from users where id = bench.id('student', number))) people
on conflict do nothing;
insert into sessions (key, user_id, user_agent, address, expires_at)
select sha256(uuid_send(bench.id('session ' || kind, number))), user_id, 'bench', '127.0.0.1', now() + interval '14 days'
from bench.sessions on conflict do nothing;
vacuum (analyze) users, students, sessions;
