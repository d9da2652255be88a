//! What each operator does, in a sentence.

use super::sources;
use super::wording::{expression, list};
use crate::ir::convert::to_text;
use crate::ir::timespan::in_units;
use crate::ir::{
    Aggregate, Comparison, Correlation, ExprKind, JoinKey, JoinKind, Named, Op, Plan, SortKey, UnionColumns, Value, WindowSide,
};
use std::sync::Arc;

/// Describes an operator; `inputs` are the names of what it reads besides the piped rows.
pub(super) fn sentence(plan: &Plan, text: &str, inputs: &[String]) -> String {
    let of = |expr: &crate::ir::Expr| expression(expr, text);
    let other = || list(inputs);
    match &plan.op {
        Op::Scan(source) => format!("reads the {}", sources::words(source)),
        Op::Literal(rows) => format!("has {} rows of its own", rows.len()),
        Op::Print(columns) => format!("makes one row of {}", names(columns)),
        Op::Range { from, to, step } => format!("makes a row for each value from {} to {} by {}", of(from), of(to), of(step)),
        Op::Filter { .. } => "keeps rows where all of these hold".to_owned(),
        Op::Extend { columns, .. } => format!("computes {}", names(columns)),
        Op::Project { columns, .. } => format!("keeps only {}", names(columns)),
        Op::Select { .. } => "chooses, renames or reorders columns".to_owned(),
        Op::Aggregate { keys, aggregates, .. } => aggregation(keys, aggregates, text),
        Op::Distinct { columns, .. } if columns.is_empty() => "keeps one of equal rows".to_owned(),
        Op::Distinct { columns, .. } => format!("keeps one row for each combination of {}", names(columns)),
        Op::Join { kind, keys, lookup, .. } => join(*kind, keys, *lookup, text, &other()),
        Op::Union { columns, .. } => {
            let columns = if *columns == UnionColumns::Inner { ", with the columns that all have" } else { "" };
            format!("puts the rows of {} together{columns}", other())
        }
        Op::Expand { columns, .. } => {
            let names: Vec<String> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
            format!("makes a row for each element of {}", list(&names))
        }
        Op::Apply { columns, .. } => {
            let names: Vec<String> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
            format!("runs {} over the elements of {} in each row", other(), list(&names))
        }
        Op::Each => "takes the rows handed to it".to_owned(),
        Op::Sort { keys, .. } => format!("sorts by {}", order(keys, text)),
        Op::Limit { count, .. } => format!("keeps the first {} rows", of(count)),
        Op::Serialize { .. } => "fixes the order of rows".to_owned(),
        Op::Count { .. } => "counts the rows".to_owned(),
        Op::Parse { expr, filter, .. } => {
            format!("takes {} apart by a pattern{}", of(expr), if *filter { " and drops rows that do not fit" } else { "" })
        }
        Op::ParseKeyValue { expr, .. } => format!("takes {} apart into keys and values", of(expr)),
        Op::MakeSeries { step, .. } => format!("makes series with a value each {}", of(step)),
        Op::Partition { by, .. } => format!("runs {} for each value of {}", other(), of(by)),
        Op::Special { name, .. } => format!("applies `{name}`"),
        Op::FirstSeen(f) => {
            let keys: Vec<String> = f.keys.iter().map(|key| format!("`{}`", key.name)).collect();
            let what = if keys.len() == 1 { "value of" } else { "combination of" };
            format!(
                "keeps events of the {} whose {} is new: not seen in the {} before",
                window(&f.recent),
                format_args!("{what} {}", list(&keys)),
                length(&f.history)
            )
        }
        Op::Threshold(t) => {
            let keys = if t.keys.is_empty() { "all events together".to_owned() } else { format!("each {}", names(&t.keys)) };
            let distinct: String =
                t.cardinality.iter().map(|(column, least)| format!(" and at least {least} values of `{}`", column.name)).collect();
            format!("counts the events of {keys} and keeps groups of at least {}{distinct}", t.count)
        }
        Op::Sequence(s) => {
            let span = s.maxspan.map_or_else(String::new, |span| format!(" within {}", in_units(span)));
            format!("looks for {} events one after the other{span}", s.steps.len())
        }
        Op::Sample(s) => {
            let span = s.window.map_or_else(String::new, |span| format!(" within {}", in_units(span)));
            format!("looks for {} events in any order{span}", s.steps.len())
        }
        Op::Correlate(c) => correlation(c, &other()),
        Op::Indicators { .. } => "keeps events that share values with the indicators".to_owned(),
        Op::Opaque { .. } => "does something that is not understood".to_owned(),
    }
}

fn names(columns: &[Named]) -> String {
    const MOST: usize = 12;
    let mut names: Vec<String> = columns.iter().take(MOST).map(|column| format!("`{}`", column.name)).collect();
    if columns.len() > MOST {
        names.push(format!("{} more", columns.len() - MOST));
    }
    list(&names)
}

fn correlation(correlation: &Correlation, others: &str) -> String {
    let ticked = |names: &[Arc<str>]| list(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>());
    let of = if correlation.fields.is_empty() { String::new() } else { format!(" of {}", ticked(&correlation.fields)) };
    let same = if correlation.keys.is_empty() { String::new() } else { format!(" with the same {}", ticked(&correlation.keys)) };
    let mut bounds = Vec::new();
    if let Some(condition) = &correlation.condition {
        condition.walk(&mut |inner| {
            if let ExprKind::Compare { op, right, .. } = &inner.kind
                && let ExprKind::Literal(number) = &right.kind
            {
                let number = if let Value::Real(number) = number { number.to_string() } else { to_text(number, right.ty) };
                bounds.push(format!("{} {number}", at(*op)));
            }
        });
    }
    let measured = match &*correlation.kind {
        "event_count" => "their number",
        "value_count" => "the number of different values",
        _ => "the value",
    };
    let bounds = if bounds.is_empty() { String::new() } else { format!(", where {measured} is {}", list(&bounds)) };
    let window = in_units(correlation.window);
    format!("correlates ({}{of}) the matches of {others}{same} within {window}{bounds}", correlation.kind)
}

fn at(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "exactly",
        Comparison::Ne => "anything but",
        Comparison::Lt => "less than",
        Comparison::Le => "at most",
        Comparison::Gt => "more than",
        Comparison::Ge => "at least",
    }
}

fn aggregation(keys: &[Named], aggregates: &[Aggregate], text: &str) -> String {
    let calls: Vec<String> = aggregates
        .iter()
        .map(|call| {
            let name = call.names.first().map_or("", |name| &**name);
            match super::wording::short(call.span.text(text)) {
                written if written.is_empty() => format!("`{name}`"),
                written if written.split('=').next().is_some_and(|start| start.trim() == name) => format!("`{written}`"),
                written => format!("`{name}` = `{written}`"),
            }
        })
        .collect();
    match (keys.is_empty(), calls.is_empty()) {
        (false, true) => format!("keeps one row for each {}", names(keys)),
        (false, false) => format!("groups rows by {} and computes {}", names(keys), list(&calls)),
        (true, _) => format!("computes {} over all rows", list(&calls)),
    }
}

fn join(kind: JoinKind, keys: &[JoinKey], lookup: bool, text: &str, right: &str) -> String {
    let what = match kind {
        JoinKind::InnerUnique => "pairs one row of each key with the matching rows of",
        JoinKind::Inner => "pairs rows with the matching rows of",
        JoinKind::LeftOuter => "adds the columns of matching rows, if any, of",
        JoinKind::RightOuter => "pairs rows with, and keeps all rows of,",
        JoinKind::FullOuter => "pairs rows, and keeps those without a match on both sides, with",
        JoinKind::LeftSemi => "keeps rows that have a match in",
        JoinKind::LeftAnti => "keeps rows that have no match in",
        JoinKind::RightSemi => "goes on with the matched rows of",
        JoinKind::RightAnti => "goes on with the rows that have no match here, of",
    };
    let on: Vec<String> = keys
        .iter()
        .map(|key| {
            let (left, right) = (expression(&key.left, text), expression(&key.right, text));
            if left == right { left } else { format!("{left} = {right}") }
        })
        .collect();
    format!("{}{what} {right} on {}", if lookup { "looks up: " } else { "" }, list(&on))
}

fn order(keys: &[SortKey], text: &str) -> String {
    let keys: Vec<String> =
        keys.iter().map(|key| format!("{}{}", expression(&key.expr, text), if key.descending { ", last first" } else { "" })).collect();
    list(&keys)
}

fn window(side: &WindowSide) -> String {
    if side.to == 0 {
        format!("last {}", in_units(side.from))
    } else {
        format!("time from {} to {} ago", in_units(side.from), in_units(side.to))
    }
}

fn length(side: &WindowSide) -> String {
    in_units(side.from.saturating_sub(side.to))
}
