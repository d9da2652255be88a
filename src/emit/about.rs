//! What every rule file says about itself: origin, name, description, authors, tags.

use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Rule};
use crate::source::Span;

/// Says where a translated rule came from.
pub(super) fn origin(rule: &Rule) -> String {
    let dialect = match rule.dialect {
        Dialect::Sentinel => "Sentinel",
        Dialect::Kql => "Kusto query",
        Dialect::Elastic => "Elastic",
        Dialect::Sigma => "Sigma",
    };
    match &rule.meta.id {
        Some(id) => format!("{dialect} rule {}", id.value),
        None => format!("a {dialect} rule without an id"),
    }
}

/// Returns the name, cut to the target's limit; a rule without one gets a fixed name, which is named.
pub(super) fn name(rule: &Rule, most: Option<usize>, losses: &mut Vec<Loss>) -> String {
    let Some(name) = &rule.meta.name else {
        losses.push(Loss::file("default-name", Fidelity::Metadata, Span::default(), "the original has no name"));
        return "Unnamed detection".to_owned();
    };
    cut(&name.value, most, "name", name.span, losses)
}

/// Returns the description, cut to the target's limit; a rule without one repeats its name, which is named.
pub(super) fn description(rule: &Rule, most: Option<usize>, losses: &mut Vec<Loss>) -> String {
    let Some(description) = &rule.meta.description else {
        losses.push(Loss::file("default-description", Fidelity::Metadata, Span::default(), "the original has no description"));
        return rule.meta.name.as_ref().map_or_else(|| "No description.".to_owned(), |name| name.value.clone());
    };
    cut(description.value.trim_end(), most, "description", description.span, losses)
}

fn cut(text: &str, most: Option<usize>, what: &str, span: Span, losses: &mut Vec<Loss>) -> String {
    let Some(most) = most.filter(|most| text.chars().count() > *most) else { return text.to_owned() };
    let message = format!("the {what} is cut to the target's {most} characters");
    losses.push(Loss::file("text-too-long", Fidelity::Metadata, span, message));
    text.chars().take(most).collect()
}

/// Returns the tags that are not ATT&CK references, which have fields of their own.
pub(super) fn tags(rule: &Rule) -> Vec<String> {
    rule.meta.tags.iter().map(|tag| tag.value.clone()).filter(|tag| !tag.starts_with("attack.")).collect()
}

/// Returns the known false positives, each without the indentation that it has in its file.
pub(super) fn false_positives(rule: &Rule) -> Vec<String> {
    let line_by_line = |text: &str| text.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
    rule.meta.false_positives.iter().map(|text| line_by_line(&text.value)).collect()
}

/// Returns the authors as one line.
pub(super) fn authors(rule: &Rule) -> Option<String> {
    let names: Vec<&str> = rule.meta.authors.iter().map(|author| author.value.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
