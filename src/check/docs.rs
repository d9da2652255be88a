//! The documentation of a lint: the header of its file, which `explain` prints, `docs/lints.md` holds and a test runs.

use super::Lint;
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
