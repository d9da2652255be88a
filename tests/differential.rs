//! The differential run over the corpus: exact translations match the same events as their originals, and so do the ways back.

use super::corpus::texts;
use isoglot::diff::{Verdict, diff};
use isoglot::emit::{Status, Target, emit};
use isoglot::evidence::{Level, examine, read_back};
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};
use std::collections::BTreeMap;

/// Ways back: the same by proof, the same on events, another one by an event that no loss explains.
const PROVEN: &str = "proven equivalent";
const RUN: &str = "run without difference";
const DIFFERS: &str = "a difference found and named";

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
                Status::Exact if again.last().is_some_and(|again| diff(&rule, again).verdict == Verdict::Equivalent) => PROVEN,
                Status::Exact => {
                    let evidence = examine(translated, &again, &mut returned, sources, Level::Tested);
                    match evidence.run.as_ref().and_then(|run| run.differences.first()) {
                        Some(difference) => {
                            println!("  the way back of {path} differs on {}", difference.event);
                            DIFFERS
                        }
                        None => RUN,
                    }
                }
            };
            *self.back.entry(verdict).or_default() += 1;
        }
    }
}

/// Measures the translations to each target and the ways back; the number is the least share of these, in percent, that come back
/// equivalent, proven or run without a difference.
fn measure(folder: &str, targets: [(Target, usize); 2]) {
    let rules = texts(folder);
    for (target, least) in targets {
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
        assert!(figures.differ.is_empty(), "exact translations that differ:\n{}", figures.differ.join("\n"));
        let came_back: usize = [PROVEN, RUN].iter().filter_map(|verdict| figures.back.get(verdict)).sum();
        let all: usize = figures.back.values().sum();
        assert!(came_back * 100 >= least * all, "{came_back} of {all} came back: {:?}", figures.back);
        assert_eq!(figures.back.get(DIFFERS), None, "ways back that differ without a loss");
    }
}

#[test]
fn exact_translations_of_sentinel_rules_match_the_same_events() {
    measure("sentinel", [(Target::Elastic, 95), (Target::Sigma, 90)]);
}

#[test]
fn exact_translations_of_elastic_rules_match_the_same_events() {
    measure("elastic/rules", [(Target::Sentinel, 98), (Target::Sigma, 92)]);
}

#[test]
fn exact_translations_of_sigma_rules_match_the_same_events() {
    measure("sigma/rules", [(Target::Sentinel, 98), (Target::Elastic, 99)]);
}
