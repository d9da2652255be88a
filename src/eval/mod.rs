//! Runs plans on rows. It evaluates the IR and only the IR.

pub mod event;
pub mod matching;
