//! The `correlation` of a Sigma rule, as written.

use super::super::duration;
use super::super::fields::Fields;
use crate::diagnostic::Diagnostic;
use crate::ir::CorrelationForm;
use crate::lang::sigma::COMPARISONS;
use crate::source::{Node, Span, Spanned};

/// Reads the correlation.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<CorrelationForm> {
    fields.table(&["correlation"], |inner| {
        let span = inner.span();
        let kind = inner.text(&["type"]);
        if kind.is_none() {
            let at = Span::at(span.start as usize);
            inner.problems.push(Diagnostic::error("missing-field", at, "the correlation has no `type`"));
        }
        let mut form = CorrelationForm {
            kind: kind.unwrap_or_default(),
            rules: inner.texts(&["rules"]),
            keys: inner.texts(&["group-by"]),
            window: inner.converted(&["timespan", "timeframe"], "a duration like 15m", duration::simple).unwrap_or_default(),
            aliases: aliases(inner),
            generate: inner.flag(&["generate"]).is_some_and(|g| g.value),
            span,
            ..CorrelationForm::default()
        };
        condition(inner, &mut form);
        form
    })
}

fn condition(fields: &mut Fields<'_>, form: &mut CorrelationForm) {
    let Some(node) = fields.node(&["condition"]) else { return };
    if node.scalar().is_some() {
        form.condition = node.spanned();
        return;
    }
    fields.table(&["condition"], |inner| {
        let number = |text: &str| text.parse::<f64>().ok();
        for (name, _) in COMPARISONS {
            let Some(key) = inner.key(name) else { continue };
            let value = inner.converted(&[name], "a number", number);
            form.comparisons.extend(value.map(|v| (key, v)));
        }
        form.fields = inner.texts(&["field"]);
        form.percentile = inner.converted(&["percentile"], "a number", number);
    });
}

fn aliases(fields: &mut Fields<'_>) -> Vec<(Spanned<String>, Spanned<String>, Spanned<String>)> {
    let Some(node) = fields.node(&["aliases"]) else { return Vec::new() };
    let mut found = Vec::new();
    for alias in node.entries() {
        let rules = alias.value.entries().iter().map(|e| (alias.key.spanned(), e.key.spanned(), Node::spanned(&e.value)));
        found.extend(rules.filter_map(|(alias, rule, field)| Some((alias?, rule?, field?))));
    }
    found
}
