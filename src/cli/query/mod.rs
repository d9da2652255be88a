//! `isoglot query`: runs a bare query.

mod batch;

use super::terminal::Terminal;
use super::{Failure, Status};
use clap::Args;

/// Run a query on events and tables
#[derive(Args, Debug)]
#[command(
    after_help = "With --batch, each line of standard input is a question: `{\"id\", \"language\": \"kusto\", \"query\", \"now\"?, \"tables\"?}` \
                        or `{\"id\", \"language\": \"kuery\", \"query\", \"events\", \"schema\"?}`."
)]
pub(super) struct Arguments {
    /// Answer JSON Lines on standard input
    #[arg(long, required = true)]
    batch: bool,
}

pub(super) fn run(_arguments: &Arguments, _terminal: Terminal) -> Result<Status, Failure> {
    super::batch::run(batch::answer)?;
    Ok(Status::Clean)
}
