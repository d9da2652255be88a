//! Groups of which several things are tested, or one from above: a correlation for each test, and one over those.
//!
//! Tests that all hold are a `temporal` correlation of correlations, tests of which one holds count the correlations that fire
//! (<https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md>, "Condition": "you can
//! always chain correlation rules together").

use super::steps::{self, StepRule};
use super::{Correlation, Document, EVENTS, Inner, Test, correlation_id, documents, field, group_by, titled};
use crate::diagnostic::{Fidelity, Loss};
use crate::emit::{Refused, Target, form, identity, refuse, timing};
use crate::idiom::{self, GroupTest, Groups, Measure, Tests, esql};
use crate::ir::{Comparison, Detection, Dialect, Language, Op, Rule};
use crate::lang::sigma::COMPARISONS;
use crate::mapping::Sources;
use crate::source::Span;
use uuid::Uuid;

/// What is written so far.
struct Writer<'a> {
    rule: &'a Rule,
    sources: &'a Sources,
    own: Uuid,
    timespan: String,
    /// The rules of events, each with its name.
    events: Vec<(String, Document)>,
    inner: Vec<Inner>,
    losses: Vec<Loss>,
}

/// Recognises tested groups in a rule.
pub(super) fn recognised(rule: &Rule) -> Option<Groups> {
    let plan = &rule.detection.as_ref()?.plan;
    let time = rule.dialect.time_column();
    if rule.queries.first().is_none_or(|query| query.language != Language::Esql) {
        return idiom::groups(plan, time);
    }
    let shared = esql::shared(plan);
    let mut found = idiom::groups(&shared.plan, time)?;
    found.set_aside.extend(shared.set_aside);
    Some(found)
}

/// Writes the rules of the events and the correlations over them.
pub(super) fn written(
    groups: &Groups,
    rule: &Rule,
    sources: &Sources,
    losses: &mut Vec<Loss>,
) -> Result<(Vec<Document>, Correlation), Refused> {
    let window = groups.window.unwrap_or_else(|| timing::of(rule, groups.bounds, losses).lookback);
    losses.extend(groups.set_aside.iter().cloned());
    let own = identity::derived(rule, Target::Sigma);
    let timespan = timing::words(window);
    let mut writer = Writer { rule, sources, own, timespan, events: Vec::new(), inner: Vec::new(), losses: Vec::new() };
    let written = writer.tests(&groups.tests);
    for loss in writer.losses {
        if !losses.contains(&loss) {
            losses.push(loss);
        }
    }
    let test = written?;
    let mut events = writer.events.into_iter();
    let Some((first, document)) = events.next() else {
        return Err(refuse("no-condition", Span::default(), "the groups are of no events"));
    };
    let steps =
        events.map(|(name, document)| StepRule::new(titled(rule, "Events", &name.replace('_', " ")), name, document, &own)).collect();
    Ok((vec![document], Correlation { id: correlation_id(rule), test, first, steps, inner: writer.inner }))
}

impl Writer<'_> {
    fn tests(&mut self, tests: &Tests) -> Result<Test, Refused> {
        match tests {
            Tests::One(test) => self.one(test),
            Tests::All(several) => {
                let message = "each test of a group looks at its own stretch of the time span, the original at one for all";
                let span = several.first().and_then(first).map(|test| test.groups.span).unwrap_or_default();
                self.losses.push(Loss::query("group-tests-apart", Fidelity::Wider, span, message));
                self.over("temporal", several, Vec::new())
            }
            Tests::Any(several) => self.over("event_count", several, vec![("gte", "1".to_owned())]),
        }
    }

    /// A correlation over correlations.
    fn over(&mut self, kind: &'static str, several: &[Tests], limits: Vec<(&'static str, String)>) -> Result<Test, Refused> {
        let mut rules = Vec::new();
        let mut group_by = Vec::new();
        for tests in several {
            let test = self.tests(tests)?;
            let number = self.inner.len() + 1;
            let name = format!("condition_{number}");
            let title = titled(self.rule, "Groups", &format!("condition {number}"));
            group_by.clone_from(&test.group_by);
            rules.push(name.clone());
            self.inner.push(Inner { title, id: Uuid::new_v5(&self.own, name.as_bytes()).to_string(), name, test });
        }
        Ok(Test { kind, rules, group_by, aliases: Vec::new(), timespan: self.timespan.clone(), limits, field: None })
    }

    /// The correlation of one test.
    fn one(&mut self, test: &GroupTest) -> Result<Test, Refused> {
        let detection = self.rule.detection.as_ref().map(|detection| Detection { plan: test.groups.clone(), ..detection.clone() });
        let passing = Rule { detection, ..self.rule.clone() };
        let mut own = Vec::new();
        let mapped = form::mapped(&passing, Dialect::Sigma, self.sources, &mut own);
        // A limit from above turns what makes groups larger round.
        let turned = |loss: Loss| if test.is_from_above() { loss.either_way() } else { loss };
        self.losses.extend(own.into_iter().map(turned));
        let mapped = mapped?;
        let Op::Threshold(threshold) = &mapped.plan.op else { return Err(form::obstacle(&mapped.plan, "a Sigma rule")) };
        let span = mapped.plan.span;
        self.losses.extend(form::missing_key_ignored(threshold, span, "a Sigma correlation"));
        let there = steps::keys_present(threshold.keys.iter().map(|key| &key.expr), span);
        let input = steps::with_condition(&threshold.input, there.filter(|_| threshold.skip_missing));
        let mut own = Vec::new();
        let found = documents(&input, &mut own)?;
        self.losses.extend(own.into_iter().map(turned));
        let rules = found.into_iter().map(|document| self.name(document)).collect();
        if test.is_from_above() {
            let message = "a limit from above is tested when the time span is over, not each time that the rule runs";
            self.losses.push(Loss::query("limit-from-above", Fidelity::Schedule, span, message));
        }
        let kind = match test.measure {
            Measure::Events => "event_count",
            Measure::Values => "value_count",
            Measure::Sum => "value_sum",
            Measure::Average => "value_avg",
        };
        let counted = threshold.cardinality.first().map(|(column, _)| field(&column.expr)).transpose()?;
        let (op, number) = test.limit;
        let limits = vec![(word(op), number.to_string())];
        Ok(Test {
            kind,
            rules,
            group_by: group_by(threshold)?,
            aliases: Vec::new(),
            timespan: self.timespan.clone(),
            limits,
            field: counted,
        })
    }

    /// Names a rule of events; the same one once.
    fn name(&mut self, document: Document) -> String {
        if let Some((name, _)) = self.events.iter().find(|(_, known)| *known == document) {
            return name.clone();
        }
        let name = if self.events.is_empty() { EVENTS.to_owned() } else { format!("{EVENTS}_{}", self.events.len() + 1) };
        self.events.push((name.clone(), document));
        name
    }
}

fn first(tests: &Tests) -> Option<&GroupTest> {
    match tests {
        Tests::One(test) => Some(test),
        Tests::All(several) | Tests::Any(several) => several.first().and_then(first),
    }
}

fn word(op: Comparison) -> &'static str {
    COMPARISONS.iter().find(|(_, known)| *known == op).map_or("eq", |(word, _)| word)
}
