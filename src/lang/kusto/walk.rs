//! Going through a syntax tree: what stands directly inside a node, and everything below it.
//!
//! It resolves nothing: a name is a name, whether it is a column, a table or a `let`.

use super::ast::{Expr, ExprKind, Function, Operator, OperatorKind, Order, Param, Query, ScanStep, Statement, StatementKind, TopNested};

/// A node of the tree.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A statement.
    Statement(&'a Statement),
    /// An expression.
    Expr(&'a Expr),
    /// A query operator.
    Operator(&'a Operator),
}

impl Query {
    /// Calls `visit` for every node in the order of the text, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(Node<'a>)) {
        for statement in &self.statements {
            Node::Statement(statement).walk(visit);
        }
    }
}

impl Node<'_> {
    /// Calls `visit` for the node and every node below it, parents first.
    pub fn walk(self, visit: &mut dyn FnMut(Self)) {
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            visit(node);
            open.extend(node.children().into_iter().rev());
        }
    }

    /// Returns the nodes directly below.
    pub fn children(self) -> Vec<Self> {
        match self {
            Self::Statement(statement) => of_statement(&statement.kind),
            Self::Expr(expr) => of_expr(&expr.kind),
            Self::Operator(operator) => {
                let params = operator.params.iter().map(|param| &param.value);
                params.chain(of_operator(&operator.kind)).map(Node::Expr).chain(blocks(&operator.kind)).collect()
            }
        }
    }
}

fn statements(body: &[Statement]) -> Vec<Node<'_>> {
    body.iter().map(Node::Statement).collect()
}

fn of_function(function: &Function) -> Vec<Node<'_>> {
    let defaults = function.parameters.iter().filter_map(|p| p.default.as_ref()).map(Node::Expr);
    defaults.chain(function.body.iter().map(Node::Statement)).collect()
}

fn of_statement(kind: &StatementKind) -> Vec<Node<'_>> {
    match kind {
        StatementKind::Let { value, .. } | StatementKind::Alias { value, .. } | StatementKind::Expression(value) => vec![Node::Expr(value)],
        StatementKind::LetFunction { function, .. } => of_function(function),
        StatementKind::Set { value, .. } => value.iter().map(Node::Expr).collect(),
        StatementKind::Restrict(tables) => tables.iter().map(Node::Expr).collect(),
        StatementKind::DeclareParameters(parameters) => parameters.iter().filter_map(|p| p.default.as_ref()).map(Node::Expr).collect(),
        StatementKind::DeclarePattern { cases, .. } => cases
            .iter()
            .flat_map(|case| {
                let keys = case.args.iter().chain(&case.path).map(Node::Expr);
                keys.chain(case.body.iter().map(Node::Statement)).collect::<Vec<_>>()
            })
            .collect(),
        StatementKind::Broken(_) => Vec::new(),
    }
}

fn of_expr(kind: &ExprKind) -> Vec<Node<'_>> {
    match kind {
        ExprKind::Name(_) | ExprKind::Wildcard(_) | ExprKind::Literal(_) | ExprKind::TypeOf { .. } => Vec::new(),
        ExprKind::Call(call) => call.args.iter().map(Node::Expr).collect(),
        ExprKind::Member { base, selector, .. } => vec![Node::Expr(base), Node::Expr(selector)],
        ExprKind::Index { base, index } => vec![Node::Expr(base), Node::Expr(index)],
        ExprKind::Unary { operand, .. } => vec![Node::Expr(operand)],
        ExprKind::Binary { left, right, .. } => vec![Node::Expr(left), Node::Expr(right)],
        ExprKind::And(items) | ExprKind::Or(items) => items.iter().map(Node::Expr).collect(),
        ExprKind::In { value, list, .. } => std::iter::once(&**value).chain(list).map(Node::Expr).collect(),
        ExprKind::Between { value, low, high, .. } => vec![Node::Expr(value), Node::Expr(low), Node::Expr(high)],
        ExprKind::Paren(inner) | ExprKind::Named { value: inner, .. } => vec![Node::Expr(inner)],
        ExprKind::Pipe { source, operators } => std::iter::once(Node::Expr(source)).chain(operators.iter().map(Node::Operator)).collect(),
        ExprKind::Source(operator) => vec![Node::Operator(operator)],
        ExprKind::Block(body) => statements(body),
    }
}

/// The statements that stand directly in an operator.
fn blocks(kind: &OperatorKind) -> Vec<Node<'_>> {
    match kind {
        OperatorKind::MacroExpand { body, .. } => statements(body),
        _ => Vec::new(),
    }
}

/// The expressions of an operator, in the order of the text.
fn of_operator(kind: &OperatorKind) -> Vec<&Expr> {
    match kind {
        OperatorKind::Where(expr)
        | OperatorKind::Take(expr)
        | OperatorKind::Sample(expr)
        | OperatorKind::Invoke(expr)
        | OperatorKind::Evaluate { call: expr, .. }
        | OperatorKind::MacroExpand { group: expr, .. } => vec![expr],
        OperatorKind::Extend(list)
        | OperatorKind::Project(list)
        | OperatorKind::ProjectAway(list)
        | OperatorKind::ProjectKeep(list)
        | OperatorKind::ProjectRename(list)
        | OperatorKind::ProjectByNames(list)
        | OperatorKind::Distinct(list)
        | OperatorKind::Union(list)
        | OperatorKind::Serialize(list)
        | OperatorKind::Print(list) => list.iter().collect(),
        OperatorKind::ProjectReorder(order) | OperatorKind::Sort(order) => ordered(order).collect(),
        OperatorKind::Summarize { aggregates, by } => aggregates.iter().chain(by.iter().flatten()).collect(),
        OperatorKind::Top { count, by } => std::iter::once(count).chain(ordered(by)).collect(),
        OperatorKind::TopHitters { count, of, by } => [count, of].into_iter().chain(by).collect(),
        OperatorKind::TopNested(clauses) => clauses.iter().flat_map(top_nested).collect(),
        OperatorKind::SampleDistinct { count, of } => vec![count, of],
        OperatorKind::Join { right, on } | OperatorKind::Lookup { right, on } => std::iter::once(right).chain(on).collect(),
        OperatorKind::MvExpand { columns, limit } => columns.iter().map(|c| &c.expr).chain(limit).collect(),
        OperatorKind::MvApply { columns, limit, context, body } => {
            columns.iter().map(|c| &c.expr).chain(limit).chain(context).chain([&**body]).collect()
        }
        OperatorKind::Parse { expr, .. } => vec![expr],
        OperatorKind::ParseKv { expr, with, .. } => std::iter::once(expr).chain(values(with)).collect(),
        OperatorKind::MakeSeries { aggregates, on, from, to, step, range, by } => aggregates
            .iter()
            .flat_map(|(aggregate, default)| std::iter::once(aggregate).chain(default))
            .chain([on])
            .chain(from)
            .chain(to)
            .chain(step)
            .chain(range.iter().flatten())
            .chain(by.iter().flatten())
            .collect(),
        OperatorKind::Scan { order, partition, declare, steps } => {
            let defaults = declare.iter().filter_map(|p| p.default.as_ref());
            ordered(order).chain(partition).chain(defaults).chain(steps.iter().flat_map(scan_step)).collect()
        }
        OperatorKind::Partition { by, scope, body } => std::iter::once(by).chain(scope).chain([&**body]).collect(),
        OperatorKind::PartitionBy { by, id, body } => std::iter::once(by).chain(id).chain([&**body]).collect(),
        OperatorKind::Fork(branches) => branches.iter().map(|(_, branch)| branch).collect(),
        OperatorKind::Facet { by, with } => by.iter().chain(with.as_deref()).collect(),
        OperatorKind::Find { tables, predicate, project, away, .. } => {
            tables.iter().chain([predicate]).chain(project.iter().flatten()).chain(away.iter().flatten()).collect()
        }
        OperatorKind::Search { tables, predicate } => tables.iter().chain([predicate]).collect(),
        OperatorKind::Reduce { by, with } => std::iter::once(by).chain(values(with)).collect(),
        OperatorKind::Render { with, .. } => values(with).collect(),
        OperatorKind::Range { from, to, step, .. } => vec![from, to, step],
        OperatorKind::DataTable { values, .. } => values.iter().collect(),
        OperatorKind::ExternalData { urls, with, .. } => urls.iter().chain(values(with)).collect(),
        OperatorKind::MakeGraph { nodes, partitioned, .. } => {
            nodes.iter().map(|(table, _)| table).chain(partitioned.iter().map(|(_, body)| &**body)).collect()
        }
        OperatorKind::GraphMatch { predicate, project, .. } => predicate.iter().chain(project.iter().flatten()).collect(),
        OperatorKind::Graph { args, .. } => args.iter().collect(),
        OperatorKind::Count(_)
        | OperatorKind::As(_)
        | OperatorKind::Consume
        | OperatorKind::GetSchema
        | OperatorKind::ExecuteAndCache
        | OperatorKind::AssertSchema(_)
        | OperatorKind::Unknown(_) => Vec::new(),
    }
}

fn ordered(order: &[Order]) -> impl Iterator<Item = &Expr> {
    order.iter().map(|term| &term.expr)
}

fn values(params: &[Param]) -> impl Iterator<Item = &Expr> {
    params.iter().map(|param| &param.value)
}

fn top_nested(clause: &TopNested) -> Vec<&Expr> {
    clause.count.iter().chain([&clause.of]).chain(&clause.others).chain([&clause.by]).collect()
}

fn scan_step(step: &ScanStep) -> impl Iterator<Item = &Expr> {
    std::iter::once(&step.condition).chain(&step.assignments)
}
