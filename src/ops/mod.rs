//! Running the house: whether it is well.

mod checks;
pub mod health;
pub mod tallies;
#[cfg(test)]
mod tests;
