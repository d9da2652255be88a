//! `isoglot schema`: JSON Schemas of what isoglot writes and reads.

use super::baseline::Baseline;
use super::ir::Document;
use super::terminal::{self, Terminal};
use super::{Failure, Status};
use crate::diagnostic::{Diagnostic, Loss};
use crate::fixtures::format::Fixture;
use crate::report::json::Findings;
use crate::schema::suggest;
use clap::Args;
use schemars::{Schema, schema_for};

/// Print a JSON Schema
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Which; none lists all
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// A schema: its name, what it describes, and the schema itself.
type Row = (&'static str, &'static str, fn() -> Schema);

/// The schemas, by name.
static SCHEMAS: &[Row] = &[
    ("baseline", "the file of `check --write-baseline`", || schema_for!(Baseline)),
    ("diagnostic", "one finding of the library", || schema_for!(Diagnostic)),
    ("findings", "what `check --format json` prints", || schema_for!(Findings<'static>)),
    ("fixture", "the `test.yaml` beside a rule", || schema_for!(Fixture)),
    ("ir", "what `parse --ir` prints of a rule", || schema_for!(Document<'static>)),
    ("loss", "what a translation does not keep", || schema_for!(Loss)),
];

pub(super) fn run(arguments: &Arguments, _terminal: Terminal) -> Result<Status, Failure> {
    let Some(wanted) = &arguments.name else {
        let lines: String = SCHEMAS.iter().flat_map(|(name, what, _)| [format!("{name:12} {what}"), "\n".to_owned()]).collect();
        terminal::print(&lines)?;
        return Ok(Status::Clean);
    };
    let Some((_, _, schema)) = SCHEMAS.iter().find(|(name, _, _)| name == wanted) else {
        let names: Vec<&str> = SCHEMAS.iter().map(|(name, _, _)| *name).collect();
        let known = format!("known are {}", names.join(", "));
        let help = suggest(wanted, names).map_or_else(|| known.clone(), |name| format!("did you mean `{name}`? {known}"));
        return Err(Failure::new(format!("no schema is named `{wanted}`")).with_help(help));
    };
    terminal::print(&format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap_or_default()))?;
    Ok(Status::Clean)
}
