//! Tests of the house as a whole: who may use which route, and the description of the JSON contract.

mod access;
mod access_rows;
pub(crate) mod openapi;
mod records;
