//! The lints: one file each, with its docs, examples and tests.
