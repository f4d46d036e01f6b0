//! HTTP tests of the framework, on the real site.

mod assets;
mod bodies;
mod errors;
mod forged;
mod headers;
mod log;
mod paths;
mod sessions;
