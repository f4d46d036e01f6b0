//! How many calls there are at once: for one person and in all. Who finds no place waits a little, in order of arrival.
//!
//! Always true: a person who waits for one of their own places holds none of the house's; a place is given back when its
//! call ends, however it ends; nobody is remembered who has no call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use uuid::Uuid;

use super::LlmError;

/// Longest wait for a place.
pub(super) const WAIT: Duration = Duration::from_secs(3);

/// The places of this server.
pub(super) struct Places {
    all: Arc<Semaphore>,
    each: usize,
    wait: Duration,
    people: Arc<Mutex<HashMap<Uuid, Arc<Semaphore>>>>,
}

/// One call's place; given back when dropped.
pub(super) struct Place {
    _all: OwnedSemaphorePermit,
    _own: Option<Own>,
}

/// A person's place, or their waiting for it.
struct Own {
    people: Arc<Mutex<HashMap<Uuid, Arc<Semaphore>>>>,
    person: Uuid,
    permit: Option<OwnedSemaphorePermit>,
}

fn lock(people: &Mutex<HashMap<Uuid, Arc<Semaphore>>>) -> MutexGuard<'_, HashMap<Uuid, Arc<Semaphore>>> {
    people.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Places {
    /// So many in all and for each person; who finds none waits for so long.
    pub fn new(all: usize, each: usize, wait: Duration) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), each, wait, people: Arc::default() }
    }

    /// A place, as soon as there is one; [`LlmError::Busy`] when that takes too long.
    pub async fn take(&self, person: Option<Uuid>) -> Result<Place, LlmError> {
        timeout(self.wait, self.wait_for(person)).await.unwrap_or(Err(LlmError::Busy))
    }

    async fn wait_for(&self, person: Option<Uuid>) -> Result<Place, LlmError> {
        let own = match person {
            Some(person) => Some(self.wait_own(person).await?),
            None => None,
        };
        // It is never closed.
        let all = self.all.clone().acquire_owned().await.map_err(|_| LlmError::Busy)?;
        Ok(Place { _all: all, _own: own })
    }

    async fn wait_own(&self, person: Uuid) -> Result<Own, LlmError> {
        let mut own = Own { people: self.people.clone(), person, permit: None };
        let theirs = {
            let mut people = lock(&self.people);
            people.entry(person).or_insert_with(|| Arc::new(Semaphore::new(self.each))).clone()
        };
        own.permit = Some(theirs.acquire_owned().await.map_err(|_| LlmError::Busy)?);
        Ok(own)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut people = lock(&self.people);
        drop(self.permit.take());
        // Nobody else has or awaits a place: only the map knows the person.
        if people.get(&self.person).is_some_and(|theirs| Arc::strong_count(theirs) == 1) {
            people.remove(&self.person);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(400);

    #[tokio::test]
    async fn a_person_has_so_many_places_and_waits_a_few_seconds_for_the_next() {
        let places = Arc::new(Places::new(10, 2, SHORT));
        let (one, other) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        let (first, _second) = (places.take(one).await.expect("place"), places.take(one).await.expect("place"));
        assert_eq!(places.take(one).await.err(), Some(LlmError::Busy));
        assert!(places.take(other).await.is_ok() && places.take(None).await.is_ok(), "others are not concerned");
        let waiting = tokio::spawn({
            let places = places.clone();
            async move { places.take(one).await.is_ok() }
        });
        tokio::time::sleep(SHORT / 4).await;
        drop(first);
        assert!(waiting.await.expect("task"), "the place that was given back");
    }

    #[tokio::test]
    async fn the_house_has_so_many_places_and_a_person_who_waits_for_their_own_holds_none() {
        let places = Arc::new(Places::new(2, 1, SHORT));
        let one = Some(Uuid::from_u128(1));
        let _first = places.take(one).await.expect("place");
        let waiting = tokio::spawn({
            let places = places.clone();
            async move { places.take(one).await.err() }
        });
        tokio::task::yield_now().await;
        let second = places.take(None).await.expect("the last place");
        assert_eq!(places.take(None).await.err(), Some(LlmError::Busy));
        assert_eq!(waiting.await.expect("task"), Some(LlmError::Busy));
        drop(second);
        assert!(places.take(None).await.is_ok());
    }

    #[tokio::test]
    async fn nobody_is_remembered_without_a_call() {
        let places = Places::new(2, 1, SHORT);
        let place = places.take(Some(Uuid::from_u128(1))).await.expect("place");
        assert!(places.take(Some(Uuid::from_u128(1))).await.is_err());
        assert_eq!(lock(&places.people).len(), 1);
        drop(place);
        assert!(lock(&places.people).is_empty());
    }
}
