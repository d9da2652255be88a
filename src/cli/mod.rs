//! The command line: the only module besides the loader in `source` that touches files, environment and terminal.
//!
//! One file a subcommand. The commands, their output and their exit status are a contract (design §7): scripts use them.

mod baseline;
mod batch;
mod check;
mod clock;
mod config;
mod convert;
mod convert_out;
mod coverage;
mod diff;
mod engine;
mod explain;
mod explain_rule;
mod failure;
mod files;
mod fixes;
mod fmt;
mod format;
mod git;
mod input;
mod ir;
mod languages;
mod parse;
mod pieces;
mod query;
mod run;
mod schema;
mod snapshot;
mod statistics;
mod terminal;
mod test;
mod translate;
mod workspace;

use clap::{Args, ColorChoice, Parser, Subcommand};
pub use failure::{Failure, Status};
use std::process::ExitCode;
use terminal::Terminal;

/// One rule, every tongue: reads, checks, translates and runs detection rules of Sentinel, Elastic and Sigma.
#[derive(Debug, Parser)]
#[command(name = "isoglot", version, propagate_version = true, disable_help_subcommand = true, infer_subcommands = false)]
#[command(after_help = "Exit status: 0 nothing to report, 1 findings, 2 could not run.")]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
struct Global {
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    color: ColorChoice,
    /// Print no summary and no progress
    #[arg(long, short, global = true, display_order = 901)]
    quiet: bool,
    /// Say also what is passed over, and why
    #[arg(long, short, global = true, conflicts_with = "quiet", display_order = 902)]
    verbose: bool,
}

/// The commands. A variant stands here once its command does all that it promises.
#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Coverage(coverage::Arguments),
    Explain(explain::Arguments),
    Convert(convert::Arguments),
    Diff(diff::Arguments),
    Fmt(fmt::Arguments),
    Parse(parse::Arguments),
    Query(query::Arguments),
    Schema(schema::Arguments),
    Run(run::Arguments),
    Snapshot(snapshot::Arguments),
    Test(test::Arguments),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.global.color, arguments.global.quiet, arguments.global.verbose);
    let done = terminal::workers().and_then(|pool| {
        pool.install(|| match &arguments.command {
            Command::Check(arguments) => check::run(arguments, terminal),
            Command::Convert(arguments) => convert::run(arguments, terminal),
            Command::Diff(arguments) => diff::run(arguments, terminal),
            Command::Fmt(arguments) => fmt::run(arguments, terminal),
            Command::Coverage(arguments) => coverage::run(arguments, terminal),
            Command::Explain(arguments) => explain::run(arguments, terminal),
            Command::Parse(arguments) => parse::run(arguments, terminal),
            Command::Query(arguments) => query::run(arguments, terminal),
            Command::Schema(arguments) => schema::run(arguments, terminal),
            Command::Run(arguments) => run::run(arguments, terminal),
            Command::Snapshot(arguments) => snapshot::run(arguments, terminal),
            Command::Test(arguments) => test::run(arguments, terminal),
        })
    });
    match done {
        Ok(Status::Clean) | Err(Failure::ClosedOutput) => ExitCode::SUCCESS,
        Ok(Status::Findings) => ExitCode::from(1),
        Err(Failure::Stopped { message, help }) => {
            terminal.error(&message, help.as_deref());
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
