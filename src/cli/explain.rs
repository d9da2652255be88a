//! `isoglot explain`: what a check code means; what a rule does is in `explain_rule`.

use super::terminal::{self, Terminal};
use super::{Failure, Status, explain_rule};
use crate::check::{self, Lint};
use crate::schema::suggest;
use clap::Args;

/// Say what a rule does, stage by stage, or what a check code means
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A rule file, or a code as `check` prints it in brackets; none lists all codes
    #[arg(value_name = "RULE|CODE")]
    code: Option<String>,
    /// How to lay out what is said of a rule
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: explain_rule::Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let Some(code) = &arguments.code else {
        terminal::print(&list())?;
        return Ok(Status::Clean);
    };
    if explain_rule::is_path(code) {
        return explain_rule::run(code, arguments.format, terminal);
    }
    let Some(lint) = check::lint(code) else {
        let failure = Failure::new(format!("no check has the code `{code}`"));
        return Err(match suggest(code, check::all().map(|lint| lint.code)) {
            Some(near) => failure.with_help(format!("did you mean `{near}`?")),
            None => failure.with_help("`isoglot explain` without a code lists all; a rule is named by its path"),
        });
    };
    terminal::print(&page(lint))?;
    Ok(Status::Clean)
}

/// One check, as its documentation has it.
fn page(lint: &Lint) -> String {
    let shown_to = if lint.persona_word() == "pedants" { " (with --pedantic)" } else { "" };
    format!("{}: {}{shown_to}\n\n{}\n", lint.code, lint.severity_word(), lint.docs().text.trim_end())
}

/// All checks, one a line.
fn list() -> String {
    let mut all: Vec<&Lint> = check::all().collect();
    all.sort_by_key(|lint| lint.code);
    let width = all.iter().map(|lint| lint.code.len()).max().unwrap_or(0);
    all.iter().map(|lint| format!("{:width$}  {:7}  {}\n", lint.code, lint.severity_word(), lint.docs().summary)).collect()
}
