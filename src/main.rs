//! The `isoglot` binary: everything it does is in [`isoglot::cli`].

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Trees of rules are many small pieces: a quarter of all time went into the system's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    isoglot::cli::main()
}
