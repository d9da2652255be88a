//! The steps all targets share: the detection's form, its mapping into the target's dialect, and where it came from.

use super::{Refused, refuse};
use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::{self, Bounds, Shape};
use crate::ir::{Dialect, Expr, ExprKind, FieldRef, Language, Named, Op, Plan, Rule, TableSource, Threshold, Type};
use crate::mapping::{self, PartRef, Sources};
use crate::solve;
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// A detection in the target's fields and sources.
pub(super) struct Mapped {
    /// The plan: `FirstSeen`, `Threshold`, a filter over a scan, or any pipeline.
    pub plan: Arc<Plan>,
    /// What it was recognised as.
    pub shape: Shape,
    /// The time bounds that the original query set itself.
    pub bounds: Bounds,
    /// The stretch of time in which a threshold counts, where the query sets one.
    pub window: Option<i64>,
    /// Keys by which the original grouped its results, in the target's fields.
    pub grouping: Vec<Named>,
}

/// What a rule reads.
pub(super) struct Origin {
    pub sources: Vec<String>,
    pub covered: bool,
}

/// Returns the rule's plan, or why there is none.
pub(super) fn plan(rule: &Rule) -> Result<&Arc<Plan>, Refused> {
    rule.detection.as_ref().map(|detection| &detection.plan).ok_or_else(|| match rule.queries.first() {
        Some(query) => refuse(
            "query-not-understood",
            Span::new(0, query.text.len()),
            "the query is not understood, so its meaning cannot be carried over",
        ),
        None => refuse("no-query", Span::default(), "the rule has no query (machine-learning rules run a job of the vendor)"),
    })
}

/// Recognises the detection and maps it into the target's dialect.
pub(super) fn mapped(rule: &Rule, to: Dialect, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Mapped, Refused> {
    let mut plan = plan(rule)?.clone();
    if rule.queries.first().is_some_and(|query| query.language == Language::Esql) {
        let shared = idiom::esql::shared(&plan);
        losses.extend(shared.set_aside);
        plan = shared.plan;
    }
    let plan = &plan;
    let mut found = recognised(plan, rule.dialect, to);
    if matches!(to, Dialect::Elastic | Dialect::Sigma)
        && !matches!(plan.op, Op::Sequence(_) | Op::Sample(_))
        && (found.shape == Shape::Pipeline || only_events(&found.plan, found.shape, to).is_err())
    {
        found = idiom::paired(plan, rule.dialect.time_column()).unwrap_or(found);
    }
    if matches!(to, Dialect::Elastic | Dialect::Sigma) {
        only_events(&found.plan, found.shape, to)?;
    }
    translated(plan, found, rule, to, sources, losses)
}

/// Tells whether nothing plainer than a pipeline was recognised in a plan.
pub(super) fn is_pipeline(plan: &Arc<Plan>, dialect: Dialect, to: Dialect) -> bool {
    recognised(plan, dialect, to).shape == Shape::Pipeline
}

/// Maps a pipeline, for targets that have pipelines themselves.
pub(super) fn pipeline(rule: &Rule, to: Dialect, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Mapped, Refused> {
    let plan = plan(rule)?;
    let found = idiom::pipeline(plan, rule.dialect.time_column());
    translated(plan, found, rule, to, sources, losses)
}

fn translated(
    plan: &Arc<Plan>,
    found: idiom::Recognised,
    rule: &Rule,
    to: Dialect,
    sources: &Sources,
    losses: &mut Vec<Loss>,
) -> Result<Mapped, Refused> {
    losses.extend(found.set_aside);
    if let Some(outputs) = &found.outputs {
        let names: Vec<&str> = outputs.iter().map(|column| &*column.name).collect();
        let message = format!("an alert shows the whole event, not the columns `{}`", names.join("`, `"));
        losses.push(Loss::query("output-columns", Fidelity::Metadata, plan.span, message));
    }
    let mapped = mapping::map_plan(&found.plan, rule.dialect, to, sources);
    let changes_meaning = mapped.losses.iter().any(|loss| loss.fidelity == Fidelity::Different);
    let (refusals, rest): (Vec<_>, Vec<_>) = mapped.losses.into_iter().partition(|loss| loss.fidelity == Fidelity::Refused);
    losses.extend(rest);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let Some(plan) = mapped.plan else {
        return Err(refuse("plan-not-mapped", plan.span, "the plan has no counterpart in the target's sources"));
    };
    if changes_meaning && never_matches(&plan) {
        let message = "no event satisfies what the conditions become: the rule would never fire again";
        return Err(refuse("never-fires", plan.span, message));
    }
    let parts = mapped.parts;
    let mut grouping = Vec::new();
    for key in found.grouping.into_iter().flatten() {
        match mapping::field_name(&key.expr, &parts, rule.dialect, to) {
            Some(field) => grouping.push(Named { expr: Expr::column(&field, Type::Unknown, key.expr.span), name: Arc::from(field) }),
            None => losses.push(Loss::query(
                "group-key-not-in-target",
                Fidelity::Metadata,
                key.expr.span,
                format!("results are no longer grouped by `{}`, which the target's source has no field for", key.name),
            )),
        }
    }
    Ok(Mapped { plan, shape: found.shape, bounds: found.bounds, window: found.window, grouping })
}

/// Tells whether it is proven that a filter takes no event.
fn never_matches(plan: &Arc<Plan>) -> bool {
    let contradicts = |(scan, predicate): (&Arc<Plan>, Option<&Expr>)| {
        let nothing = Expr::literal(false, Type::Bool, plan.span);
        predicate.is_some_and(|predicate| solve::implies(predicate, &nothing, solve::family(scan), 0))
    };
    filters_over_scans(plan).is_some_and(|filters| filters.into_iter().all(contradicts))
}

fn recognised(plan: &Arc<Plan>, dialect: Dialect, to: Dialect) -> idiom::Recognised {
    let read = if matches!(to, Dialect::Elastic | Dialect::Sigma) { idiom::recognise_nearest } else { idiom::recognise };
    read(plan, dialect.time_column())
}

/// Returns everything that a plan reads.
fn scans(plan: &Arc<Plan>) -> Vec<&TableSource> {
    let mut found = Vec::new();
    plan.walk(&mut |node| {
        if let Op::Scan(source) = &node.op {
            found.push(source);
        }
    });
    found
}

/// Returns the parts of known log sources that a plan reads.
pub(super) fn parts(plan: &Arc<Plan>, sources: &Sources) -> Vec<PartRef> {
    scans(plan).into_iter().flat_map(|scan| sources.parts_of(scan)).collect()
}

/// Returns what the fields named in the rule file are called in the target: entities, custom details, fields to show. The second
/// list holds those without a name there.
pub(super) fn shown_fields<'a>(
    rule: &Rule,
    names: impl Iterator<Item = &'a Spanned<String>>,
    to: Dialect,
    sources: &Sources,
) -> (Vec<String>, Vec<&'a Spanned<String>>) {
    let parts = rule.detection.as_ref().map(|detection| parts(&detection.plan, sources)).unwrap_or_default();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        let expr = Expr::column(&name.value, Type::Unknown, name.span);
        match mapping::field_name(&expr, &parts, rule.dialect, to) {
            Some(field) if found.contains(&field) => {}
            Some(field) => found.push(field),
            None => missing.push(name),
        }
    }
    (found, missing)
}

/// Names what a plan reads.
pub(super) fn log_sources(plan: &Arc<Plan>) -> Vec<String> {
    scans(plan).into_iter().flat_map(source_names).collect()
}

fn source_names(source: &TableSource) -> Vec<String> {
    match source {
        TableSource::Table(name) => vec![name.to_string()],
        TableSource::Index(patterns) => patterns.iter().map(ToString::to_string).collect(),
        TableSource::LogSource { category, product, service } => {
            let parts = [product, category, service].into_iter().flatten().map(|part| &**part);
            vec![parts.collect::<Vec<_>>().join("/")]
        }
        TableSource::Watchlist(alias) => vec![format!("watchlist {alias}")],
        TableSource::Function { name, .. } => vec![format!("{name}()")],
        TableSource::External { urls, .. } => urls.iter().map(ToString::to_string).collect(),
    }
}

/// Says what a rule reads and whether all of it is mapped.
pub(super) fn origin(rule: &Rule, sources: &Sources) -> Origin {
    let Some(detection) = &rule.detection else { return Origin { sources: Vec::new(), covered: false } };
    let scans = scans(&detection.plan);
    let mut names: Vec<String> = Vec::new();
    for name in scans.iter().flat_map(|scan| source_names(scan)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // A list or a function that is read beside the tables is not known either.
    Origin { covered: scans.iter().all(|scan| sources.covers_scan(scan)) && sources.covers(&detection.plan), sources: names }
}

/// Takes a filter over one scan apart.
pub(super) fn filter_over_scan(plan: &Arc<Plan>) -> Option<(&Arc<Plan>, Option<&Expr>)> {
    match &plan.op {
        Op::Scan(_) | Op::Union { .. } => Some((plan, None)),
        Op::Filter { input, predicate } => match filter_over_scan(input)? {
            (scan, None) => Some((scan, Some(predicate))),
            // Two filters in a row do not come out of recognition.
            (_, Some(_)) => None,
        },
        _ => None,
    }
}

/// Takes a union of filters over scans apart; one filter is the union of itself.
pub(super) fn filters_over_scans(plan: &Arc<Plan>) -> Option<Vec<(&Arc<Plan>, Option<&Expr>)>> {
    match &plan.op {
        Op::Union { inputs, source_column: None, .. } => {
            let each: Option<Vec<_>> = inputs.iter().map(filters_over_scans).collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => filter_over_scan(plan).map(|filter| vec![filter]),
    }
}

/// Refuses what neither Elastic's nor Sigma's rules can say, with the place: pipelines, and values tested against other rows.
fn only_events(plan: &Arc<Plan>, shape: Shape, to: Dialect) -> Result<(), Refused> {
    let target = if to == Dialect::Elastic { "an Elastic rule" } else { "a Sigma rule" };
    let is_sequence = matches!(plan.op, Op::Sequence(_) | Op::Sample(_));
    if shape == Shape::Pipeline && !is_sequence {
        return Err(obstacle(plan, target));
    }
    let mut found = None;
    plan.walk(&mut |node| found = found.or_else(|| node.op.expressions().into_iter().find_map(sub_plan)));
    match found {
        Some(span) => {
            let message = format!("{target} cannot test a value against the rows of another query");
            Err(refuse("sub-query-not-in-target", span, message))
        }
        None => Ok(()),
    }
}

/// The loss of the group of events that lack a key, which Elastic's and Sigma's groups leave out.
pub(super) fn missing_key_ignored(threshold: &Threshold, span: Span, target: &str) -> Option<Loss> {
    let names: Vec<&str> = threshold.keys.iter().map(|key| &*key.name).collect();
    let message = format!(
        "{target} groups the events that have its fields; those without `{}` are no longer a group of their own",
        names.join("` or `")
    );
    (!threshold.skip_missing && !names.is_empty()).then(|| Loss::query(idiom::MISSING_KEY, Fidelity::Narrower, span, message))
}

/// Names the operator that keeps a pipeline from being an event filter, for the reason of a refusal.
pub(super) fn obstacle(plan: &Arc<Plan>, target: &str) -> Refused {
    let mut found: Option<(&'static str, &'static str, Span)> = None;
    plan.walk(&mut |node| {
        if let (None, Some((code, what))) = (found, in_words(&node.op)) {
            found = Some((code, what, node.span));
        }
    });
    let (code, what, span) = found.unwrap_or(("pipeline-not-in-target", "this pipeline", plan.span));
    refuse(code, span, format!("{target} cannot say {what}"))
}

/// What an operator that combines rows is called, with the code of its refusal.
fn in_words(op: &Op) -> Option<(&'static str, &'static str)> {
    Some(match op {
        Op::Join { .. } => ("join-not-in-target", "a join of two sources"),
        Op::Scan(TableSource::External { .. }) => ("external-data-not-in-target", "a lookup in external data"),
        Op::Scan(TableSource::Watchlist(_)) => ("watchlist-not-in-target", "a lookup in a watchlist"),
        Op::Aggregate { .. } => ("aggregation-not-in-target", "an aggregation whose result is tested"),
        Op::Expand { .. } | Op::Apply { .. } => ("expand-not-in-target", "a row for each element of an array"),
        Op::MakeSeries { .. } => ("series-not-in-target", "a time series"),
        Op::Union { .. } => ("union-not-in-target", "a union of pipelines"),
        Op::Parse { .. } | Op::ParseKeyValue { .. } => ("parse-not-in-target", "fields parsed out of text"),
        Op::Partition { .. } => ("partition-not-in-target", "a sub-query for each value of a column"),
        Op::Sequence(_) | Op::Sample(_) => ("sequence-not-in-target", "a sequence of events"),
        Op::FirstSeen(_) => ("first-seen-not-in-target", "the first appearance of a value"),
        Op::Indicators { .. } => ("indicators-not-in-target", "a match against indicator documents"),
        Op::Literal(_) | Op::Print(_) | Op::Range { .. } => ("literal-rows-not-in-target", "rows written in the query itself"),
        Op::Special { .. } => ("operator-not-in-target", "this operator"),
        Op::Opaque { .. } => ("operator-not-understood", "an operator that isoglot does not understand"),
        _ => return None,
    })
}

/// Leaves out what a language cannot say of a predicate, each part named as what that changes. Where nothing is left that asks more of
/// an event than where it is from, the reason stands.
pub(super) fn sayable(predicate: &Expr, says: &dyn Fn(&Expr) -> Result<(), Refused>) -> Result<(Expr, Vec<Loss>), Refused> {
    if let Some(span) = sub_plan(predicate) {
        return Err(refuse("sub-query-not-in-target", span, "a value is tested against the rows of another query, which is not kept"));
    }
    let mut losses = Vec::new();
    let kept = weakened(predicate, says, &mut losses)?;
    if let Some(first) = losses.first() {
        mapping::enough(losses.len() + conditions(&kept), conditions(&kept), first).map_err(|reason| vec![reason])?;
    }
    Ok((kept, losses))
}

/// Counts the conditions that ask more of an event than where it is from.
pub(super) fn conditions(predicate: &Expr) -> usize {
    match &predicate.kind {
        _ if is_selection(predicate) => 0,
        ExprKind::And(items) => items.iter().map(conditions).sum(),
        _ => 1,
    }
}

fn weakened(expr: &Expr, says: &dyn Fn(&Expr) -> Result<(), Refused>, losses: &mut Vec<Loss>) -> Result<Expr, Refused> {
    let Err(reasons) = says(expr) else { return Ok(expr.clone()) };
    let (ExprKind::And(items) | ExprKind::Or(items)) = &expr.kind else { return Err(reasons) };
    let is_all = matches!(expr.kind, ExprKind::And(_));
    let fidelity = if is_all { Fidelity::Wider } else { Fidelity::Narrower };
    let mut kept = Vec::new();
    for item in items {
        match weakened(item, says, losses) {
            Ok(item) => kept.push(item),
            Err(reasons) => losses.extend(
                reasons
                    .into_iter()
                    .next()
                    .map(|reason| Loss::query(reason.code, fidelity, item.span, format!("{}; the condition is left out", reason.message))),
            ),
        }
    }
    match (kept.is_empty(), is_all) {
        (true, _) => Err(reasons),
        (false, true) => Ok(Expr::all(kept, expr.span)),
        (false, false) => Ok(Expr::any(kept, expr.span)),
    }
}

/// Tells whether a condition only says which data set is read.
pub(super) fn is_selection(predicate: &Expr) -> bool {
    match &predicate.kind {
        ExprKind::And(items) | ExprKind::Or(items) => items.iter().all(is_selection),
        ExprKind::Match { field: FieldRef::Field(name), .. } => name.ends_with(".dataset"),
        ExprKind::Literal(_) => true,
        _ => false,
    }
}

/// Tells whether an expression tests rows of another plan.
pub(super) fn sub_plan(expr: &Expr) -> Option<Span> {
    let mut found = None;
    expr.walk(&mut |inner| {
        if matches!(inner.kind, ExprKind::InPlan { .. } | ExprKind::Scalar(_)) && found.is_none() {
            found = Some(inner.span);
        }
    });
    found
}
