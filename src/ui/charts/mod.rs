//! Charts as inline SVG made on the server: a function from numbers to markup.
//!
//! Always true: a chart has a title, a sentence that says the same in words, and its numbers as a table in
//! `<details>`; colours come from classes only, so that it follows the theme; a value that is not finite is drawn as 0
//! and one out of range at the edge; the text is 13.5 units high at 320 units of width, so ≥ 12 px on a phone of 360 px.

mod bar;
mod columns;
mod frame;
mod histogram;
mod line;
mod radar;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub use bar::{bar, share};
pub use columns::{Column, columns};
pub use histogram::{Bin, You, Zone, histogram};
pub use line::{Point, line};
pub use radar::radar;
pub use tree::{Item, Sign, tree};
