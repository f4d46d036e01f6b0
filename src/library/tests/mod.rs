//! Tests of the library.

mod child;
