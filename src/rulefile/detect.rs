//! Finds out what a file is, from its content; the ending of its name only says which syntax to try.

use super::ReadFile;
use crate::ir::Dialect;
use crate::source::{Node, body_start, toml, yaml};

/// A file of rules, as far as its syntax is read.
pub(super) enum Format {
    /// A bare Kusto query.
    Kql,
    /// Kibana's export, one rule a line.
    Ndjson,
    /// TOML with a `[rule]` or a `[hunt]`.
    Toml(Node),
    /// Documents of which one at least is a Sentinel rule.
    Sentinel(Vec<Node>),
    /// Documents of which one at least is a Sigma rule.
    Sigma(Vec<Node>),
}

enum Syntax {
    Kql,
    Ndjson,
    Toml,
    Yaml,
}

/// Keys at the start of a line that tell a broken YAML file to be a rule.
const SENTINEL_MARKS: [&str; 6] =
    ["query:", "FunctionQuery:", "queryFrequency:", "queryPeriod:", "requiredDataConnectors:", "relevantTechniques:"];
const SIGMA_MARKS: [&str; 3] = ["detection:", "logsource:", "correlation:"];

/// Returns the format, or the file as it is when there is nothing to read in it.
pub(super) fn format(path: &str, text: &str, forced: Option<Dialect>) -> Result<Format, ReadFile> {
    match syntax(path, text, forced) {
        Syntax::Kql => Ok(Format::Kql),
        Syntax::Ndjson => Ok(Format::Ndjson),
        Syntax::Toml => toml_format(text, forced),
        Syntax::Yaml => yaml_format(text, forced),
    }
}

fn syntax(path: &str, text: &str, forced: Option<Dialect>) -> Syntax {
    let ending = path.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    let by_ending = match ending.as_str() {
        "kql" | "csl" => Some(Syntax::Kql),
        "ndjson" => Some(Syntax::Ndjson),
        "toml" => Some(Syntax::Toml),
        "yaml" | "yml" => Some(Syntax::Yaml),
        _ => None,
    };
    let body = text.get(body_start(text)..).unwrap_or("").trim_start();
    let elastic = || if body.starts_with('{') { Syntax::Ndjson } else { Syntax::Toml };
    match (forced, by_ending) {
        (Some(Dialect::Kql), _) => Syntax::Kql,
        (Some(Dialect::Sentinel | Dialect::Sigma), _) => Syntax::Yaml,
        (Some(Dialect::Elastic), Some(known @ (Syntax::Toml | Syntax::Ndjson))) => known,
        (Some(Dialect::Elastic), _) => elastic(),
        (None, Some(known)) => known,
        (None, None) => by_content(body),
    }
}

/// Tells the syntax of a text without a name, such as standard input.
fn by_content(body: &str) -> Syntax {
    let has_line = |mark: &str| body.lines().any(|line| line.trim_end() == mark);
    if body.starts_with('{') {
        Syntax::Ndjson
    } else if has_line("[rule]") || has_line("[hunt]") {
        Syntax::Toml
    } else if is_marked(body, &SENTINEL_MARKS) || is_marked(body, &SIGMA_MARKS) {
        Syntax::Yaml
    } else {
        Syntax::Kql
    }
}

fn is_marked(text: &str, marks: &[&str]) -> bool {
    text.lines().any(|line| marks.iter().any(|mark| line.starts_with(mark)))
}

fn toml_format(text: &str, forced: Option<Dialect>) -> Result<Format, ReadFile> {
    let is_rule = |text: &str| text.lines().any(|line| matches!(line.trim_end(), "[rule]" | "[hunt]"));
    match toml::parse(text) {
        Ok(root) if root.get("rule").is_some() || root.get("hunt").is_some() => Ok(Format::Toml(root)),
        Ok(root) if forced.is_some() => Ok(Format::Toml(root)),
        Ok(_) => Err(ReadFile::skip("TOML without a [rule] or [hunt] table")),
        Err(faults) if forced.is_some() || is_rule(text) => {
            Err(ReadFile::broken(Dialect::Elastic, faults.into_iter().map(Into::into).collect()))
        }
        Err(_) => Err(ReadFile::skip("not valid TOML, and nothing of a rule in it")),
    }
}

fn yaml_format(text: &str, forced: Option<Dialect>) -> Result<Format, ReadFile> {
    let documents = match yaml::parse(text) {
        Ok(documents) => documents,
        Err(faults) => {
            let seen = if is_marked(text, &SIGMA_MARKS) {
                Some(Dialect::Sigma)
            } else {
                is_marked(text, &SENTINEL_MARKS).then_some(Dialect::Sentinel)
            };
            let Some(dialect) = forced.or(seen) else {
                return Err(ReadFile::skip("not valid YAML, and nothing of a rule in it"));
            };
            return Err(ReadFile::broken(dialect, faults.into_iter().map(Into::into).collect()));
        }
    };
    match forced {
        Some(Dialect::Sigma) => Ok(Format::Sigma(documents)),
        Some(_) => Ok(Format::Sentinel(documents)),
        None if documents.iter().any(is_sigma) => Ok(Format::Sigma(documents)),
        None if documents.iter().any(is_sentinel) => Ok(Format::Sentinel(documents)),
        None => Err(ReadFile::skip("YAML without a query, a detection or a correlation")),
    }
}

/// Tells whether a document is a Sigma rule, correlation or filter.
pub(super) fn is_sigma(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    let is_mapping = |key: &str| node.get(key).is_some_and(Node::is_mapping);
    has("detection")
        || is_mapping("correlation")
        || (has("title") && (has("logsource") || is_mapping("filter")))
        || (has("logsource") && has("filter"))
}

/// Tells whether a document is a Sentinel rule.
pub(super) fn is_sentinel(node: &Node) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| node.get(key).is_some());
    let described = has(&["id", "Id", "name", "Name", "DisplayName", "displayName", "kind", "tactics", "severity", "description"]);
    (has(&["query", "Query"]) && described) || has(&["queryFrequency", "triggerOperator"])
}
