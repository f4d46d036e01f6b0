//! Jobs of the tutor: see [`super::memories`].

pub use super::memories::jobs::{ForgetOld, LookForQuietConversations, Remember};
