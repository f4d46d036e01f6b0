//! What people of the demo school wrote to each other lately, and what waits under the bell.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    calendar::Calendar,
    school::{School, id},
};
use crate::{
    error::{Error, Result},
    keys::Keys,
};

/// One of the two people of a conversation.
#[derive(Debug, Clone, Copy)]
enum Who {
    /// First and last name.
    Named(&'static str, &'static str),
    /// The first coach of this student.
    CoachOf(&'static str, &'static str),
}
use Who::{CoachOf, Named};

/// Lines are said by the first person (true) or the second, so many minutes before the seeding.
struct Conversation {
    between: [Who; 2],
    lines: &'static [(bool, i64, &'static str)],
    /// Whether the last lines wait to be read.
    unread: bool,
}

/// Minutes of a day.
const DAY: i64 = 1440;

const CONVERSATIONS: &[Conversation] = &[
    Conversation {
        between: [Named("Leïla", "Ben Salah"), CoachOf("Yassine", "Ben Salah")],
        lines: &[
            (
                true,
                3 * DAY + 95,
                "Bonjour, Yassine a relu son bilan avec moi hier soir. Il dit que les logarithmes restent flous. Par quoi lui conseillez-vous de commencer\u{a0}?",
            ),
            (
                false,
                3 * DAY + 40,
                "Bonjour Madame, merci pour votre message. Je lui propose de commencer par les propriétés du logarithme\u{a0}: quinze minutes par jour suffisent, avec deux exercices corrigés que je lui donnerai mercredi. Les équations viendront ensuite, elles s’appuient dessus.",
            ),
            (true, 2 * DAY + 600, "Très bien, merci beaucoup. Il sera là mercredi à 17\u{a0}h."),
            (
                false,
                130,
                "Parfait. Pensez à lui faire apporter sa feuille de bilan\u{a0}: nous partirons de ses erreurs, c’est ce qui fait progresser le plus vite. Bonne soirée\u{a0}!",
            ),
        ],
        unread: true,
    },
    Conversation {
        between: [Named("Yassine", "Ben Salah"), CoachOf("Yassine", "Ben Salah")],
        lines: &[
            (
                true,
                2 * DAY + 310,
                "Bonsoir, je ne comprends pas pourquoi ln(a)\u{a0}+\u{a0}ln(b) donne ln(ab) et pas ln(a\u{a0}+\u{a0}b). Vous pouvez m’expliquer\u{a0}?",
            ),
            (
                false,
                2 * DAY + 255,
                "Bonsoir Yassine, très bonne question. Pose x\u{a0}=\u{a0}ln(a) et y\u{a0}=\u{a0}ln(b)\u{a0}: alors exp(x)\u{a0}=\u{a0}a et exp(y)\u{a0}=\u{a0}b. Que vaut exp(x\u{a0}+\u{a0}y)\u{a0}? Écris-moi ce que tu trouves.",
            ),
            (
                true,
                2 * DAY + 230,
                "exp(x)\u{a0}×\u{a0}exp(y)\u{a0}=\u{a0}ab, donc x\u{a0}+\u{a0}y\u{a0}=\u{a0}ln(ab). Ah oui, c’est clair maintenant, merci\u{a0}!",
            ),
            (
                false,
                75,
                "Exactement, et tu l’as trouvé seul. Refais l’exercice 3 avec cette idée et envoie-moi ta réponse avant mercredi.",
            ),
        ],
        unread: true,
    },
    Conversation {
        between: [Named("Olfa", "Trabelsi"), Named("Ons", "Baccouche")],
        lines: &[
            (
                true,
                DAY + 420,
                "Bonjour, Adam sera absent vendredi\u{a0}: il a un rendez-vous médical. Est-il possible de décaler sa séance\u{a0}?",
            ),
            (
                false,
                DAY + 365,
                "Bonjour Madame, c’est noté, merci de nous avoir prévenus. Samedi à 10\u{a0}h lui conviendrait-il\u{a0}?",
            ),
            (true, 50, "Oui, samedi à 10\u{a0}h, c’est parfait. Merci pour votre réactivité."),
        ],
        unread: true,
    },
    Conversation {
        between: [Named("Maya", "Haddad"), CoachOf("Maya", "Haddad")],
        lines: &[
            (
                true,
                5 * DAY + 200,
                "Bonjour, pour mon tiers-temps\u{a0}: est-ce que le minuteur du bilan en tient compte tout seul\u{a0}?",
            ),
            (
                false,
                5 * DAY + 120,
                "Bonjour Maya, oui\u{a0}: ton temps est déjà allongé d’un tiers, tu n’as rien à faire. Prends le temps de lire chaque énoncé jusqu’au bout.",
            ),
            (true, 5 * DAY + 110, "Super, merci\u{a0}!"),
        ],
        unread: false,
    },
    Conversation {
        between: [Named("Nadia", "Mansour"), CoachOf("Yassine", "Ben Salah")],
        lines: &[
            (
                true,
                4 * DAY + 380,
                "Bonjour, les résultats de votre groupe montent depuis octobre, bravo. Qui aurait besoin d’une séance de plus avant le bac blanc\u{a0}?",
            ),
            (
                false,
                4 * DAY + 290,
                "Bonjour Nadia, merci. Je pense à ceux qui n’osent pas encore dire «\u{a0}je ne sais pas\u{a0}»\u{a0}: une séance de méthode leur ferait du bien. Je vous envoie les noms vendredi.",
            ),
        ],
        unread: false,
    },
];

/// Row of `conversations`.
#[derive(Debug, Serialize)]
struct Pair {
    id: Uuid,
    low: Uuid,
    high: Uuid,
    created_at: DateTime<Utc>,
}

/// Row of `messages`, and whether its receiver has not read it.
#[derive(Debug, Serialize)]
struct Line {
    conversation_id: Uuid,
    sender_id: Uuid,
    receiver_id: Uuid,
    body: &'static str,
    send_key: String,
    sent_at: DateTime<Utc>,
    read: bool,
}

fn find(school: &School, who: Who) -> Option<Uuid> {
    let named = |first: &str, last: &str| {
        school.people.users.iter().find(|user| (user.first_name, user.last_name) == (first, last)).map(|user| user.id)
    };
    match who {
        Named(first, last) => named(first, last),
        CoachOf(first, last) => {
            let student = named(first, last)?;
            school.people.coach_students.iter().find(|row| row.student_id == student).map(|row| row.coach_id)
        }
    }
}

/// On paper, oldest line first.
fn draw(keys: &Keys, calendar: Calendar, school: &School) -> (Vec<Pair>, Vec<Line>) {
    let (mut pairs, mut lines) = (Vec::new(), Vec::new());
    for conversation in CONVERSATIONS {
        let [Some(one), Some(two)] = conversation.between.map(|who| find(school, who)) else { continue };
        let (low, high) = (one.min(two), one.max(two));
        let pair = id(keys, format_args!("conversation {low} {high}"));
        let ago = |minutes: i64| calendar.now - TimeDelta::minutes(minutes);
        let last_by = conversation.lines.last().map(|(by, ..)| *by);
        let answered = conversation.lines.iter().rposition(|(by, ..)| Some(*by) != last_by);
        for (at, (by_one, minutes, body)) in conversation.lines.iter().enumerate() {
            let (sender_id, receiver_id) = if *by_one { (one, two) } else { (two, one) };
            let send_key = id(keys, format_args!("message {pair} {at}")).simple().to_string();
            let read = !conversation.unread || answered.is_some_and(|answered| at <= answered);
            let sent_at = ago(*minutes);
            lines.push(Line { conversation_id: pair, sender_id, receiver_id, body, send_key, sent_at, read });
        }
        let created_at = conversation.lines.first().map_or(calendar.now, |(_, minutes, _)| ago(*minutes));
        pairs.push(Pair { id: pair, low, high, created_at });
    }
    lines.sort_by_key(|line| line.sent_at);
    (pairs, lines)
}

/// Inserts conversations, and the notifications of messages and of results.
pub(super) async fn insert(conn: &mut PgConnection, keys: &Keys, calendar: Calendar, school: &School) -> Result<()> {
    let (pairs, lines) = draw(keys, calendar, school);
    let pairs = serde_json::to_value(&pairs).map_err(Error::internal)?;
    let lines = serde_json::to_value(&lines).map_err(Error::internal)?;
    sqlx::query!(
        "insert into conversations (id, low, high, created_at)
         select id, low, high, created_at from jsonb_populate_recordset(null::conversations, $1)",
        pairs
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into messages (conversation_id, sender_id, body, send_key, sent_at)
         select (l ->> 'conversation_id')::uuid, (l ->> 'sender_id')::uuid, l ->> 'body', decode(l ->> 'send_key', 'hex'),
             (l ->> 'sent_at')::timestamptz
         from jsonb_array_elements($1::jsonb) with ordinality as t (l, nr) order by nr",
        lines
    )
    .execute(&mut *conn)
    .await?;
    insert_sides(conn, &lines).await?;
    insert_notifications(conn, calendar).await
}

/// How each of the two sees a conversation, from its messages.
async fn insert_sides(conn: &mut PgConnection, lines: &serde_json::Value) -> Result<()> {
    sqlx::query!(
        "with said as (
             select m.id, m.conversation_id, m.sender_id, m.sent_at, (l ->> 'read')::bool as read
             from jsonb_array_elements($1::jsonb) l join messages m on m.send_key = decode(l ->> 'send_key', 'hex')
         ), sides as (
             select id as conversation_id, low as person_id, high as other_id from conversations
             union all select id, high, low from conversations
         )
         insert into conversation_sides (person_id, other_id, conversation_id, last_id, received_id, read_id, read_at, told_at)
         select s.person_id, s.other_id, s.conversation_id, max(d.id),
             coalesce(max(d.id) filter (where d.sender_id = s.other_id), 0),
             coalesce(max(d.id) filter (where d.sender_id = s.other_id and d.read), 0),
             max(d.sent_at) filter (where d.sender_id = s.other_id and d.read) + interval '12 minutes',
             -- Nobody at the demo school waits for a mail about these.
             max(d.sent_at) filter (where d.sender_id = s.other_id and not d.read) + interval '10 minutes'
         from sides s join said d using (conversation_id) group by s.person_id, s.other_id, s.conversation_id",
        lines
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Unread messages, and the results of the last two months: those of the last ten days are unread.
async fn insert_notifications(conn: &mut PgConnection, calendar: Calendar) -> Result<()> {
    sqlx::query!(
        "insert into notifications (id, user_id, kind, title, body, link, at)
         select md5('message' || s.conversation_id || s.person_id)::uuid, s.person_id, 'MESSAGE',
             case when p.role in ('ELEVE', 'PARENT') and c.pseudonym is not null then c.pseudonym
                 else u.first_name || ' ' || u.last_name end || case p.role when 'ELEVE' then ' t’a écrit' else ' vous a écrit' end,
             '', '/messages/' || s.other_id, m.sent_at
         from conversation_sides s
         join users p on p.id = s.person_id
         join users u on u.id = s.other_id
         left join coaches c on c.user_id = u.id
         join messages m on m.id = s.received_id
         where s.received_id > s.read_id"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into notifications (id, user_id, kind, title, body, link, at, read_at)
         select md5('bilan' || a.id || t.person)::uuid, t.person, 'BILAN',
             case when t.person = a.student_id then 'Ton bilan est prêt' else 'Le bilan de ' || u.first_name || ' est prêt' end,
             case when t.person = a.student_id then 'Ton résultat et tes conseils t’attendent.'
                 else 'Le résultat, expliqué, et ce qu’il convient de travailler ensuite.' end,
             '/assessments/' || a.id || '/result', a.completed_at + interval '40 seconds',
             case when a.completed_at < $1::timestamptz - interval '10 days' then a.completed_at + interval '3 hours' end
         from assessments a
         join users u on u.id = a.student_id
         cross join lateral (
             select a.student_id as person union all
             select g.guardian_id from guardianships g where g.student_id = a.student_id and 'VIEW' = any (g.rights)) t
         join users p on p.id = t.person and p.activated_at is not null
         where a.status = 'COMPLETED' and a.completed_at > $1::timestamptz - interval '60 days'",
        calendar.now
    )
    .execute(conn)
    .await?;
    Ok(())
}
