//! The command line: the only module besides the loader in `source` that touches files, environment and terminal.
