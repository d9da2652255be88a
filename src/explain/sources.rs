//! What a rule reads.

use crate::ir::{Op, Plan, Rule, TableSource};
use std::sync::Arc;

/// Returns everything that a rule reads, each once.
pub(super) fn reads(rule: &Rule) -> Vec<String> {
    let Some(detection) = &rule.detection else { return Vec::new() };
    let mut found = Vec::new();
    detection.plan.walk(&mut |node: &Arc<Plan>| {
        if let Op::Scan(source) = &node.op {
            let name = words(source);
            if !found.contains(&name) {
                found.push(name);
            }
        }
    });
    found
}

/// A source with the word for its kind.
pub(super) fn words(source: &TableSource) -> String {
    match source {
        TableSource::Table(name) => format!("table `{name}`"),
        TableSource::Index(patterns) if patterns.is_empty() => "all indices".to_owned(),
        TableSource::Index(patterns) => {
            let names: Vec<String> = patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
            format!("{} {}", if names.len() == 1 { "index" } else { "indices" }, names.join(", "))
        }
        TableSource::LogSource { .. } => format!("log source `{}`", name(source)),
        TableSource::Watchlist(alias) => format!("watchlist `{alias}`"),
        TableSource::Function { name, .. } => format!("saved function `{name}`"),
        TableSource::External { urls, .. } => format!("external data {}", urls.join(", ")),
    }
}

/// A source as the owner of its columns.
pub(super) fn name(source: &TableSource) -> String {
    match source {
        TableSource::Table(name) | TableSource::Function { name, .. } | TableSource::Watchlist(name) => name.to_string(),
        TableSource::LogSource { category, product, service } => {
            let parts: Vec<&str> = [product, category, service].into_iter().flatten().map(|part| &**part).collect();
            if parts.is_empty() { "any".to_owned() } else { parts.join("/") }
        }
        TableSource::Index(_) => "event".to_owned(),
        TableSource::External { .. } => "external data".to_owned(),
    }
}
