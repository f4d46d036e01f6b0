//! A circuit breaker for each provider: one that keeps failing is left alone for a while, and then tried with one call.
//!
//! Always true: three failures within five minutes, none of them followed by a success, open the circuit; after a pause
//! one call probes it (the others go elsewhere); success closes it, failure opens it for twice as long, five minutes at
//! most. A server that asks for a pause (`Retry-After`) has it at once. What a call reports that began before the circuit last opened changes nothing. Known to this server only.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

use super::LlmError;

/// So many failures open the circuit …
const FAILURES: usize = 3;
/// … within this time.
const WINDOW: Duration = Duration::from_secs(300);
/// First pause.
const PAUSE: Duration = Duration::from_secs(15);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

#[cfg(not(test))]
fn now() -> Instant {
    Instant::now()
}

/// Stands still unless a test moves it.
#[cfg(test)]
fn now() -> Instant {
    tests::CLOCK.get()
}

/// The circuit of one provider; clones are the same circuit.
#[derive(Clone)]
pub(super) struct Breaker(Arc<Mutex<State>>);

struct State {
    circuit: Circuit,
    /// Grows each time that the circuit opens or a probe begins.
    epoch: u64,
    failures: VecDeque<Instant>,
    pause: Duration,
    last: Option<Failure>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Circuit {
    Closed,
    Open { until: Instant },
    Probing,
}

/// What the last failure was.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub error: LlmError,
    pub at: DateTime<Utc>,
}

/// As the admin's page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// All is well, or nearly: so many failures of late.
    Closed(usize),
    /// Left alone for so much longer.
    Open(Duration),
    /// Tried with one call, now or at the next occasion.
    Probing,
}

/// The right to one call; what comes of it is reported here. Dropped without a report, it changes nothing.
pub(super) struct Ticket {
    breaker: Breaker,
    /// `None`: beside the circuit's rules, changes nothing.
    epoch: Option<u64>,
}

impl Default for Breaker {
    fn default() -> Self {
        let (circuit, failures) = (Circuit::Closed, VecDeque::new());
        Self(Arc::new(Mutex::new(State { circuit, epoch: 0, failures, pause: PAUSE, last: None })))
    }
}

impl Breaker {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call would be let through now.
    pub fn admits(&self) -> bool {
        match self.state().circuit {
            Circuit::Closed => true,
            Circuit::Open { until } => until <= now(),
            Circuit::Probing => false,
        }
    }

    /// Lets a call through, or answers with the failure that keeps the circuit open. `anyway`: even then.
    pub fn admit(&self, anyway: bool) -> Result<Ticket, LlmError> {
        let mut state = self.state();
        match state.circuit {
            Circuit::Closed => {}
            Circuit::Open { until } if anyway || until <= now() => {
                state.circuit = Circuit::Probing;
                state.epoch += 1;
            }
            Circuit::Probing if anyway => return Ok(Ticket { breaker: self.clone(), epoch: None }),
            Circuit::Open { .. } | Circuit::Probing => {
                return Err(state.last.as_ref().map_or(LlmError::Unreachable, |last| last.error.clone()));
            }
        }
        Ok(Ticket { breaker: self.clone(), epoch: Some(state.epoch) })
    }

    /// Closes the circuit, whatever it was: somebody knows better.
    pub fn close(&self) {
        let mut state = self.state();
        state.epoch += 1;
        state.close();
    }

    pub fn shown(&self) -> (Shown, Option<Failure>) {
        let mut state = self.state();
        let at = now();
        state.forget(at);
        let shown = match state.circuit {
            Circuit::Closed => Shown::Closed(state.failures.len()),
            Circuit::Open { until } if until > at => Shown::Open(until - at),
            Circuit::Open { .. } | Circuit::Probing => Shown::Probing,
        };
        (shown, state.last.clone())
    }
}

impl State {
    fn close(&mut self) {
        self.circuit = Circuit::Closed;
        self.failures.clear();
        self.pause = PAUSE;
    }

    fn open(&mut self, pause: Duration) {
        self.circuit = Circuit::Open { until: now() + pause };
        self.pause = pause;
        self.epoch += 1;
    }

    fn forget(&mut self, now: Instant) {
        while self.failures.front().is_some_and(|at| now - *at > WINDOW) {
            self.failures.pop_front();
        }
    }
}

impl Ticket {
    /// The state, if this call still counts for it.
    fn current(&self) -> Option<MutexGuard<'_, State>> {
        let state = self.breaker.state();
        (self.epoch == Some(state.epoch)).then_some(state)
    }

    /// The first words came: what a probe wanted to know.
    pub fn began(&self) {
        if let Some(mut state) = self.current().filter(|state| state.circuit == Circuit::Probing) {
            state.close();
        }
    }

    /// The answer was whole.
    pub fn good(self) {
        if let Some(mut state) = self.current() {
            state.close();
        }
    }

    /// The server failed.
    pub fn bad(self, error: &LlmError) {
        let failure = Failure { error: error.clone(), at: Utc::now() };
        self.breaker.state().last = Some(failure);
        let Some(mut state) = self.current() else { return };
        let asked = error.wants_rest().map(|rest| rest.min(LONGEST_PAUSE));
        if state.circuit == Circuit::Probing {
            let pause = (state.pause * 2).min(LONGEST_PAUSE).max(asked.unwrap_or_default());
            state.open(pause);
            return;
        }
        if let Some(rest) = asked {
            state.open(rest);
            return;
        }
        let at = now();
        state.forget(at);
        state.failures.push_back(at);
        if state.failures.len() >= FAILURES {
            state.open(PAUSE);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // A probe that was given up says nothing: the next call is one.
        if let Some(mut state) = self.current().filter(|state| state.circuit == Circuit::Probing) {
            state.circuit = Circuit::Open { until: now() };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        pub(super) static CLOCK: Cell<Instant> = Cell::new(Instant::now());
    }

    fn fail(breaker: &Breaker) {
        breaker.admit(false).map(|ticket| ticket.bad(&LlmError::Cut)).expect("let through");
    }

    fn opened() -> Breaker {
        let breaker = Breaker::default();
        (0..FAILURES).for_each(|_| fail(&breaker));
        breaker
    }

    fn pass(seconds: u64) {
        CLOCK.set(CLOCK.get() + Duration::from_secs(seconds));
    }

    #[test]
    fn three_failures_in_a_row_within_five_minutes_open_it() {
        let breaker = Breaker::default();
        fail(&breaker);
        fail(&breaker);
        breaker.admit(false).expect("closed").good();
        fail(&breaker);
        fail(&breaker);
        assert_eq!(breaker.shown().0, Shown::Closed(2), "a success began the count anew");
        pass(301);
        fail(&breaker);
        assert_eq!(breaker.shown().0, Shown::Closed(1), "old failures are forgotten");
        fail(&breaker);
        fail(&breaker);
        assert_eq!(breaker.admit(false).err(), Some(LlmError::Cut), "the failure that opened it");
        assert!(!breaker.admits());
    }

    #[test]
    fn after_its_pause_one_call_probes_it_and_success_closes_it() {
        let breaker = opened();
        pass(14);
        assert!(breaker.admit(false).is_err());
        pass(2);
        let probe = breaker.admit(false).expect("the probe");
        assert!(breaker.admit(false).is_err(), "one at a time");
        probe.began();
        assert!(breaker.admit(false).is_ok(), "the first words are enough");
        probe.good();
        assert_eq!(breaker.shown().0, Shown::Closed(0));
    }

    #[test]
    fn a_probe_that_fails_doubles_the_pause_up_to_five_minutes() {
        let breaker = opened();
        for pause in [15, 30, 60, 120, 240, 300, 300] {
            assert_eq!(breaker.shown().0, Shown::Open(Duration::from_secs(pause)));
            pass(pause);
            fail(&breaker);
        }
        breaker.close();
        assert_eq!(breaker.shown().0, Shown::Closed(0), "by hand");
        (0..FAILURES).for_each(|_| fail(&breaker));
        assert_eq!(breaker.shown().0, Shown::Open(PAUSE), "and the pauses begin anew");
    }

    #[test]
    fn a_server_that_asks_for_a_pause_has_it_after_one_failure() {
        let breaker = Breaker::default();
        let busy = |wait| LlmError::Status {
            provider: "p".into(),
            status: 429,
            detail: String::new(),
            wait: Some(Duration::from_secs(wait)),
        };
        breaker.admit(false).map(|ticket| ticket.bad(&busy(1))).expect("closed");
        assert!(breaker.admits(), "a moment is no pause");
        breaker.admit(false).map(|ticket| ticket.bad(&busy(40))).expect("closed");
        assert_eq!(breaker.shown().0, Shown::Open(Duration::from_secs(40)));
        pass(40);
        breaker.admit(false).map(|ticket| ticket.bad(&busy(9_999))).expect("the probe");
        assert_eq!(breaker.shown().0, Shown::Open(LONGEST_PAUSE));
    }

    #[test]
    fn a_probe_that_is_given_up_lets_the_next_call_probe() {
        let breaker = opened();
        pass(15);
        drop(breaker.admit(false).expect("the probe"));
        assert!(breaker.admits() && breaker.admit(false).is_ok());
    }

    #[test]
    fn what_began_before_it_opened_changes_nothing_after() {
        let breaker = Breaker::default();
        let (early, late) = (breaker.admit(false).expect("closed"), breaker.admit(false).expect("closed"));
        (0..FAILURES).for_each(|_| fail(&breaker));
        early.good();
        assert!(!breaker.admits(), "an old success does not close it");
        pass(15);
        let probe = breaker.admit(false).expect("the probe");
        late.bad(&LlmError::Unreachable);
        probe.good();
        assert_eq!(breaker.shown().0, Shown::Closed(0));
    }

    #[test]
    fn who_must_may_try_an_open_circuit_and_closes_it_by_success() {
        let breaker = opened();
        let (probe, beside) = (breaker.admit(true).expect("anyway"), breaker.admit(true).expect("anyway"));
        beside.bad(&LlmError::Cut);
        probe.good();
        assert_eq!(breaker.shown().0, Shown::Closed(0));
    }
}
