//! Raises a plan to an ES|QL query: `raise(&plan, &types) -> Result<(Query, Vec<Loss>), Vec<Loss>>`.
//!
//! Plans of ES|QL come back as they were. Plans of other languages are said exactly or refused with their place: a two-valued field
//! predicate right behind the source becomes `KQL("…")`, whose meaning it is; Kusto's comparisons get the nulls that they have.

mod aggregates;
mod expressions;
mod functions;
mod java;
mod matches;

use super::ast::{self, Command, CommandKind, Name, Query, Renaming, Source};
use super::lower::columns_of_keep;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expr, ExprKind, Named, Op, Plan, SortKey, TableSource, Value};
use crate::schema::FieldType;
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// Raises a plan; `types` says of what type a field is.
///
/// # Errors
/// Every part that ES|QL cannot say, as a loss of fidelity `refused`.
pub fn raise(plan: &Arc<Plan>, types: &dyn Fn(&str) -> FieldType) -> Result<(Query, Vec<Loss>), Vec<Loss>> {
    let mut raiser = Raiser {
        types,
        commands: Vec::new(),
        on_source: true,
        never_null: Vec::new(),
        lists: Vec::new(),
        hidden: Vec::new(),
        calls: Vec::new(),
        losses: Vec::new(),
    };
    raiser.plan(plan);
    let (refused, kept): (Vec<_>, Vec<_>) = raiser.losses.into_iter().partition(|loss| loss.fidelity == Fidelity::Refused);
    if refused.is_empty() { Ok((Query { settings: Vec::new(), commands: raiser.commands }, kept)) } else { Err(refused) }
}

struct Raiser<'a> {
    types: &'a dyn Fn(&str) -> FieldType,
    commands: Vec<Command>,
    /// Whether the rows are still those of the index: full-text search works there only.
    on_source: bool,
    /// Columns that always have a value: counts.
    never_null: Vec<Arc<str>>,
    /// Columns that hold a list: `VALUES`.
    lists: Vec<Arc<str>>,
    /// Keys that were expanded before rows are grouped, which `STATS` does itself: hidden column, value.
    hidden: Vec<(Arc<str>, Expr)>,
    /// Aggregates that stand inside expressions: hidden column, call.
    calls: Vec<(Arc<str>, ast::Aggregate)>,
    losses: Vec<Loss>,
}

impl Raiser<'_> {
    fn say(&mut self, kind: CommandKind, span: Span) {
        self.commands.push(Command { kind, span });
    }

    fn lose(&mut self, code: &'static str, fidelity: Fidelity, span: Span, message: impl Into<String>) {
        self.losses.push(Loss::query(code, fidelity, span, message));
    }

    fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.lose(code, Fidelity::Refused, span, message);
    }

    /// Raises a pipeline, source first. Plans nest as deep as queries have commands.
    fn plan(&mut self, plan: &Arc<Plan>) {
        let mut steps = vec![plan];
        while let Some(input) = steps.last().and_then(|step| piped(&step.op)) {
            steps.push(input);
        }
        for step in steps.into_iter().rev() {
            self.operator(step);
        }
    }

    fn operator(&mut self, plan: &Plan) {
        let span = plan.span;
        match &plan.op {
            Op::Scan(TableSource::Index(patterns)) => self.from(patterns, Vec::new(), span),
            Op::Print(columns) => {
                let fields = columns.iter().map(|column| self.field(column)).collect();
                self.say(CommandKind::Row(fields), span);
            }
            Op::Filter { predicate, .. } => {
                let condition = self.condition(predicate);
                self.say(CommandKind::Where(condition), span);
            }
            Op::Extend { columns, .. } => self.extend(columns, span),
            Op::Project { columns, .. } => self.project(columns, span),
            Op::Aggregate { keys, aggregates, post, .. } => self.stats(keys, aggregates, post, span),
            Op::Distinct { columns, .. } if !columns.is_empty() => self.stats(columns, &[], &[], span),
            Op::Sort { keys, .. } => self.sort(keys, span),
            Op::Limit { count, .. } => {
                let count = self.value(count);
                self.say(CommandKind::Limit(count), span);
                self.on_source = false;
            }
            Op::Select { away, keep, rename, first, .. } if first.is_empty() => self.select(away, keep, rename, span),
            Op::Expand { columns, index: None, limit: None, bag_as_array: false, .. } => {
                for column in columns {
                    match &column.expr.kind {
                        _ if column.name.starts_with('$') => self.hidden.push((Arc::clone(&column.name), column.expr.clone())),
                        ExprKind::Column(name) if *name == column.name => self.say(CommandKind::MvExpand(named(name)), span),
                        _ => self.refuse("expand-not-in-target", span, "`MV_EXPAND` takes a field, not a computed value"),
                    }
                }
            }
            Op::Special { name, args, .. } => self.special(name, args, plan),
            // A source below `fields` is said by it.
            Op::Serialize { columns, .. } if columns.is_empty() => {}
            _ => self.refuse("operator-not-in-esql", span, "ES|QL has no command for this operator"),
        }
    }

    fn from(&mut self, patterns: &[Arc<str>], metadata: Vec<Name>, span: Span) {
        let sources = patterns.iter().map(|pattern| Source::Index(Spanned::new(pattern.to_string(), span))).collect();
        self.say(CommandKind::From { sources, metadata }, span);
    }

    fn special(&mut self, operator: &str, args: &[Named], plan: &Plan) {
        let span = plan.span;
        match operator {
            "fields" => {
                let metadata: Vec<Name> = args.iter().filter_map(|arg| arg.name.strip_prefix("metadata:")).map(named).collect();
                if let Some(Command { kind: CommandKind::From { metadata: said, .. }, .. }) = self.commands.last_mut() {
                    *said = metadata;
                }
            }
            "keep" => {
                let names = columns_of_keep(args).map(|(text, is_pattern)| Name { text: text.to_owned(), is_pattern, span }).collect();
                self.say(CommandKind::Keep(names), span);
            }
            _ => self.refuse("operator-not-in-esql", span, format!("`{operator}` is not written as ES|QL")),
        }
    }

    fn field(&mut self, column: &Named) -> ast::Field {
        let value = self.value(&column.expr);
        ast::Field { name: Some(named(&column.name)), text: value.span, value }
    }

    /// All expressions of the plan see the rows before; `EVAL` shows each the columns before it.
    fn extend(&mut self, columns: &[Named], span: Span) {
        if let Some(kind) = self.taken_apart(columns) {
            self.say(kind, span);
            return;
        }
        for (at, column) in columns.iter().enumerate() {
            let earlier = columns.get(..at).unwrap_or_default();
            if earlier.iter().any(|earlier| reads(&column.expr, &earlier.name)) {
                self.refuse(
                    "parallel-columns",
                    column.expr.span,
                    format!("`{}` reads a column that the same command replaces", column.name),
                );
            }
        }
        let fields = columns.iter().map(|column| self.field(column)).collect();
        self.say(CommandKind::Eval(fields), span);
    }

    /// `DISSECT` and `GROK`: a column for each key of one pattern.
    fn taken_apart(&mut self, columns: &[Named]) -> Option<CommandKind> {
        let ExprKind::Call { function, args } = &columns.first()?.expr.kind else { return None };
        let [subject, _, rest @ ..] = args.as_slice() else { return None };
        let input = self.value(subject);
        match (&**function, rest) {
            ("esql.dissect", [separator, pattern]) => {
                let append = (named("append_separator"), self.value(separator));
                let options =
                    if matches!(&append.1.kind, ast::ExprKind::Text { value, .. } if value.is_empty()) { Vec::new() } else { vec![append] };
                Some(CommandKind::Dissect { input, pattern: self.value(pattern), options })
            }
            ("esql.grok", patterns) => {
                Some(CommandKind::Grok { input, patterns: patterns.iter().map(|pattern| self.value(pattern)).collect() })
            }
            _ => None,
        }
    }

    fn project(&mut self, columns: &[Named], span: Span) {
        let computed: Vec<Named> = columns.iter().filter(|column| !is_itself(column)).cloned().collect();
        if !computed.is_empty() {
            self.extend(&computed, span);
        }
        self.say(CommandKind::Keep(columns.iter().map(|column| named(&column.name)).collect()), span);
    }

    fn select(&mut self, away: &[Arc<str>], keep: &[Arc<str>], rename: &[(Arc<str>, Arc<str>)], span: Span) {
        let patterns = |names: &[Arc<str>]| names.iter().map(|name| Name { is_pattern: name.contains('*'), ..named(name) }).collect();
        if !away.is_empty() {
            self.say(CommandKind::Drop(patterns(away)), span);
        }
        if !keep.is_empty() {
            self.say(CommandKind::Keep(patterns(keep)), span);
        }
        if !rename.is_empty() {
            let renamings = rename.iter().map(|(new, old)| Renaming { old: named(old), new: named(new) }).collect();
            self.say(CommandKind::Rename(renamings), span);
        }
    }

    fn sort(&mut self, keys: &[SortKey], span: Span) {
        let mut orders = Vec::new();
        for key in keys {
            let value = match &key.expr.kind {
                // `SORT` itself takes the smallest or the greatest of several values.
                ExprKind::Call { function, args } if matches!(&**function, "esql.mv_min" | "esql.mv_max") => args.first(),
                _ => None,
            };
            let value = self.value(value.unwrap_or(&key.expr));
            let nulls_first = (key.nulls_first != key.descending).then_some(key.nulls_first);
            orders.push(ast::Order { value, descending: key.descending, nulls_first });
        }
        self.say(CommandKind::Sort(orders), span);
        self.on_source = false;
    }
}

/// The rows that an operator takes, if it is one of a chain.
fn piped(op: &Op) -> Option<&Arc<Plan>> {
    match op {
        Op::Special { inputs, .. } => inputs.first(),
        other => other.piped(),
    }
}

/// Builds a name that stands for itself.
fn named(text: impl AsRef<str>) -> Name {
    Name { text: text.as_ref().to_owned(), is_pattern: false, span: Span::default() }
}

fn is_itself(column: &Named) -> bool {
    matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name)
}

/// Tells whether an expression reads a column.
fn reads(expr: &Expr, column: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |part| found |= matches!(&part.kind, ExprKind::Column(name) if **name == *column));
    found
}

/// Tells whether an expression is the constant null.
fn is_null(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Value::Null))
}
