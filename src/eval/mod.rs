//! Runs plans on rows. It evaluates the IR and only the IR.
