//! What the law and the school's conscience ask for. Owns `audit_log`.

pub mod audit;
