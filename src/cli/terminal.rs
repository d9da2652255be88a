//! Standard output and standard error: colours, quietness, and the threads behind them.

use super::Failure;
use anstream::{AutoStream, ColorChoice as Colour};
use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::io::{self, IsTerminal as _, Write as _};

/// Stack of a worker: parsers and evaluators recurse, within their depth limits, in debug builds too.
const STACK_BYTES: usize = 32 << 20;

/// Files that are done before anybody looks for a progress bar.
const LONG: usize = 200;

/// What the user asked of the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    /// No summary, no progress.
    pub quiet: bool,
    /// Also what is passed over.
    pub verbose: bool,
    color: ColorChoice,
}

impl Terminal {
    pub(super) fn new(color: ColorChoice, quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose, color }
    }

    /// Tells whether standard error takes colours (`--color`, else terminal, `NO_COLOR`, `CLICOLOR`, `TERM`).
    pub(super) fn colors_errors(self) -> bool {
        self.colors(AutoStream::choice(&io::stderr()))
    }

    /// Writes a remark for people, unless they want quiet.
    pub(super) fn remark(self, text: &str) {
        if !self.quiet {
            note(text);
        }
    }

    /// Returns a bar for work of that many steps: shown on terminals only, and only once the work takes long.
    pub(super) fn progress(self, steps: usize) -> ProgressBar {
        let watched = !self.quiet && io::stderr().is_terminal() && steps > LONG;
        let target = if watched { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
        ProgressBar::with_draw_target(Some(steps as u64), target)
    }

    /// Says why the command could not run.
    pub(super) fn error(self, message: &str, help: Option<&str>) {
        let (red, bold, reset) = if self.colors_errors() { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        let help = help.map_or_else(String::new, |help| format!("{bold}help{reset}: {help}\n"));
        note(&format!("{red}error{reset}: {message}\n{help}"));
    }

    fn colors(self, auto: Colour) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => auto != Colour::Never,
        }
    }
}

/// Returns the columns of the terminal that standard output is; `None` where it is none.
pub(super) fn width() -> Option<u16> {
    terminal_size::terminal_size().filter(|_| io::stdout().is_terminal()).map(|(width, _)| width.0)
}

/// Writes text to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes text to standard error. Nobody is left to tell when that fails.
pub(super) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Builds the threads that all work is done on.
pub(super) fn workers() -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build()
        .map_err(|error| Failure::new(format!("cannot start worker threads: {error}")))
}
