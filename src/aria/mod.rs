//! The tutor ARIA: what it says, what it must never let pass, what never leaves the machine.
//!
//! Pure parts only, without database or network: [`safety`] recognises signs of danger in a message, [`masking`] hides
//! who is spoken of before a prompt leaves, [`prompts`] are the instructions to the model.

pub mod masking;
pub mod prompts;
pub mod safety;
