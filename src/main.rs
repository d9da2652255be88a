//! The `isoglot` binary: everything it does is in [`isoglot::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    isoglot::cli::main()
}
