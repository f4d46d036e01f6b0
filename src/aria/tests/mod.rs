//! HTTP tests of the tutor.
