//! Which computed columns of a plan reach its output, a predicate or a key.
//!
//! Where an operator's use of columns is not known in detail, all of them count as used: what is called dead here is dead.

use crate::ir::{Expr, ExprKind, JoinKind, Named, Op, Plan, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a consumer needs of a plan.
#[derive(Clone, Debug, Default)]
struct Need {
    /// Everything, also columns that are not listed in the schema.
    all: bool,
    names: HashSet<Arc<str>>,
}

/// The columns of `extend`s, each with whether it is needed.
#[derive(Debug)]
pub(super) struct Extended<'a> {
    /// The column.
    pub column: &'a Named,
    /// Whether anything depends on it.
    pub live: bool,
    /// The columns that its value is made of.
    pub feeds_on: HashSet<Arc<str>>,
}

/// Returns every column of every `extend` of a plan. `is_mention` tells whether a projected column stands there in the author's words,
/// and so counts as used.
pub(super) fn extended<'a>(plan: &'a Arc<Plan>, is_mention: &dyn Fn(&Named) -> bool) -> Vec<Extended<'a>> {
    let mut nodes = Vec::new();
    plan.walk(&mut |node| nodes.push(node));
    let mut analysis = Analysis { needs: HashMap::new(), is_mention, found: Vec::new() };
    analysis.need_all(plan);
    // INVARIANT: `walk` gives inputs before consumers, so that backwards every consumer has spoken before its inputs are asked.
    for node in nodes.into_iter().rev() {
        analysis.visit(node);
    }
    analysis.found
}

struct Analysis<'a, 'f> {
    needs: HashMap<*const Plan, Need>,
    is_mention: &'f dyn Fn(&Named) -> bool,
    found: Vec<Extended<'a>>,
}

impl<'a> Analysis<'a, '_> {
    fn need(&mut self, plan: &Arc<Plan>, names: impl IntoIterator<Item = Arc<str>>) {
        self.needs.entry(Arc::as_ptr(plan)).or_default().names.extend(names);
    }

    /// Needs every column; of an open schema also those that are not listed.
    fn need_all(&mut self, plan: &Arc<Plan>) {
        let need = self.needs.entry(Arc::as_ptr(plan)).or_default();
        need.all |= plan.schema.open;
        need.names.extend(plan.schema.columns.iter().map(|column| Arc::clone(&column.name)));
    }

    fn pass(&mut self, plan: &Arc<Plan>, need: &Need) {
        self.needs.entry(Arc::as_ptr(plan)).or_default().all |= need.all;
        self.need(plan, need.names.iter().cloned());
    }

    /// Needs the columns that expressions read, and all that their sub-plans put out.
    fn read<'e>(&mut self, plan: &Arc<Plan>, exprs: impl IntoIterator<Item = &'e Expr>) {
        for expr in exprs {
            match uses(expr) {
                Some(names) => self.need(plan, names),
                None => self.need_all(plan),
            }
        }
    }

    fn visit(&mut self, node: &'a Arc<Plan>) {
        let need = self.needs.get(&Arc::as_ptr(node)).cloned().unwrap_or_default();
        for expr in node.op.expressions() {
            expr.walk(&mut |inner| {
                if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &inner.kind {
                    self.need_all(plan);
                }
            });
        }
        match &node.op {
            Op::Extend { input, columns } => self.extend(input, columns, &need),
            Op::Project { input, columns } => {
                for column in columns.iter().filter(|column| need.has(&column.name) || (self.is_mention)(column)) {
                    self.read(input, [&column.expr]);
                }
            }
            Op::Select { input, rename, .. } => {
                let old = |name: &Arc<str>| {
                    rename.iter().find(|(new, _)| new == name).map_or_else(|| Arc::clone(name), |(_, old)| Arc::clone(old))
                };
                let names: HashSet<Arc<str>> = need.names.iter().map(old).collect();
                self.pass(input, &Need { all: need.all, names });
            }
            Op::Filter { input, .. }
            | Op::Sort { input, .. }
            | Op::Limit { input, .. }
            | Op::Parse { input, .. }
            | Op::ParseKeyValue { input, .. } => {
                self.pass(input, &need);
                self.read(input, node.op.expressions());
            }
            Op::Serialize { input, columns } | Op::Distinct { input, columns } if !columns.is_empty() => {
                self.pass(input, &need);
                self.read(input, node.op.expressions());
            }
            Op::Expand { input, columns, .. } => {
                let made: HashSet<&str> = columns.iter().map(|column| &*column.name).collect();
                let kept = need.names.iter().filter(|name| !made.contains(&***name)).cloned().collect();
                self.pass(input, &Need { all: need.all, names: kept });
                self.read(input, node.op.expressions());
            }
            Op::Aggregate { input, aggregates, .. } => {
                if aggregates.iter().any(|aggregate| aggregate.star) {
                    self.need_all(input);
                }
                self.read(input, node.op.expressions());
            }
            Op::Count { .. } => {}
            Op::Join { left, right, kind, .. } => self.join(left, right, *kind, node, &need),
            Op::Union { inputs, .. } => {
                for input in inputs {
                    self.pass(input, &need.with_plain_names());
                }
            }
            other => {
                for input in other.inputs() {
                    self.need_all(input);
                }
            }
        }
    }

    fn extend(&mut self, input: &Arc<Plan>, columns: &'a [Named], need: &Need) {
        let made: HashSet<&str> = columns.iter().map(|column| &*column.name).collect();
        let kept = need.names.iter().filter(|name| !made.contains(&***name)).cloned().collect();
        self.pass(input, &Need { all: need.all, names: kept });
        for column in columns {
            let live = need.has(&column.name);
            if live {
                self.read(input, [&column.expr]);
            }
            self.found.push(Extended { column, live, feeds_on: uses(&column.expr).unwrap_or_default() });
        }
    }

    fn join(&mut self, left: &Arc<Plan>, right: &Arc<Plan>, kind: JoinKind, node: &Plan, need: &Need) {
        // A column of both sides is renamed on the right (`x1`): without asking which side is meant, both count.
        let either = need.with_plain_names();
        let sides = match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => vec![left],
            JoinKind::RightSemi | JoinKind::RightAnti => vec![right],
            _ => vec![left, right],
        };
        for side in sides {
            self.pass(side, &either);
        }
        self.read(left, node.op.expressions());
        self.read(right, node.op.expressions());
    }
}

impl Need {
    fn has(&self, name: &Arc<str>) -> bool {
        self.all || self.names.contains(name)
    }

    /// Adds what a name was before a join (`x1`) or union (`x_string`) made it unique.
    fn with_plain_names(&self) -> Self {
        let mut names = self.names.clone();
        for name in &self.names {
            names.insert(Arc::from(name.trim_end_matches(|c: char| c.is_ascii_digit())));
            names.extend(name.rsplit_once('_').map(|(plain, _)| Arc::from(plain)));
        }
        Self { all: self.all, names }
    }
}

/// Returns the columns that an expression reads; `None` where it reads whole rows.
fn uses(expr: &Expr) -> Option<HashSet<Arc<str>>> {
    let mut names = HashSet::new();
    let mut whole_rows = false;
    expr.walk(&mut |inner| match &inner.kind {
        ExprKind::Column(name) | ExprKind::SideColumn { name, .. } => {
            names.insert(Arc::clone(name));
        }
        ExprKind::Call { function, args } => match &**function {
            "pack_all" => whole_rows = true,
            "column_ifexists" => names.extend(args.iter().filter_map(text)),
            _ => {}
        },
        ExprKind::Opaque { .. } => whole_rows = true,
        _ => {}
    });
    (!whole_rows).then_some(names)
}

fn text(expr: &Expr) -> Option<Arc<str>> {
    match &expr.kind {
        ExprKind::Literal(Value::String(text)) => Some(Arc::clone(text)),
        _ => None,
    }
}
