//! Every rule of the shared corpus through the map, towards every other dialect: no panic, and the figures by reason.

use super::corpus::files;
use isoglot::diagnostic::{Fidelity, Loss};
use isoglot::idiom::recognise;
use isoglot::ir::{Dialect, Language, Plan, Rule};
use isoglot::lang::kusto::{self, Environment};
use isoglot::mapping::{Mapped, Sources, map_plan};
use isoglot::rulefile::{ReadContext, read};
use isoglot::schema::Catalog;
use std::collections::BTreeMap;
use std::sync::Arc;

fn plan_of(rule: &Rule) -> Option<Arc<Plan>> {
    if let Some(detection) = &rule.detection {
        return Some(detection.plan.clone());
    }
    let query = rule.queries.first().filter(|q| q.language == Language::Kusto)?;
    let parsed = kusto::parse(&query.text);
    kusto::lower(&parsed.query, &query.text, &Environment::new(Catalog::builtin())).plan
}

/// Counts of one direction.
#[derive(Default)]
struct Figures {
    covered: usize,
    exact: usize,
    approximate: usize,
    refused: usize,
    reasons: BTreeMap<String, usize>,
}

impl Figures {
    fn add(&mut self, mapped: &Mapped) {
        self.covered += 1;
        let approximate = mapped.losses.iter().any(|loss| loss.fidelity.is_approximate());
        match &mapped.plan {
            None => self.refused += 1,
            Some(_) if approximate => self.approximate += 1,
            Some(_) => self.exact += 1,
        }
        let telling =
            |loss: &&Loss| if mapped.plan.is_none() { loss.fidelity == Fidelity::Refused } else { loss.fidelity.is_approximate() };
        for loss in mapped.losses.iter().filter(telling) {
            *self.reasons.entry(format!("{:?} {}: {}", loss.fidelity, loss.code, loss.message)).or_default() += 1;
        }
    }

    fn print(&self, direction: &str) {
        println!("{direction}: {} covered, {} exact, {} approximate, {} refused", self.covered, self.exact, self.approximate, self.refused);
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (reason, count) in reasons.iter().take(20) {
            println!("  {count:4} {reason}");
        }
    }
}

/// Maps every rule of a folder that reads known sources alone. A refusal must come with a reason, and no reason without a place.
fn measure(folder: &str, from: Dialect, targets: [Dialect; 2], time: &str) {
    let mut figures = targets.map(|_| Figures::default());
    for path in files(folder) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for rule in read(&path.to_string_lossy(), &text, &ReadContext::builtin()).rules {
            let Some(plan) = plan_of(&rule).filter(|plan| Sources::builtin().covers(plan)) else { continue };
            let recognised = recognise(&plan, time);
            for (to, figures) in targets.iter().zip(&mut figures) {
                let mapped = map_plan(&recognised.plan, from, *to, Sources::builtin());
                assert!(
                    mapped.plan.is_some() || mapped.losses.iter().any(|l| l.fidelity == Fidelity::Refused),
                    "{}: no reason",
                    path.display()
                );
                figures.add(&mapped);
            }
        }
    }
    for (to, figures) in targets.iter().zip(&figures) {
        figures.print(&format!("{folder} {from:?} to {to:?}"));
    }
}

#[test]
fn elastic_rules_map() {
    measure("elastic/rules", Dialect::Elastic, [Dialect::Sentinel, Dialect::Sigma], "@timestamp");
}

#[test]
fn sentinel_rules_map() {
    measure("sentinel", Dialect::Sentinel, [Dialect::Elastic, Dialect::Sigma], "TimeGenerated");
}

/// The seeds as a detection engineer expects them: file, target, status, codes of what is lost.
#[test]
fn seeds_map_as_expected() {
    let expected: &[(&str, Dialect, bool, &[&str])] = &[
        ("entra-id-user-sign-in-with-unusual-client.toml", Dialect::Sentinel, true, &["field-not-in-target"]),
        ("entra-id-user-sign-in-with-unusual-client.toml", Dialect::Sigma, false, &["source-not-in-target"]),
        ("detect-cloud-accounts.kql", Dialect::Elastic, true, &[]),
        ("detect-cloud-accounts.kql", Dialect::Sigma, true, &[]),
        ("administrators-authenticating-to-another-tenant.yaml", Dialect::Elastic, false, &["source-not-mapped"]),
        ("azure-portal-sign-in-from-another-tenant.yaml", Dialect::Elastic, false, &["source-not-in-target"]),
        ("unfamiliar-signin-correlation.yaml", Dialect::Elastic, false, &["operator-not-mapped"]),
    ];
    for (name, to, maps, codes) in expected {
        let Some(path) = files("../seeds").into_iter().find(|path| path.ends_with(name)) else { continue };
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for rule in read(name, &text, &ReadContext::builtin()).rules {
            let Some(plan) = plan_of(&rule) else { panic!("{name} has no plan") };
            let time = if rule.dialect == Dialect::Elastic { "@timestamp" } else { "TimeGenerated" };
            let mapped = map_plan(&recognise(&plan, time).plan, rule.dialect, *to, Sources::builtin());
            let detection = mapped.losses.iter().filter(|loss| loss.fidelity != Fidelity::Metadata).map(|loss| loss.code);
            assert_eq!((mapped.plan.is_some(), detection.collect::<Vec<_>>()), (*maps, codes.to_vec()), "{name} to {to:?}");
        }
    }
}
