//! Writes one answer: context, model, checked pieces, end. Whatever happens, it ends.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{Stream, StreamExt as _};
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::{
    Channel, End, Work, live, loops,
    pieces::Cutter,
    second_look::SecondLook,
    store::{Ended, Piece},
    writer::Note,
};
use crate::{
    aria::{
        alerts,
        citations::Filter,
        context::{self, Context, Frame},
        extract,
        model::{Answer, Mode, State, Turn},
        safety,
    },
    ctx::Ctx,
    llm::LlmError,
    masking::Unmasker,
};

/// An answer is never longer, in characters.
const LONGEST: usize = 24_000;
/// Every so many bytes a text is looked at for a loop.
const LOOK_EVERY: usize = 200;
/// The second look is not waited for longer than it may take itself.
const LOOK: Duration = Duration::from_secs(10);
/// Nor longer than this when the model said nothing.
const LOOK_SILENT: Duration = Duration::from_millis(500);
/// The context is not waited for longer.
const CONTEXT: Duration = Duration::from_secs(10);

/// Writes the answer and tells its watchers.
pub(super) async fn run(ctx: Ctx, work: Work, frame: Option<Box<Frame>>, channel: Arc<Channel>) {
    let leaving = Leaving { ctx: &ctx, generation: work.generation, channel: &channel };
    let (end, turn) = write(&ctx, work, frame, &channel).await;
    channel.close(end, turn);
    drop(leaving);
}

/// Whatever happens, nobody waits for an answer that is not written any more.
struct Leaving<'a> {
    ctx: &'a Ctx,
    generation: Uuid,
    channel: &'a Arc<Channel>,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        // Closed already, unless the writing panicked: then it is taken up again.
        self.channel.close(End::Handed, None);
        self.ctx.aria.hub().forget(self.generation, self.channel);
    }
}

/// How it ended, and the turn as it is stored.
type Written = (End, Option<Turn>);

/// An answer under way.
struct Writing<'a> {
    ctx: &'a Ctx,
    work: Work,
    channel: &'a Channel,
    started: Instant,
    first_piece: Option<Instant>,
    /// How long the text was when it was last looked at for a loop.
    looked_at: usize,
}

async fn write(ctx: &Ctx, work: Work, frame: Option<Box<Frame>>, channel: &Channel) -> Written {
    let started = Instant::now();
    let mut writing = Writing { ctx, work, channel, started, first_piece: None, looked_at: 0 };
    let mut closing = ctx.aria.closing();
    let built = tokio::select! {
        // Boxed, as what is below: a thousand answers under way hold only what they still need.
        built = tokio::time::timeout(CONTEXT, Box::pin(context::prepare(ctx, work, frame.map(|it| *it)))) => built,
        () = closed(&mut closing) => return (End::Handed, None),
    };
    match built {
        Ok(Ok(context)) => writing.answer(context).await,
        Ok(Err(error)) => {
            tracing::error!(generation = %work.generation, %error, "an answer could not be begun");
            writing.fail("context", Box::default()).await
        }
        Err(_) => writing.fail("context timeout", Box::default()).await,
    }
}

/// How the model's part ended.
enum Heard {
    Whole,
    Stopped,
    Handed,
    Alarm(safety::Kind),
    Broken(LlmError),
    /// The model repeats itself; what comes before that, in bytes.
    Loop(usize),
}

impl Writing<'_> {
    async fn answer(&mut self, mut context: Box<Context>) -> Written {
        if !context.written.is_empty() {
            self.channel.begin_with(&context.written);
        }
        if context.stop_wanted {
            // Nobody was asked for it. Once the model is, a question counts, even if nothing of the answer was read.
            context.give_back = true;
            return self.end(State::Stopped, Mode::Model, context, None).await;
        }
        if !context.asks_model {
            return self.extract(context, None).await;
        }
        let mut filter = context.take_filter();
        let request = context.take_request();
        let mut pieces = self.ctx.llm.chat_stream(request);
        let heard = self.hear(&mut pieces, &mut filter, &mut context).await;
        context.origin = pieces.origin();
        drop(pieces);
        match heard {
            Heard::Whole => self.end(State::Done, Mode::Model, context, None).await,
            Heard::Stopped => self.end(State::Stopped, Mode::Model, context, None).await,
            Heard::Handed => (End::Handed, None),
            Heard::Alarm(kind) => self.alarm(kind, context).await,
            Heard::Loop(kept) => self.cut(kept, context).await,
            // Nothing was said yet: what the library says is better than an apology.
            Heard::Broken(error) if self.length() == 0 => self.extract(context, Some(error)).await,
            Heard::Broken(error) => self.end(State::Failed, Mode::Model, context, Some(error.to_string())).await,
        }
    }

    /// Publishes what the model says, checked, until it ends.
    async fn hear(
        &mut self,
        pieces: &mut (impl Stream<Item = Result<String, LlmError>> + Unpin),
        filter: &mut Filter,
        context: &mut Context,
    ) -> Heard {
        let mut unmasker = std::mem::take(&mut context.unmasker);
        let mut overlap = context.overlap();
        let mut cutter = Cutter::default();
        let mut closing = self.ctx.aria.closing();
        let mut look = SecondLook::begin(self.ctx, context);
        let heard = loop {
            let due = cutter.deadline();
            tokio::select! {
                biased;
                () = closed(&mut closing) => {
                    self.publish(cutter.flush());
                    return Heard::Handed;
                }
                () = self.channel.stopped() => {
                    self.publish(cutter.flush());
                    return Heard::Stopped;
                }
                found = look.found(), if look.is_open() => {
                    if let Some(kind) = found { return Heard::Alarm(kind); }
                }
                piece = pieces.next() => match piece {
                    Some(Ok(piece)) => {
                        let text = filter.push(&unmasker.feed(&overlap.push(&piece)));
                        self.publish(cutter.push(&text, Instant::now()));
                        if self.length() > LONGEST { break self.finish(unmasker, filter, cutter); }
                        if let Some(kept) = self.looped() { break Heard::Loop(kept); }
                    }
                    Some(Err(error)) => {
                        self.publish(cutter.flush());
                        break Heard::Broken(error);
                    }
                    None => {
                        let rest = overlap.finish();
                        let text = filter.push(&unmasker.feed(&rest));
                        self.publish(cutter.push(&text, Instant::now()));
                        break self.finish(unmasker, filter, cutter);
                    }
                },
                () = sleep_until(due), if due.is_some() => self.publish(cutter.overdue(Instant::now())),
            }
        };
        // However it ended: what the second look finds comes before it. A model that says nothing at all is not waited for
        // twice: what the look finds later is told to the team all the same.
        let patience = if matches!(heard, Heard::Broken(_)) && self.length() == 0 { LOOK_SILENT } else { LOOK };
        match tokio::time::timeout(patience, look.found()).await {
            Ok(Some(kind)) => Heard::Alarm(kind),
            Ok(None) | Err(_) => heard,
        }
    }

    fn finish(&mut self, unmasker: Unmasker, filter: &mut Filter, mut cutter: Cutter) -> Heard {
        let text = filter.push(&unmasker.finish()) + &filter.finish();
        self.publish(cutter.push(&text, Instant::now()));
        self.publish(cutter.flush());
        if self.channel.look(|text| text.trim().is_empty()) { Heard::Broken(LlmError::Invalid) } else { Heard::Whole }
    }

    /// Where the text is to be cut when the model repeats itself; looked at from time to time.
    fn looped(&mut self) -> Option<usize> {
        let length = self.length();
        if length < self.looked_at + LOOK_EVERY {
            return None;
        }
        self.looked_at = length;
        self.channel.look(loops::cut)
    }

    /// Bytes that were published.
    fn length(&self) -> usize {
        self.channel.look(str::len)
    }

    /// Tells the watchers at once, and the writer for the next commit.
    fn publish(&mut self, piece: Option<String>) {
        let Some(body) = piece else { return };
        self.first_piece.get_or_insert_with(Instant::now);
        let seq = self.channel.publish(&body);
        self.ctx.aria.note(Note::Piece(Piece { generation: self.work.generation, seq, body }));
    }

    /// The text so far gives way to another.
    fn replace(&mut self, text: &str) {
        self.channel.replace(text);
        self.first_piece.get_or_insert_with(Instant::now);
        self.ctx.aria.note(Note::Anew(self.work.generation));
    }

    /// Without a model: the best passages, quoted. The question does not count.
    async fn extract(&mut self, mut context: Box<Context>, error: Option<LlmError>) -> Written {
        self.replace(&extract::compose(&context.passages, context.persona));
        context.give_back = true;
        let problem = error.map(|error| error.to_string());
        self.end(State::Done, Mode::Extract, context, problem).await
    }

    /// The model found a sign that the rules did not, and the team is told: the fixed text takes the place of the answer.
    async fn alarm(&mut self, kind: safety::Kind, mut context: Box<Context>) -> Written {
        let contacts = match alerts::contacts::list(&self.ctx.pool).await {
            Ok(contacts) => contacts,
            Err(error) => {
                tracing::error!(%error, "the school's help contacts cannot be read: the defaults are given");
                safety::default_contacts().to_vec()
            }
        };
        self.replace(&safety::reply(kind, context.tone(), &contacts));
        context.give_back = true;
        self.end(State::Done, Mode::Safety, context, None).await
    }

    /// What the model said before it began to repeat itself stays. The question does not count.
    async fn cut(&mut self, kept: usize, mut context: Box<Context>) -> Written {
        self.replace(&self.channel.look(|text| format!("{}\n\n{}", text[..kept].trim_end(), loops::CUT)));
        context.give_back = true;
        self.end(State::Done, Mode::Model, context, Some("the model repeated itself".to_owned())).await
    }

    async fn fail(&mut self, problem: &str, context: Box<Context>) -> Written {
        self.end(State::Failed, Mode::Model, context, Some(problem.to_owned())).await
    }

    /// Stores the end; the watchers hear of it once it is stored.
    async fn end(&mut self, state: State, mode: Mode, context: Box<Context>, problem: Option<String>) -> Written {
        let answer = self.channel.look(str::to_owned);
        let origin = context.origin.clone();
        let resumed = self.work.attempt > 1 && !context.written.is_empty();
        let citations = context.citations(&answer);
        let ended = Ended {
            generation: self.work.generation,
            state: state.key(),
            mode: mode.key(),
            citations: serde_json::json!(citations),
            answer: answer.clone(),
            resumed,
            problem,
            provider: origin.as_ref().map(|origin| origin.provider.clone()),
            model: origin.map(|origin| origin.model),
            prompt_version: Some(context.prompt_version),
            search_mode: context.search_mode.map(str::to_owned),
            first_piece_ms: self.first_piece.and_then(|at| i32::try_from((at - self.started).as_millis()).ok()),
            give_back: context.give_back || state == State::Failed,
        };
        let (told, hears) = oneshot::channel();
        self.ctx.aria.note(Note::Ended { ended: Box::new(ended), waited: self.work.waited, told });
        // Another server has taken it up, or it was deleted.
        let Ok(true) = hears.await else { return (End::Handed, None) };
        let turn = context.asked.map(|asked| Turn {
            question: asked.question,
            content: asked.content,
            asked_at: asked.at,
            answer: Answer {
                id: self.work.generation,
                state,
                mode,
                text: answer,
                citations,
                resumed,
                feedback: None,
                feedback_reason: None,
                created_at: asked.begun_at,
            },
        });
        let end = match state {
            State::Stopped => End::Stopped,
            State::Failed => End::Failed,
            State::Done | State::Running => End::Done,
        };
        (end, turn)
    }
}

/// Waits until the server stops.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the engine is gone: that is a stop, too.
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

/// The first number of this writing. Every second range is for a text that takes the place of another.
pub(super) fn first_number(work: Work) -> i64 {
    i64::from(work.attempt - 1) * 2 * live::EPOCH
}
