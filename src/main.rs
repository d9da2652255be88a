//! The `isoglot` binary.

fn main() {}
