//! What comes out of a rule, which stage makes it, and whether entities and templates find it.

use super::lineage::Lineage;
use crate::ir::{Column, Named, Op, Plan, Rule};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// The columns that come out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outputs {
    /// The columns, without the many of a source that come out as they are.
    pub columns: Vec<Output>,
    /// How many columns of the source come out as they are, besides.
    pub untouched: usize,
    /// Whether whole events come out, with every field they have.
    pub open: bool,
}

/// A column that comes out.
#[derive(Clone, Debug, Serialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// The stage that makes it, or the source column that it is.
    pub made_by: String,
}

/// A use of output columns: an entity's identifier, a template's placeholder.
#[derive(Clone, Debug, Serialize)]
pub struct Use {
    /// What uses it: `entity Account.FullName`, `title`.
    pub what: String,
    /// The column.
    pub column: String,
    /// Whether it comes out; absent where that is not known.
    pub found: Option<bool>,
}

/// Columns that come out as the source has them and are listed by name; more are counted.
const MOST_UNTOUCHED: usize = 24;

/// Returns what comes out; `numbers` holds the stage of each operator.
pub(super) fn outputs(rule: &Rule, numbers: &HashMap<*const Plan, usize>) -> Outputs {
    let Some(detection) = &rule.detection else { return Outputs::default() };
    let plan = &detection.plan;
    if let Op::Threshold(threshold) = &plan.op {
        let made_by = numbers.get(&Arc::as_ptr(plan)).map_or_else(String::new, |number| format!("stage {number} (group key)"));
        let key = |key: &Named| Output { name: key.name.to_string(), ty: key.expr.ty.name(), made_by: made_by.clone() };
        return Outputs { columns: threshold.keys.iter().map(key).collect(), ..Outputs::default() };
    }
    let mut lineage = Lineage::default();
    let made: Vec<_> = plan.schema.columns.iter().map(|column| (column, maker(column, plan))).collect();
    let untouched = made.iter().filter(|(_, maker)| maker.is_none()).count();
    let mut out = Outputs { open: plan.schema.open, ..Outputs::default() };
    for (column, maker) in made {
        let made_by = match maker {
            Some((word, plan)) => match numbers.get(&Arc::as_ptr(plan)) {
                Some(number) => format!("stage {number} ({word})"),
                None => word.to_owned(),
            },
            None if untouched > MOST_UNTOUCHED => {
                out.untouched += 1;
                continue;
            }
            None => format!("`{}`", lineage.column(&column.name, plan).join("`, `")),
        };
        out.columns.push(Output { name: column.name.to_string(), ty: column.ty.name(), made_by });
    }
    out
}

/// The operator that makes a column; `None` for the source.
fn maker<'a>(column: &Column, plan: &'a Arc<Plan>) -> Option<(&'static str, &'a Arc<Plan>)> {
    let mut at = plan;
    let mut name = column.name.clone();
    loop {
        let named = match &at.op {
            Op::Extend { columns, .. } | Op::Serialize { columns, .. } => columns.iter().find(|c| c.name == name).map(|c| (c, "extend")),
            Op::Project { columns, .. } => columns.iter().find(|c| c.name == name).map(|c| (c, "project")),
            Op::Distinct { columns, .. } => columns.iter().find(|c| c.name == name).map(|c| (c, "distinct")),
            Op::Aggregate { keys, aggregates, .. } => {
                if aggregates.iter().any(|call| call.names.contains(&name)) {
                    return Some(("summarize", at));
                }
                keys.iter().find(|c| c.name == name).map(|c| (c, "summarize"))
            }
            Op::Expand { columns, .. } if columns.iter().any(|c| c.name == name) => return Some(("mv-expand", at)),
            Op::Parse { input, .. } | Op::ParseKeyValue { input, .. } if input.schema.column(&name).is_none() => {
                return Some(("parse", at));
            }
            Op::MakeSeries { .. } => return Some(("make-series", at)),
            _ => None,
        };
        if let Some((column, word)) = named {
            match &column.expr.kind {
                // A column handed on, under its name or another, is made further up.
                crate::ir::ExprKind::Column(inner) if *inner == name => {}
                _ => return Some((word, at)),
            }
        }
        let next = match &at.op {
            Op::Join { left, right, .. } if left.schema.column(&name).is_none() => {
                if right.schema.column(&name).is_none() {
                    name = Arc::from(name.strip_suffix('1').unwrap_or(&name));
                }
                Some(right)
            }
            op => op.piped(),
        };
        at = next?;
    }
}

/// Returns the uses of output columns in the alert.
pub(super) fn uses(rule: &Rule) -> Vec<Use> {
    let schema = rule.detection.as_ref().map(|detection| &detection.plan.schema);
    let found =
        |column: &str| schema.and_then(|schema| (schema.column(column).is_some() || !schema.open).then(|| schema.column(column).is_some()));
    let used = |what: String, column: &str| Use { what, column: column.to_owned(), found: found(column) };
    let mut out = Vec::new();
    for entity in &rule.alert.entities {
        for field in &entity.fields {
            out.push(used(format!("entity {}.{}", entity.kind.value, field.identifier.value), &field.column.value));
        }
    }
    for (what, template) in [("title", &rule.alert.title), ("description", &rule.alert.description)] {
        for column in template.iter().flat_map(|template| placeholders(&template.value)) {
            out.push(used(what.to_owned(), &column));
        }
    }
    for (what, column) in [("severity", &rule.alert.severity_column), ("tactics", &rule.alert.tactics_column)] {
        out.extend(column.iter().map(|column| used(what.to_owned(), &column.value)));
    }
    for (key, column) in rule.alert.custom_details.iter().chain(&rule.alert.dynamic_properties) {
        out.push(used(format!("detail {}", key.value), &column.value));
    }
    out
}

fn placeholders(template: &str) -> Vec<String> {
    let pieces = template.split("{{").skip(1);
    pieces.filter_map(|piece| piece.split_once("}}")).map(|(name, _)| name.trim().to_owned()).collect()
}
