//! Every rule of the shared corpus through the map, towards every other dialect: no panic, and the figures by reason.

use isoglot::idiom::recognise;
use isoglot::ir::{Dialect, Language, Plan, Rule};
use isoglot::lang::kusto::{self, Environment};
use isoglot::mapping::{Sources, map_plan};
use isoglot::rulefile::{ReadContext, read};
use isoglot::schema::Catalog;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The shared corpus, or loudly nothing.
fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = env!("CARGO_MANIFEST_DIR");
    let found = ["../shared/corpus", "../../shared/corpus"].iter().map(|up| Path::new(root).join(up).join(folder)).find(|p| p.exists());
    let Some(found) = found else {
        eprintln!("SKIPPED: {folder} of the shared corpus is not here");
        return Vec::new();
    };
    let entries = ignore::WalkBuilder::new(found).standard_filters(false).build().filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())).map(ignore::DirEntry::into_path).collect()
}

fn plan_of(rule: &Rule) -> Option<Arc<Plan>> {
    if let Some(detection) = &rule.detection {
        return Some(detection.plan.clone());
    }
    let query = rule.queries.first().filter(|q| q.language == Language::Kusto)?;
    let parsed = kusto::parse(&query.text);
    kusto::lower(&parsed.query, &query.text, &Environment::new(Catalog::builtin())).plan
}

#[expect(clippy::disallowed_methods, reason = "tests read the corpus")]
fn measure(folder: &str, from: Dialect, to: Dialect, time: &str) {
    let mut covered = 0;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for path in corpus(folder) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for rule in read(&path.to_string_lossy(), &text, &ReadContext::builtin()).rules {
            let Some(plan) = plan_of(&rule) else { continue };
            let recognised = recognise(&plan, time);
            let mapped = map_plan(&recognised.plan, from, to, Sources::builtin());
            if !mapped.covered {
                continue;
            }
            covered += 1;
            let status = match &mapped.plan {
                None => "refused",
                Some(_) if mapped.losses.iter().any(|l| l.fidelity.is_approximate()) => "approximate",
                Some(_) => "exact",
            };
            *counts.entry(status).or_default() += 1;
            for loss in mapped.losses.iter().filter(|l| l.fidelity.is_approximate() || mapped.plan.is_none()) {
                *reasons.entry(format!("{status} {:?} {}: {}", loss.fidelity, loss.code, loss.message)).or_default() += 1;
            }
        }
    }
    println!("{folder} {from:?} to {to:?}: {covered} covered, {counts:?}");
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.iter().take(30) {
        println!("  {count:4} {reason}");
    }
}

#[test]
fn elastic_rules_map() {
    measure("elastic/rules", Dialect::Elastic, Dialect::Sentinel, "@timestamp");
    measure("elastic/rules", Dialect::Elastic, Dialect::Sigma, "@timestamp");
}

#[test]
fn sentinel_rules_map() {
    measure("sentinel", Dialect::Sentinel, Dialect::Elastic, "TimeGenerated");
    measure("sentinel", Dialect::Sentinel, Dialect::Sigma, "TimeGenerated");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read the seeds")]
fn seeds_map() {
    for path in corpus("../seeds") {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for rule in read(&path.to_string_lossy(), &text, &ReadContext::builtin()).rules {
            let (time, targets) = match rule.dialect {
                Dialect::Elastic => ("@timestamp", [Dialect::Sentinel, Dialect::Sigma]),
                _ => ("TimeGenerated", [Dialect::Elastic, Dialect::Sigma]),
            };
            let Some(plan) = plan_of(&rule) else { continue };
            let recognised = recognise(&plan, time);
            for to in targets {
                let mapped = map_plan(&recognised.plan, rule.dialect, to, Sources::builtin());
                println!("{} to {to:?}: {:?} {:?} {}", path.display(), recognised.shape, mapped.sources, mapped.covered);
                println!(
                    "  {}",
                    mapped.plan.as_ref().map_or_else(|| "none".to_owned(), |p| format!("{:?}", p.op).chars().take(3000).collect())
                );
                for loss in &mapped.losses {
                    println!("  {:?} {}: {} [{}]", loss.fidelity, loss.code, loss.message, loss.span.start);
                }
            }
        }
    }
}
