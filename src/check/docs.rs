//! The documentation of a lint: the header of its file, which `explain` prints, `docs/lints.md` holds and a test runs.

use super::Lint;
use crate::diagnostic::{Persona, Severity};
use crate::ir::Dialect;

/// What the header of a lint's file says.
#[derive(Debug)]
pub struct Docs {
    /// Its first sentence, without the full stop.
    pub summary: String,
    /// All of it, as markdown.
    pub text: String,
    /// The rules in it.
    pub examples: Vec<Example>,
}

/// A rule, or the part of one that matters, in a lint's documentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// Its dialect.
    pub dialect: Dialect,
    /// Whether the lint finds something in it.
    pub bad: bool,
    /// The text.
    pub text: String,
}

impl Lint {
    /// Reads its documentation.
    pub fn docs(&self) -> Docs {
        let header = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        let text = header.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
        let summary = text.lines().next().unwrap_or("").trim_end_matches('.').to_owned();
        Docs { examples: examples(&text), summary, text }
    }
}

/// Finds the fenced blocks: ` ```kusto bad `, ` ```sentinel good `, …
fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match (open, line.strip_prefix("```")) {
            (false, Some(fence)) => {
                open = true;
                found.extend(opened(fence));
            }
            (true, Some(_)) => open = false,
            (true, None) => {
                if let Some(example) = found.last_mut() {
                    example.text.push_str(line);
                    example.text.push('\n');
                }
            }
            (false, None) => {}
        }
    }
    found
}

fn opened(fence: &str) -> Option<Example> {
    let (language, quality) = fence.split_once(' ')?;
    let dialect = match language {
        "kusto" => Dialect::Kql,
        "sentinel" => Dialect::Sentinel,
        "elastic" => Dialect::Elastic,
        "sigma" => Dialect::Sigma,
        _ => return None,
    };
    Some(Example { dialect, bad: quality == "bad", text: String::new() })
}

/// Writes the list of all lints, which is `docs/lints.md`.
pub fn markdown() -> String {
    let mut out = String::from(
        "# The checks\n\nMade from the headers of `src/check/*.rs` by a test. `isoglot explain CODE` prints one of them.\n\n| code | severity | for | finds |\n|---|---|---|---|\n",
    );
    let mut all: Vec<&Lint> = super::all().collect();
    all.sort_by_key(|lint| lint.code);
    for lint in &all {
        let (severity, persona) = (lint.severity_word(), lint.persona_word());
        out.push_str(&format!("| [{0}](#{0}) | {severity} | {persona} | {1} |\n", lint.code, lint.docs().summary));
    }
    for lint in all {
        out.push_str(&format!("\n## {}\n\n{}\n", lint.code, lint.docs().text.trim_end()));
    }
    out
}

impl Lint {
    /// Says how bad its findings are.
    pub fn severity_word(&self) -> &'static str {
        match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "remark",
        }
    }

    /// Says who hears its findings.
    pub fn persona_word(&self) -> &'static str {
        match self.persona {
            Persona::Regular => "everybody",
            Persona::Pedantic => "pedants",
        }
    }

    /// Tells whether it looks at rules itself; else a reader reports its code.
    pub fn looks_at_rules(&self) -> bool {
        self.check.is_some()
    }
}
