//! Expressions as text. Parentheses are the tree's own; where a tree has none but needs them, they are added.

use super::Printer;
use crate::lang::kusto::ast::{BinaryOp, Call, ColumnDeclaration, Expr, ExprKind};

/// How tightly a form binds; the order is that of the grammar's precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Query,
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Text,
    Operand,
    Primary,
}

fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Pipe { .. } | ExprKind::Named { .. } | ExprKind::Block(_) => Level::Query,
        ExprKind::Source(operator) if !operator.kind.is_primary() => Level::Query,
        ExprKind::Or(_) => Level::Or,
        ExprKind::And(_) => Level::And,
        ExprKind::In { .. } | ExprKind::Between { .. } => Level::Equality,
        ExprKind::Binary { op, .. } => binary_level(*op),
        ExprKind::Unary { .. } => Level::Operand,
        _ => Level::Primary,
    }
}

fn binary_level(op: BinaryOp) -> Level {
    match op {
        BinaryOp::Equal | BinaryOp::NotEqual => Level::Equality,
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => Level::Relation,
        BinaryOp::Add | BinaryOp::Subtract => Level::Sum,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Level::Product,
        _ => Level::Text,
    }
}

/// The level of an operand left of `level`: sums and products chain, the others do not.
fn left_of(level: Level) -> Level {
    if matches!(level, Level::Sum | Level::Product) { level } else { right_of(level) }
}

fn right_of(level: Level) -> Level {
    match level {
        Level::Query => Level::Or,
        Level::Or => Level::And,
        Level::And => Level::Equality,
        Level::Equality => Level::Relation,
        Level::Relation => Level::Sum,
        Level::Sum => Level::Product,
        Level::Product => Level::Text,
        _ => Level::Operand,
    }
}

impl Printer {
    /// Writes an element of a list: anything.
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.expr_at(expr, Level::Query);
    }

    /// Writes a scalar expression, in parentheses if it is a query.
    pub(super) fn scalar(&mut self, expr: &Expr) {
        self.expr_at(expr, Level::Or);
    }

    /// Writes a scalar expression that may have a name.
    pub(super) fn named(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Named { .. } => self.expr(expr),
            _ => self.scalar(expr),
        }
    }

    /// Writes an expression where only forms from `lowest` up can stand.
    pub(super) fn expr_at(&mut self, expr: &Expr, lowest: Level) {
        let own = level(expr);
        if own < lowest {
            self.put("(");
            self.form(expr, own);
            self.put(")");
        } else {
            self.form(expr, own);
        }
    }

    fn form(&mut self, expr: &Expr, own: Level) {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Wildcard(text) => self.put(text),
            ExprKind::Literal(literal) => self.put(&literal.raw),
            ExprKind::Call(call) => self.call(call),
            ExprKind::Member { base, selector, bracketed } => {
                self.expr_at(base, Level::Primary);
                self.put(if *bracketed { ".[" } else { "." });
                self.expr(selector);
                self.put(if *bracketed { "]" } else { "" });
            }
            ExprKind::Index { base, index } => {
                self.expr_at(base, Level::Primary);
                self.put("[");
                self.scalar(index);
                self.put("]");
            }
            ExprKind::Unary { minus, operand } => {
                self.put(if *minus { "-" } else { "+" });
                self.expr_at(operand, Level::Primary);
            }
            ExprKind::Binary { op, left, right, .. } => {
                self.expr_at(left, left_of(own));
                let tight = *op == BinaryOp::Search;
                self.put(if tight { "" } else { " " });
                self.put(op.spelling());
                self.put(if tight { "" } else { " " });
                self.expr_at(right, right_of(own));
            }
            ExprKind::And(terms) => self.list(terms, " and ", |p, term| p.expr_at(term, Level::Equality)),
            ExprKind::Or(terms) => self.list(terms, " or ", |p, term| p.expr_at(term, Level::And)),
            ExprKind::Paren(inner) => {
                self.put("(");
                self.expr(inner);
                self.put(")");
            }
            _ => self.special(expr),
        }
    }

    fn special(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::In { op, value, list, .. } => {
                self.expr_at(value, Level::Relation);
                self.put(" ");
                self.put(op.spelling());
                self.put(" (");
                self.list(list, ", ", Self::expr);
                self.put(")");
            }
            ExprKind::Between { negated, value, low, high } => {
                self.expr_at(value, Level::Relation);
                self.put(if *negated { " !between (" } else { " between (" });
                self.scalar(low);
                self.put(" .. ");
                self.scalar(high);
                self.put(")");
            }
            ExprKind::Named { names, tuple, value } => {
                self.put(if *tuple { "(" } else { "" });
                self.list(names, ", ", Self::declared);
                self.put(if *tuple { ") = " } else { " = " });
                self.expr(value);
            }
            ExprKind::TypeOf { ty, columns, star } => {
                self.put("typeof(");
                self.put(ty.map_or("", crate::ir::Type::name));
                self.columns(columns, *star);
                self.put(")");
            }
            ExprKind::Pipe { source, operators } => {
                if !is_absent(source) {
                    let bare = matches!(source.kind, ExprKind::Source(_));
                    self.expr_at(source, if bare { Level::Query } else { Level::Or });
                    self.put(" | ");
                }
                self.list(operators, " | ", Self::operator);
            }
            ExprKind::Source(operator) => self.operator(operator),
            ExprKind::Block(statements) => self.statements(statements),
            _ => {}
        }
    }

    /// Writes a call; a call without a name is a bare list (`series=a, b` of `render`).
    pub(super) fn call(&mut self, call: &Call) {
        if call.name.text.is_empty() {
            return self.list(&call.args, ", ", Self::expr);
        }
        if call.name.text == "entity_group" {
            self.put("entity_group [");
            self.list(&call.args, ", ", Self::expr);
            return self.put("]");
        }
        let takes_query = matches!(call.name.text.as_str(), "toscalar" | "totable" | "materialize");
        if takes_query {
            self.put(&call.name.text);
        } else {
            self.name(&call.name);
        }
        self.put("(");
        self.list(&call.args, ", ", |p, arg| if takes_query { p.expr(arg) } else { p.named(arg) });
        self.put(")");
    }

    /// Writes `a: string, b: long, *` without brackets.
    pub(super) fn columns(&mut self, columns: &[ColumnDeclaration], star: bool) {
        self.list(columns, ", ", |p, column| {
            p.declared(&column.name);
            p.put(":");
            p.put(column.ty.name());
        });
        if star {
            self.put(if columns.is_empty() { "*" } else { ", *" });
        }
    }
}

/// Tells whether this is the source of a query that has none (`mv-apply … on ( … )`).
pub(super) fn is_absent(source: &Expr) -> bool {
    matches!(&source.kind, ExprKind::Name(name) if name.text.is_empty())
}
