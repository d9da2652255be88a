//! Scalar expressions.

use super::{Raiser, identifier, literal, name_expr, node};
use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, Member, Plan, StringTest, Type};
use crate::lang::kusto::ast::{self, BinaryOp, InOp};
use crate::source::Span;
use std::sync::Arc;

/// The spelling of a string test: test, case rule, plain form, negated form. Microsoft's table: `datatypes-string-operators.md`.
const TESTS: [(StringTest, Case, BinaryOp, Option<BinaryOp>); 13] = [
    (StringTest::Contains, Case::Insensitive, BinaryOp::Contains, Some(BinaryOp::NotContains)),
    (StringTest::Contains, Case::Sensitive, BinaryOp::ContainsCs, Some(BinaryOp::NotContainsCs)),
    (StringTest::StartsWith, Case::Insensitive, BinaryOp::StartsWith, Some(BinaryOp::NotStartsWith)),
    (StringTest::StartsWith, Case::Sensitive, BinaryOp::StartsWithCs, Some(BinaryOp::NotStartsWithCs)),
    (StringTest::EndsWith, Case::Insensitive, BinaryOp::EndsWith, Some(BinaryOp::NotEndsWith)),
    (StringTest::EndsWith, Case::Sensitive, BinaryOp::EndsWithCs, Some(BinaryOp::NotEndsWithCs)),
    (StringTest::Has, Case::Insensitive, BinaryOp::Has, Some(BinaryOp::NotHas)),
    (StringTest::Has, Case::Sensitive, BinaryOp::HasCs, Some(BinaryOp::NotHasCs)),
    (StringTest::HasPrefix, Case::Insensitive, BinaryOp::HasPrefix, Some(BinaryOp::NotHasPrefix)),
    (StringTest::HasPrefix, Case::Sensitive, BinaryOp::HasPrefixCs, Some(BinaryOp::NotHasPrefixCs)),
    (StringTest::HasSuffix, Case::Insensitive, BinaryOp::HasSuffix, Some(BinaryOp::NotHasSuffix)),
    (StringTest::HasSuffix, Case::Sensitive, BinaryOp::HasSuffixCs, Some(BinaryOp::NotHasSuffixCs)),
    (StringTest::Regex, Case::Sensitive, BinaryOp::MatchesRegex, None),
];

/// How tightly a node binds; a child that binds less tightly than its place asks for gets parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Or,
    And,
    Comparison,
    Sum,
    Product,
    Unary,
    Primary,
}

impl Raiser {
    /// Raises a scalar expression.
    pub(super) fn scalar(&mut self, expr: &Expr) -> ast::Expr {
        match &expr.kind {
            ExprKind::Literal(value) => node(literal(value, expr.ty)),
            ExprKind::Column(name) => name_expr(name),
            ExprKind::SideColumn { right, name } => member(name_expr(if *right { "$right" } else { "$left" }), name),
            ExprKind::Member { base, member } => self.member(base, member),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            ExprKind::Negate(operand) => {
                let operand = Box::new(self.at_least(Tightness::Unary, operand));
                node(ast::ExprKind::Unary { minus: true, operand })
            }
            ExprKind::And(operands) => node(ast::ExprKind::And(self.all_at_least(Tightness::Comparison, operands))),
            ExprKind::Or(operands) => node(ast::ExprKind::Or(self.all_at_least(Tightness::And, operands))),
            ExprKind::Not(operand) => {
                let operand = self.scalar(operand);
                call("not", vec![operand])
            }
            ExprKind::Compare { op, case, left, right } => self.compare(*op, *case, left, right, expr.span),
            ExprKind::Test { test, case, negated, left, right } => self.test((*test, *case), *negated, left, right, expr.span),
            ExprKind::InList { test, all, case, negated, value, list } => {
                let list = list.iter().map(|item| self.scalar(item)).collect();
                self.membership((*test, *all, *case), *negated, value, list, expr.span)
            }
            ExprKind::InPlan { test, all, case, negated, value, plan } => {
                let list = vec![self.tabular(plan)];
                self.membership((*test, *all, *case), *negated, value, list, expr.span)
            }
            ExprKind::Between { negated, value, low, high } => self.between(*negated, value, low, high),
            ExprKind::Call { function, args } => {
                let args = args.iter().map(|arg| self.scalar(arg)).collect();
                call(function, args)
            }
            ExprKind::Conditional { arms, otherwise } => self.conditional(arms, otherwise),
            // The engine converts by itself where the reader put this node.
            ExprKind::Convert(inner) => self.scalar(inner),
            ExprKind::Scalar(plan) => self.first_cell(plan),
            ExprKind::Match { .. } => {
                self.refuse("event-predicate-in-kusto", expr.span, "a field predicate of an event language has no Kusto form of its own")
            }
            ExprKind::Opaque { text, code } => {
                let message = format!("`{}` is not understood ({code})", shorten(text));
                self.refuse("opaque-expression", expr.span, message)
            }
        }
    }

    fn at_least(&mut self, wanted: Tightness, expr: &Expr) -> ast::Expr {
        let raised = self.scalar(expr);
        if tightness(&raised.kind) < wanted { node(ast::ExprKind::Paren(Box::new(raised))) } else { raised }
    }

    fn all_at_least(&mut self, wanted: Tightness, exprs: &[Expr]) -> Vec<ast::Expr> {
        exprs.iter().map(|expr| self.at_least(wanted, expr)).collect()
    }

    fn member(&mut self, base: &Expr, part: &Member) -> ast::Expr {
        let base = self.at_least(Tightness::Primary, base);
        match part {
            Member::Name(name) => member(base, name),
            Member::Index(index) => {
                let index = Box::new(self.scalar(index));
                node(ast::ExprKind::Index { base: Box::new(base), index })
            }
        }
    }

    fn arithmetic(&mut self, op: Arithmetic, left: &Expr, right: &Expr) -> ast::Expr {
        let (op, own, next) = match op {
            Arithmetic::Add => (BinaryOp::Add, Tightness::Sum, Tightness::Product),
            Arithmetic::Subtract => (BinaryOp::Subtract, Tightness::Sum, Tightness::Product),
            Arithmetic::Multiply => (BinaryOp::Multiply, Tightness::Product, Tightness::Unary),
            Arithmetic::Divide => (BinaryOp::Divide, Tightness::Product, Tightness::Unary),
            Arithmetic::Modulo => (BinaryOp::Modulo, Tightness::Product, Tightness::Unary),
        };
        let left = self.at_least(own, left);
        let right = self.at_least(next, right);
        binary(op, left, right)
    }

    fn compare(&mut self, op: Comparison, case: Case, left: &Expr, right: &Expr, span: Span) -> ast::Expr {
        let op = match (op, case) {
            (Comparison::Eq, Case::Sensitive) => BinaryOp::Equal,
            (Comparison::Eq, Case::Insensitive) => BinaryOp::EqualTilde,
            (Comparison::Ne, Case::Sensitive) => BinaryOp::NotEqual,
            (Comparison::Ne, Case::Insensitive) => BinaryOp::NotEqualTilde,
            (Comparison::Lt, Case::Sensitive) => BinaryOp::Less,
            (Comparison::Le, Case::Sensitive) => BinaryOp::LessEqual,
            (Comparison::Gt, Case::Sensitive) => BinaryOp::Greater,
            (Comparison::Ge, Case::Sensitive) => BinaryOp::GreaterEqual,
            (_, Case::Insensitive) => return self.refuse("case-insensitive-order", span, "Kusto has no ordering that ignores case"),
        };
        let left = self.at_least(Tightness::Sum, left);
        let right = self.at_least(Tightness::Sum, right);
        binary(op, left, right)
    }

    fn test(&mut self, (test, case): (StringTest, Case), negated: bool, left: &Expr, right: &Expr, span: Span) -> ast::Expr {
        let (left, right) = (self.at_least(Tightness::Sum, left), self.at_least(Tightness::Sum, right));
        let Some((.., plain, inverse)) = TESTS.iter().find(|row| row.0 == test && row.1 == case) else {
            return self.refuse("case-insensitive-regex", span, "`matches regex` is case-sensitive; say `(?i)` in the pattern");
        };
        match (negated, inverse) {
            (false, _) => binary(*plain, left, right),
            (true, Some(inverse)) => binary(*inverse, left, right),
            (true, None) => call("not", vec![binary(*plain, left, right)]),
        }
    }

    fn membership(
        &mut self,
        (test, all, case): (Option<StringTest>, bool, Case),
        negated: bool,
        value: &Expr,
        list: Vec<ast::Expr>,
        span: Span,
    ) -> ast::Expr {
        let value = Box::new(self.at_least(Tightness::Sum, value));
        let (op, outer_not) = match (test, all, case, negated) {
            (None, false, Case::Sensitive, false) => (InOp::In, false),
            (None, false, Case::Sensitive, true) => (InOp::NotIn, false),
            (None, false, Case::Insensitive, false) => (InOp::InTilde, false),
            (None, false, Case::Insensitive, true) => (InOp::NotInTilde, false),
            (Some(StringTest::Has), false, Case::Insensitive, _) => (InOp::HasAny, negated),
            (Some(StringTest::Has), true, Case::Insensitive, _) => (InOp::HasAll, negated),
            _ => return self.refuse("list-test-not-in-kusto", span, "Kusto has no list operator for this test"),
        };
        let test = node(ast::ExprKind::In { op, op_span: Span::default(), value, list });
        if outer_not { call("not", vec![test]) } else { test }
    }

    fn between(&mut self, negated: bool, value: &Expr, low: &Expr, high: &Expr) -> ast::Expr {
        let value = Box::new(self.at_least(Tightness::Sum, value));
        let low = Box::new(self.at_least(Tightness::Sum, low));
        let high = Box::new(self.at_least(Tightness::Sum, high));
        node(ast::ExprKind::Between { negated, value, low, high })
    }

    fn conditional(&mut self, arms: &[(Expr, Expr)], otherwise: &Expr) -> ast::Expr {
        let mut args = Vec::with_capacity(arms.len() * 2 + 1);
        for (condition, value) in arms {
            args.push(self.scalar(condition));
            args.push(self.scalar(value));
        }
        args.push(self.scalar(otherwise));
        call(if arms.len() == 1 { "iff" } else { "case" }, args)
    }

    fn first_cell(&mut self, plan: &Arc<Plan>) -> ast::Expr {
        let plan = self.tabular(plan);
        call("toscalar", vec![plan])
    }
}

fn tightness(kind: &ast::ExprKind) -> Tightness {
    match kind {
        ast::ExprKind::Or(_) | ast::ExprKind::Pipe { .. } | ast::ExprKind::Source(_) | ast::ExprKind::Named { .. } => Tightness::Or,
        ast::ExprKind::And(_) => Tightness::And,
        ast::ExprKind::In { .. } | ast::ExprKind::Between { .. } => Tightness::Comparison,
        ast::ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Subtract, .. } => Tightness::Sum,
        ast::ExprKind::Binary { op: BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo, .. } => Tightness::Product,
        ast::ExprKind::Binary { .. } => Tightness::Comparison,
        ast::ExprKind::Unary { .. } => Tightness::Unary,
        _ => Tightness::Primary,
    }
}

/// Builds `f(…)`.
pub(super) fn call(name: &str, args: Vec<ast::Expr>) -> ast::Expr {
    let name = ast::Name { text: name.to_owned(), quoted: false, span: Span::default() };
    node(ast::ExprKind::Call(ast::Call { name, args }))
}

fn binary(op: BinaryOp, left: ast::Expr, right: ast::Expr) -> ast::Expr {
    node(ast::ExprKind::Binary { op, op_span: Span::default(), left: Box::new(left), right: Box::new(right) })
}

/// Builds `base.name`, or `base["na me"]` where the name is no identifier.
fn member(base: ast::Expr, name: &str) -> ast::Expr {
    let id = identifier(name);
    if id.quoted {
        let index = Box::new(node(literal(&crate::ir::Value::string(name), Type::String)));
        return node(ast::ExprKind::Index { base: Box::new(base), index });
    }
    node(ast::ExprKind::Member { base: Box::new(base), selector: Box::new(node(ast::ExprKind::Name(id))), bracketed: false })
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(39).chain(std::iter::once('…')).collect() }
}
