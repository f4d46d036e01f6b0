//! Mass of rows for benchmarks.
