//! `isoglot coverage`: which ATT&CK techniques the rules name, as a layer for the ATT&CK Navigator.
//!
//! Layer format 4.5 (<https://github.com/mitre-attack/attack-navigator/blob/master/layers/LAYERFORMATv4_5.md>).

use super::terminal::{self, Terminal};
use super::{Failure, Status, input};
use crate::rulefile::{self, ReadContext};
use crate::schema::attack;
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Show which ATT&CK techniques rules cover
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files or folders [default: the working folder]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "navigator")]
    format: Format,
    /// The name of the layer
    #[arg(long, value_name = "NAME", default_value = "isoglot coverage")]
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A layer for the ATT&CK Navigator
    Navigator,
    /// A line a technique
    Text,
}

/// The names of the rules, by technique.
type Covered = BTreeMap<String, BTreeSet<String>>;

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Status, Failure> {
    let files = input::files(&arguments.paths)?;
    let found: Result<Vec<Vec<(String, String)>>, Failure> = files.par_iter().map(|path| techniques(path)).collect();
    let mut covered = Covered::new();
    for (technique, rule) in found?.into_iter().flatten() {
        covered.entry(technique).or_default().insert(rule);
    }
    terminal::print(&match arguments.format {
        Format::Navigator => layer(&arguments.name, &covered),
        Format::Text => covered.iter().map(|(id, rules)| line(id, rules)).collect(),
    })?;
    terminal.remark(&format!("{} techniques in {} files\n", covered.len(), files.len()));
    Ok(Status::Clean)
}

/// The techniques that the rules of a file name, each with the rule's name.
fn techniques(path: &str) -> Result<Vec<(String, String)>, Failure> {
    let Ok(text) = input::text(path)? else { return Ok(Vec::new()) };
    let read = rulefile::read(path, &text, &ReadContext::builtin());
    let named = read.rules.iter().flat_map(|rule| {
        let name = rule.meta.name.as_ref().map_or(path, |name| name.value.as_str());
        let references = rule.meta.attack.iter().filter(|reference| !reference.is_tactic);
        references.map(|reference| (reference.id.value.clone(), name.to_owned())).collect::<Vec<_>>()
    });
    Ok(named.collect())
}

fn layer(name: &str, covered: &Covered) -> String {
    let technique = |(id, rules): (&String, &BTreeSet<String>)| {
        let names: Vec<&str> = rules.iter().map(String::as_str).collect();
        json!({ "techniqueID": id, "score": rules.len(), "comment": names.join("\n"), "enabled": true, "showSubtechniques": id.contains('.') })
    };
    let most = covered.values().map(BTreeSet::len).max().unwrap_or(1);
    let layer = json!({
        "name": name,
        "domain": "enterprise-attack",
        "versions": { "layer": "4.5", "attack": "17", "navigator": "5.1.0" },
        "description": "number of rules for each technique",
        "techniques": covered.iter().map(technique).collect::<Vec<Json>>(),
        "gradient": { "colors": ["#ffe766", "#8ec843"], "minValue": 1, "maxValue": most },
        "hideDisabled": false,
    });
    format!("{}\n", serde_json::to_string_pretty(&layer).unwrap_or_default())
}

fn line(id: &str, rules: &BTreeSet<String>) -> String {
    let name = attack::technique(id).map_or("", |technique| technique.name);
    format!("{id:10} {:4}  {name}\n", rules.len())
}
