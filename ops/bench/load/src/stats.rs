//! Latencies and what went wrong.

use std::time::Duration;

/// Wrong answers described on screen; the others are counted.
const MOST_DESCRIBED: usize = 5;

/// Measurements of one kind of request.
#[derive(Default)]
pub struct Stats {
    latencies: Vec<Duration>,
    /// Largest body, as it travelled.
    pub most_bytes: usize,
}

impl Stats {
    /// One answered request.
    pub fn add(&mut self, latency: Duration, bytes: usize) {
        self.latencies.push(latency);
        self.most_bytes = self.most_bytes.max(bytes);
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.latencies.len()
    }

    /// `NAME n=… p50_ms=… …` on standard output.
    pub fn print(&mut self, name: &str) {
        self.latencies.sort_unstable();
        let at = |share: f64| {
            let rank = (share * self.latencies.len() as f64).ceil() as usize;
            self.latencies.get(rank.saturating_sub(1)).map_or(0.0, |it| it.as_secs_f64() * 1000.0)
        };
        println!(
            "{name} n={} p50_ms={:.2} p95_ms={:.2} p99_ms={:.2} max_ms={:.2} max_bytes={}",
            self.latencies.len(),
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0),
            self.most_bytes
        );
    }
}

/// Counts what was not answered as it should, and describes the first few.
#[derive(Default)]
pub struct Errors(usize);

impl Errors {
    /// One more.
    pub fn add(&mut self, what: impl std::fmt::Display) {
        self.0 += 1;
        if self.0 <= MOST_DESCRIBED {
            eprintln!("wrong: {what}");
        }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0
    }
}
