//! Draws memories from conversations that have gone quiet, and gives them a title.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    draw::{self, Drawn},
    store::{self, Quiet},
};
use crate::{
    aria::{
        model::{LONGEST_TITLE, Mode},
        prompts::Prompt,
        store as conversations,
    },
    ctx::Ctx,
    jobs::{self, Job, Lease},
    llm::{ChatRequest, Task},
    masking::People,
};

/// Conversations that are looked at together.
const MOST: i64 = 100;
/// Turns that are read.
const TURNS: i64 = 20;

/// Looks for conversations that have gone quiet.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LookForQuietConversations {}

impl Job for LookForQuietConversations {
    const KIND: &'static str = "aria_look_for_quiet";
    const LABEL: &'static str = "ARIA : repérer les conversations terminées";

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let quiet = if ctx.llm.available() { store::take_quiet(&mut tx, MOST).await? } else { Vec::new() };
        for conversation in quiet {
            jobs::enqueue(&mut tx, &Remember { conversation }).await?;
        }
        lease.finish(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Draws memories from one conversation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Remember {
    /// Which.
    pub conversation: Uuid,
}

impl Job for Remember {
    const KIND: &'static str = "aria_remember";
    const LABEL: &'static str = "ARIA : retenir l’essentiel d’une conversation";
    const MAX_ATTEMPTS: i16 = 2;
    const PRIORITY: i16 = -5;
    const MOST_AT_ONCE: usize = 1;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let quiet = store::find_quiet(&ctx.pool, self.conversation).await?;
        // Enqueued twice, said more meanwhile, or deleted: nothing to do now.
        let Some(quiet) = quiet.filter(|quiet| quiet.remembered_until != Some(quiet.updated_at)) else { return Ok(()) };
        let (drawn, title) = ask(ctx, self.conversation, &quiet).await?;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        store::keep(&mut tx, self.conversation, &quiet, &drawn, title.as_deref()).await?;
        lease.finish(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What the model would remember, and the title that it gives. Only what was said since the last look is read.
async fn ask(ctx: &Ctx, conversation: Uuid, quiet: &Quiet) -> anyhow::Result<(Vec<Drawn>, Option<String>)> {
    let turns = conversations::list_turns(&ctx.pool, conversation, None, TURNS).await?;
    // What the team looks after is not remembered.
    let new = turns.iter().filter(|turn| {
        turn.answer.mode != Mode::Safety && quiet.remembered_until.is_none_or(|until| turn.asked_at > until)
    });
    let said: Vec<String> = new.map(|turn| format!("Élève : {}\nARIA : {}", turn.content, turn.answer.text)).collect();
    if said.is_empty() {
        return Ok((Vec::new(), None));
    }
    let said = said.join("\n\n");
    let mut masks = People::around(&ctx.pool, quiet.user_id, Some(quiet.user_id), [said.as_str()]).await?.masks();
    let said = masks.mask(&said);
    let call = |prompt: &str, tokens| {
        ChatRequest::new(prompt, said.clone())
            .temperature(0.2)
            .max_tokens(tokens)
            .task(Task::Memory)
            .by(Some(quiet.user_id))
    };
    let answer = ctx.llm.chat(call(Prompt::memories().text, 500)).await?;
    let title = match quiet.titled_by.as_str() {
        "QUESTION" => read_title(&masks.unmask(&ctx.llm.chat(call(Prompt::title().text, 30)).await?.text)),
        _ => None,
    };
    let drawn = draw::read(&answer.text).into_iter();
    Ok((drawn.map(|one| Drawn { content: masks.unmask(&one.content), ..one }).collect(), title))
}

/// One short line, or nothing.
fn read_title(answer: &str) -> Option<String> {
    let line = answer.lines().find(|line| !line.trim().is_empty())?;
    let title = line.trim().trim_matches(['"', '«', '»', '.', ' ', '\u{a0}', '*', '#']).to_owned();
    let words = title.split_whitespace().count();
    (words > 0 && words <= 12 && title.chars().count() <= LONGEST_TITLE).then_some(title)
}

/// Forgets memories that are over, old contexts and counts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetOld {}

impl Job for ForgetOld {
    const KIND: &'static str = "aria_forget";
    const LABEL: &'static str = "ARIA : oublier ce qui a fait son temps";

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        store::delete_expired(&ctx.pool).await?;
        crate::aria::engine::forget_sent(&ctx.pool).await?;
        crate::aria::quota::forget_old(&ctx.pool).await?;
        Ok(())
    }
}

#[cfg(test)]
mod title_tests {
    use super::read_title;

    #[test]
    fn a_title_is_one_short_line() {
        assert_eq!(read_title("\n« Suites arithmétiques ».\nBonjour").as_deref(), Some("Suites arithmétiques"));
        assert_eq!(read_title(&"mot ".repeat(30)), None);
        assert_eq!(read_title(" \n "), None);
    }
}
