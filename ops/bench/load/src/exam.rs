//! Exam day: everybody presses start within one second, then answers questions as a browser does it: the answer is
//! saved when it is chosen (htmx), sometimes changed, then "Suivante" sends the form and follows to the next question.
//! Every acknowledged answer is written to a file, to be compared with the database.

use std::{
    cell::RefCell,
    fmt::Write as _,
    fs,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use tokio::{
    task::JoinSet,
    time::{sleep, sleep_until},
};

use crate::{
    args::Args,
    client::{Body, Client},
    random::Random,
    stats::{Errors, Stats},
};

/// Everybody is ready before the doors open.
const LEAD: Duration = Duration::from_millis(500);

struct Shared {
    bank: String,
    questions: usize,
    think_ms: (u64, u64),
    begin: Instant,
    within_ms: u64,
    start: RefCell<Stats>,
    first_page: RefCell<Stats>,
    save: RefCell<Stats>,
    page: RefCell<Stats>,
    errors: RefCell<Errors>,
    acks: RefCell<String>,
}

/// One student for each cookie.
pub async fn run(args: &Args) -> Result<bool> {
    let cookies = args.lines("cookies")?;
    let think = args.text("think-ms").unwrap_or("2000-6000");
    let (low, high) = think.split_once('-').context("--think-ms LOW-HIGH")?;
    let shared = Rc::new(Shared {
        bank: args.text("bank")?.to_owned(),
        think_ms: (low.parse()?, high.parse()?),
        questions: args.number("questions", 16)?,
        within_ms: args.number("within-ms", 1000)?,
        begin: Instant::now() + LEAD,
        start: Stats::default().into(),
        first_page: Stats::default().into(),
        save: Stats::default().into(),
        page: Stats::default().into(),
        errors: Errors::default().into(),
        acks: String::new().into(),
    });
    let mut tasks = JoinSet::new();
    for (number, cookie) in cookies.iter().enumerate() {
        tasks.spawn_local(student(shared.clone(), Client::new(args.server, cookie), Random::new(number as u64 + 1)));
    }
    while tasks.join_next().await.is_some() {}
    fs::write(args.text("acks")?, shared.acks.borrow().as_str())?;
    shared.start.borrow_mut().print("start");
    shared.first_page.borrow_mut().print("start-to-first-question");
    shared.save.borrow_mut().print("save-answer");
    shared.page.borrow_mut().print("next-question");
    let errors = shared.errors.borrow().count();
    println!("exam students={} acknowledged={} errors={errors}", cookies.len(), shared.save.borrow().len());
    Ok(errors == 0)
}

async fn student(shared: Rc<Shared>, client: Client, random: Random) {
    let mut student = Student { shared, client, random, path: String::new(), page: String::new() };
    if let Err(error) = student.sit().await {
        student.shared.errors.borrow_mut().add(format!("{}: {error:#}", student.path));
    }
}

struct Student {
    shared: Rc<Shared>,
    client: Client,
    random: Random,
    path: String,
    page: String,
}

impl Student {
    async fn sit(&mut self) -> Result<()> {
        self.start().await?;
        for _ in 0..self.shared.questions {
            self.think().await;
            let mut chosen = self.save().await?;
            if self.random.below(10) == 0 {
                sleep(Duration::from_millis(700)).await;
                chosen = self.save().await?;
            }
            self.note(&chosen);
            self.next(&chosen).await?;
        }
        Ok(())
    }

    /// The latency of both counts from the moment of pressing.
    async fn start(&mut self) -> Result<()> {
        let due = self.shared.begin + Duration::from_millis(self.random.below(self.shared.within_ms));
        sleep_until(due.into()).await;
        let body = Body::Form { text: format!("bank={}", self.shared.bank), htmx: false };
        let answer = self.client.post("/assessments", body).await?.expect(303)?;
        self.shared.start.borrow_mut().add(due.elapsed(), answer.body.len());
        self.path = answer.location()?;
        let answer = self.client.get(&self.path).await?.expect(200)?;
        self.shared.first_page.borrow_mut().add(due.elapsed(), answer.body.len());
        self.page = answer.text()?;
        Ok(())
    }

    async fn think(&mut self) {
        let (low, high) = self.shared.think_ms;
        sleep(Duration::from_millis(self.random.between(low, high))).await;
    }

    /// Chooses one of the five answers of the page; answers which.
    async fn save(&mut self) -> Result<String> {
        let values: Vec<&str> = self
            .page
            .split("name=\"answer\" value=\"")
            .skip(1)
            .filter_map(|part| part.split_once('"').map(|(value, _)| value))
            .collect();
        let at = self.random.below(values.len() as u64) as usize;
        let chosen = (*values.get(at).context("a page without answers")?).to_owned();
        let begun = Instant::now();
        let body = Body::Form { text: format!("answer={chosen}"), htmx: true };
        let answer = self.client.post(&self.path, body).await?.expect(200)?;
        self.shared.save.borrow_mut().add(begun.elapsed(), answer.body.len());
        Ok(chosen)
    }

    /// `…/assessments/ID/questions/NUMBER` was answered with this.
    fn note(&self, chosen: &str) {
        let mut parts = self.path.rsplit('/');
        let (number, id) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
        // Writing to a String cannot fail.
        let _ = writeln!(self.shared.acks.borrow_mut(), "{id}\t{number}\t{chosen}");
    }

    async fn next(&mut self, chosen: &str) -> Result<()> {
        let begun = Instant::now();
        let body = Body::Form { text: format!("answer={chosen}"), htmx: false };
        self.path = self.client.post(&self.path, body).await?.expect(303)?.location()?;
        let answer = self.client.get(&self.path).await?.expect(200)?;
        self.shared.page.borrow_mut().add(begun.elapsed(), answer.body.len());
        self.page = answer.text()?;
        Ok(())
    }
}
