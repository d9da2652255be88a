//! What an alert of a Sentinel rule looks like: entities, templates, details, grouping, suppression.

use super::super::duration;
use super::super::fields::Fields;
use crate::ir::{AlertShape, Entity, EntityField, Grouping, Suppression};
use crate::source::Spanned;

type Pairs = Vec<(Spanned<String>, Spanned<String>)>;

/// Reads everything that shapes an alert.
pub(super) fn shape(fields: &mut Fields<'_>) -> AlertShape {
    let mut shape = AlertShape {
        entities: entities(fields),
        custom_details: custom_details(fields),
        grouping: grouping(fields),
        suppression: suppression(fields),
        ..AlertShape::default()
    };
    fields.table(&["alertDetailsOverride"], |inner| {
        shape.title = inner.text(&["alertDisplayNameFormat"]);
        shape.description = inner.text(&["alertDescriptionFormat"]);
        shape.severity_column = inner.text(&["alertSeverityColumnName"]);
        shape.tactics_column = inner.text(&["alertTacticsColumnName"]);
        shape.dynamic_properties = pairs(inner, "alertDynamicProperties", "alertProperty", "value");
    });
    shape
}

fn entities(fields: &mut Fields<'_>) -> Vec<Entity> {
    let read = |entity: &mut Fields<'_>| {
        let kind = entity.text(&["entityType"]);
        let mappings = pairs(entity, "fieldMappings", "identifier", "columnName");
        let fields = mappings.into_iter().map(|(identifier, column)| EntityField { identifier, column }).collect();
        Some(Entity { kind: kind?, fields })
    };
    fields.tables(&["entityMappings"], read).into_iter().flatten().collect()
}

fn pairs(fields: &mut Fields<'_>, key: &str, left: &str, right: &str) -> Pairs {
    let read = |inner: &mut Fields<'_>| {
        let pair = inner.text(&[left]).zip(inner.text(&[right]));
        if pair.is_none() {
            // Half a pair says nothing to the IR; it stays as it is.
            inner.keep(left);
            inner.keep(right);
        }
        pair
    };
    fields.tables(&[key], read).into_iter().flatten().collect()
}

fn custom_details(fields: &mut Fields<'_>) -> Pairs {
    let Some(node) = fields.node(&["customDetails"]) else { return Vec::new() };
    let details: Pairs = node.entries().iter().filter_map(|e| Some((e.key.spanned()?, e.value.spanned()?))).collect();
    if details.len() != node.entries().len() {
        fields.keep("customDetails");
    }
    details
}

fn grouping(fields: &mut Fields<'_>) -> Option<Spanned<Grouping>> {
    let convert = |text: &str| match text.to_ascii_lowercase().as_str() {
        "singlealert" => Some(Grouping::SingleAlert),
        "alertperresult" => Some(Grouping::AlertPerResult),
        _ => None,
    };
    let what = "SingleAlert or AlertPerResult";
    fields.table(&["eventGroupingSettings"], |inner| inner.converted(&["aggregationKind"], what, convert)).flatten()
}

/// Reads the suppression. A duration that is switched off is no suppression, but stays in the file's own words.
fn suppression(fields: &mut Fields<'_>) -> Option<Suppression> {
    let enabled = fields.flag(&["suppressionEnabled"]);
    let duration = fields.converted(&["suppressionDuration"], "a duration like 5h or PT5H", duration::sentinel);
    let Some(on) = enabled.filter(|e| e.value) else {
        fields.keep("suppressionEnabled");
        fields.keep("suppressionDuration");
        return None;
    };
    let span = duration.as_ref().map_or(on.span, |d| on.span.to(d.span));
    Some(Suppression { duration: duration.map(|d| d.value), fields: Vec::new(), missing_apart: false, span })
}
