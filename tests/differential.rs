//! The differential run over the corpus: exact translations match the same events as their originals, and so do the ways back.

use super::corpus::texts;
use isoglot::diff::{Verdict, diff};
use isoglot::emit::{Status, Target, emit};
use isoglot::evidence::{Level, examine, read_back};
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};
use std::collections::BTreeMap;

/// What became of the rules of a folder, and of the way back.
#[derive(Default, Debug)]
struct Figures {
    exact: usize,
    levels: BTreeMap<Option<Level>, usize>,
    events: usize,
    /// Translations that no loss explained until events showed a difference.
    differ: Vec<String>,
    back: BTreeMap<&'static str, usize>,
}

impl Figures {
    fn add(&mut self, path: &str, text: &str, target: Target) {
        let sources = Sources::builtin();
        let context = ReadContext::builtin();
        for rule in read(path, text, &context).rules {
            let mut emitted = emit(&rule, text, target, sources);
            let back = read_back(&mut emitted, &context);
            if emitted.status != Status::Exact {
                continue;
            }
            let evidence = examine(&rule, &back, &mut emitted, sources, Level::Tested);
            if let Some(difference) = evidence.run.as_ref().and_then(|run| run.differences.first()) {
                self.differ.push(format!("{path}\n    {} on {}\n    mapped {}", difference.original, difference.event, difference.mapped));
                continue;
            }
            self.exact += 1;
            *self.levels.entry(evidence.level).or_default() += 1;
            self.events += evidence.run.as_ref().map_or(0, |run| run.events);
            let home = if rule.dialect == isoglot::ir::Dialect::Elastic {
                Target::Elastic
            } else if rule.dialect == isoglot::ir::Dialect::Sigma {
                Target::Sigma
            } else {
                Target::Sentinel
            };
            let (Some(translated), Some(written)) = (back.last(), emitted.text.clone()) else { continue };
            let mut returned = emit(translated, &written, home, sources);
            let again = read_back(&mut returned, &context);
            let verdict = match returned.status {
                Status::Refused => "refused",
                Status::Approximate => "approximate, every difference named",
                Status::Exact if again.last().is_some_and(|again| diff(&rule, again).verdict == Verdict::Equivalent) => "proven equivalent",
                Status::Exact => {
                    let evidence = examine(translated, &again, &mut returned, sources, Level::Tested);
                    match evidence.run.as_ref().and_then(|run| run.differences.first()) {
                        Some(difference) => {
                            println!("  the way back of {path} differs on {}", difference.event);
                            "a difference found and named"
                        }
                        None => "run without difference",
                    }
                }
            };
            *self.back.entry(verdict).or_default() += 1;
        }
    }
}

/// Measures the translations to each target; the number is how many are known to differ, which `convert` shows as approximate with the
/// event (`translation-differs`).
fn measure(folder: &str, targets: [(Target, usize); 2]) {
    let rules = texts(folder);
    for (target, known) in targets {
        let mut figures = Figures::default();
        rules.iter().for_each(|(path, text)| figures.add(path, text, target));
        println!(
            "{folder} -> {}: {} exact {:?}, {} events, {} differ\n  and back: {:?}",
            target.name(),
            figures.exact,
            figures.levels,
            figures.events,
            figures.differ.len(),
            figures.back
        );
        assert!(figures.differ.len() <= known, "exact translations that differ:\n{}", figures.differ.join("\n"));
    }
}

#[test]
fn exact_translations_of_sentinel_rules_match_the_same_events() {
    measure("sentinel", [(Target::Elastic, 0), (Target::Sigma, 0)]);
}

#[test]
fn exact_translations_of_elastic_rules_match_the_same_events() {
    measure("elastic/rules", [(Target::Sentinel, 0), (Target::Sigma, 0)]);
}

#[test]
fn exact_translations_of_sigma_rules_match_the_same_events() {
    measure("sigma/rules", [(Target::Sentinel, 0), (Target::Elastic, 0)]);
}
