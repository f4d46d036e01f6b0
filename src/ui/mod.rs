//! Components that every room shares: fields, icons, charts, mathematics, Markdown. They know no domain and query
//! nothing; a component is a function from values to markup.

pub mod bands;
pub mod charts;
mod code;
pub mod fields;
pub mod filters;
pub mod icons;
pub mod markdown;
pub mod math;
pub mod qr;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tokens;
