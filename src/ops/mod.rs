//! Running the house: whether it is well.

mod checks;
pub mod health;
#[cfg(test)]
mod tests;
