//! Expressions: the precedence table, and operands with their paths, calls and indexes.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, peek, take};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{BinaryOp, Call, Expr, ExprKind, InOp, Name};
use crate::source::Span;

/// Terms that a chain of one left-associative operator, or one path, may have: the tree is that deep.
const MAX_CHAIN: usize = 400;

/// How strongly an operator binds. `Equality`, `Relation` and `Text` operators do not chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Text,
    Operand,
}

impl Level {
    fn chains(self) -> bool {
        !matches!(self, Self::Equality | Self::Relation | Self::Text)
    }

    fn tighter(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Equality,
            Self::Equality => Self::Relation,
            Self::Relation => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Text,
            Self::Text | Self::Operand => Self::Operand,
        }
    }
}

/// What an operator's text stands for.
#[derive(Clone, Copy, Debug)]
enum Infix {
    Or,
    And,
    Binary(BinaryOp),
}

fn infix(text: &str) -> Option<(Infix, Level)> {
    let op = match text {
        "or" => return Some((Infix::Or, Level::Or)),
        "and" => return Some((Infix::And, Level::And)),
        // The blank in `matches regex` may be of any kind.
        _ => BinaryOp::from_spelling(text).or_else(|| text.starts_with("matches").then_some(BinaryOp::MatchesRegex))?,
    };
    Some((Infix::Binary(op), level(op)))
}

fn level(op: BinaryOp) -> Level {
    match op {
        BinaryOp::Equal | BinaryOp::NotEqual => Level::Equality,
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => Level::Relation,
        BinaryOp::Add | BinaryOp::Subtract => Level::Sum,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Level::Product,
        _ => Level::Text,
    }
}

impl<'t> Builder<'t> {
    /// Builds an `expr`, `entity` or any other rule made of operands and operators.
    pub(super) fn expr(&self, part: Part<'t>) -> Built<Expr> {
        let mut parts = part.into_inner().peekable();
        self.climb(&mut parts, Level::Or)
    }

    /// Builds the next part as an expression.
    pub(super) fn next_expr(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let part = self.next(parts)?;
        self.expr(part)
    }

    fn climb(&self, parts: &mut Parts<'t>, lowest: Level) -> Built<Expr> {
        let mut left = self.operand(parts)?;
        let (mut last, mut length) = (None, 0);
        while let Some(next) = parts.peek() {
            let (op, level) = match next.as_rule() {
                Rule::op => infix(self.text(next)).ok_or_else(|| self.misplaced(next))?,
                Rule::in_op | Rule::between_op => (Infix::Or, Level::Equality),
                _ => return Err(self.misplaced(next)),
            };
            if level < lowest {
                break;
            }
            // What follows a list or a range binds no tighter than it: `a in (b) * c` is refused.
            if last.is_some_and(|last| level > last) {
                return Err(self.misplaced(next));
            }
            let sign = self.next(parts)?;
            let op_span = self.span(&sign);
            if last == Some(level) && !level.chains() {
                let message = format!("`{}` cannot follow another comparison", self.text(&sign));
                return Err(Box::new(fault(op_span, message).with_help("put parentheses around one of them")));
            }
            length = if last == Some(level) { length + 1 } else { 0 };
            if length > MAX_CHAIN && level > Level::And {
                return Err(too_long(op_span));
            }
            last = Some(level);
            left = match sign.as_rule() {
                Rule::op => combine(op, op_span, left, self.climb(parts, level.tighter())?),
                Rule::between_op => self.between(&sign, left, parts)?,
                _ => self.in_list(&sign, left, parts)?,
            };
        }
        Ok(left)
    }

    /// Says that a part of an expression cannot stand where it does: arguments after what is no name, a path after a list.
    fn misplaced(&self, part: &Part<'t>) -> Box<Diagnostic> {
        let place = self.places.get(part.as_span().start()).copied().unwrap_or_else(|| self.span(part));
        fault(place, format!("`{}` is not expected here", place.text(self.source)))
    }

    fn between(&self, sign: &Part<'t>, value: Expr, parts: &mut Parts<'t>) -> Built<Expr> {
        let (low, high) = (self.next_expr(parts)?, self.next(parts)?);
        // The closing parenthesis is the token after the upper end.
        let close = self.places.get(high.as_span().end()).copied();
        let span = value.span.to(close.unwrap_or_else(|| self.span(&high)));
        let negated = self.text(sign).starts_with('!');
        let kind = ExprKind::Between { negated, value: Box::new(value), low: Box::new(low), high: Box::new(self.expr(high)?) };
        Ok(Expr { kind, span })
    }

    fn in_list(&self, sign: &Part<'t>, value: Expr, parts: &mut Parts<'t>) -> Built<Expr> {
        let op = InOp::from_spelling(self.text(sign)).ok_or_else(|| fault(self.span(sign), "unknown list operator"))?;
        let list = self.next(parts)?;
        let span = value.span.to(self.span(&list));
        let mut inner = list.into_inner().peekable();
        let mut items = Vec::new();
        while inner.peek().is_some() {
            items.push(self.tabular(&mut inner)?);
        }
        if let [Expr { kind: ExprKind::Pipe { .. }, .. }, second, ..] = items.as_slice() {
            return Err(fault(second.span, "a query in a list is the whole list"));
        }
        let kind = ExprKind::In { op, op_span: self.span(sign), value: Box::new(value), list: items };
        Ok(Expr { kind, span })
    }

    fn operand(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let first = self.next(parts)?;
        let span = self.span(&first);
        match first.as_rule() {
            Rule::star_operand => Ok(Expr { kind: ExprKind::Wildcard("*".to_owned()), span }),
            Rule::sign => {
                let primary = self.next(parts)?;
                let operand = self.path(primary, parts)?;
                let span = span.to(operand.span);
                Ok(Expr { kind: ExprKind::Unary { minus: self.text(&first) == "-", operand: Box::new(operand) }, span })
            }
            _ => self.path(first, parts),
        }
    }

    fn path(&self, primary: Part<'t>, parts: &mut Parts<'t>) -> Built<Expr> {
        let mut base = self.primary(primary, parts)?;
        let mut length = 0;
        while let Some(Rule::word | Rule::quoted | Rule::index | Rule::dot_index) = peek(parts) {
            let part = self.next(parts)?;
            let part_span = self.span(&part);
            length += 1;
            if length > MAX_CHAIN {
                return Err(too_long(part_span));
            }
            let span = base.span.to(part_span);
            base = match part.as_rule() {
                Rule::index => Expr { kind: ExprKind::Index { base: Box::new(base), index: Box::new(self.inner_expr(part)?) }, span },
                Rule::dot_index => {
                    let selector = Box::new(self.inner_expr(part)?);
                    Expr { kind: ExprKind::Member { base: Box::new(base), selector, bracketed: true }, span }
                }
                _ => {
                    let selector = Box::new(self.name_or_call(part, parts)?);
                    let span = base.span.to(selector.span);
                    Expr { kind: ExprKind::Member { base: Box::new(base), selector, bracketed: false }, span }
                }
            };
        }
        Ok(base)
    }

    fn inner_expr(&self, part: Part<'t>) -> Built<Expr> {
        let mut inner = part.into_inner().peekable();
        self.next_expr(&mut inner)
    }

    fn primary(&self, part: Part<'t>, parts: &mut Parts<'t>) -> Built<Expr> {
        let span = self.span(&part);
        let kind = match part.as_rule() {
            Rule::word | Rule::quoted | Rule::plain => return self.name_or_call(part, parts),
            Rule::group => ExprKind::Paren(Box::new(self.inner_tabular(part)?)),
            Rule::type_of => self.type_of(part)?,
            Rule::client_name => ExprKind::Name(Name { text: self.joined(&part, ""), quoted: false, span }),
            Rule::datatable | Rule::externaldata => ExprKind::Source(Box::new(self.operator(part)?)),
            _ => ExprKind::Literal(self.literal(&part)?),
        };
        Ok(Expr { kind, span })
    }

    fn name_or_call(&self, part: Part<'t>, parts: &mut Parts<'t>) -> Built<Expr> {
        let span = self.span(&part);
        let Some(args) = take(parts, Rule::args) else {
            let name = self.name(part, NamePosition::Use)?;
            return Ok(Expr { span: name.span, kind: ExprKind::Name(name) });
        };
        if self.text(&part) == "materialize" {
            let message = "`materialize` is not expected here";
            return Err(Box::new(fault(span, message).with_help("it is the whole value of a `let`: `let x = materialize(…)`")));
        }
        let takes_query = matches!(self.text(&part), "toscalar" | "totable");
        let name = self.name(part, if takes_query { NamePosition::Anything } else { NamePosition::Use })?;
        let span = span.to(self.span(&args));
        let call = Call { name, args: self.args(args, takes_query)? };
        Ok(Expr { kind: ExprKind::Call(call), span })
    }

    /// Builds the arguments of a call; only calls that take queries have pipes in them.
    pub(super) fn args(&self, args: Part<'t>, takes_query: bool) -> Built<Vec<Expr>> {
        let mut inner = args.into_inner().peekable();
        let mut items = Vec::new();
        while inner.peek().is_some() {
            let item = self.item(&mut inner)?;
            let value = if let ExprKind::Named { value, .. } = &item.kind { value } else { &item };
            if !takes_query && let ExprKind::Pipe { operators, .. } = &value.kind {
                let place = operators.first().map_or(item.span, |operator| operator.span);
                let message = "a query as an argument needs parentheses of its own";
                return Err(Box::new(fault(place, message).with_help("write `f((T | …))`")));
            }
            items.push(item);
        }
        match items.as_slice() {
            [_, second, ..] if takes_query => Err(fault(second.span, "only one argument is expected here")),
            _ => Ok(items),
        }
    }

    /// Builds the value of a `let` that is all `materialize(…)`, which may stand nowhere else.
    pub(super) fn materialized(&self, parts: &mut Parts<'t>) -> Option<Built<Expr>> {
        let mut values = parts.clone();
        let (value, None) = (values.next()?, values.next()) else { return None };
        let mut inner = value.clone().into_inner();
        let (word, args, None) = (inner.next()?, inner.next()?, inner.next()) else { return None };
        if args.as_rule() != Rule::args || self.text(&word) != "materialize" {
            return None;
        }
        let span = self.span(&word).to(self.span(&args));
        Some(self.name(word, NamePosition::Anything).and_then(|name| {
            let call = Call { name, args: self.args(args, true)? };
            Ok(Expr { kind: ExprKind::Call(call), span })
        }))
    }

    fn inner_tabular(&self, part: Part<'t>) -> Built<Expr> {
        let mut inner = part.into_inner().peekable();
        self.tabular(&mut inner)
    }

    /// Builds an element of a list: `*`, a wildcard, or an expression with or without a name.
    pub(super) fn item(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        if let Some(star) = parts.next_if(|part| matches!(part.as_rule(), Rule::star | Rule::wildcard)) {
            return Ok(Expr { span: self.span(&star), kind: ExprKind::Wildcard(self.joined(&star, "")) });
        }
        if let Some(word) = parts.next_if(|part| matches!(part.as_rule(), Rule::word | Rule::quoted | Rule::plain)) {
            let name = self.name(word, NamePosition::Use)?;
            return Ok(Expr { span: name.span, kind: ExprKind::Name(name) });
        }
        let Some(decl) = take(parts, Rule::decl) else { return self.tabular(parts) };
        let start = self.span(&decl);
        let tuple = self.text(&decl).starts_with('(');
        let names = decl.into_inner().map(|name| self.name(name, NamePosition::Declaration)).collect::<Built<_>>()?;
        let value = Box::new(self.tabular(parts)?);
        let span = start.to(value.span);
        Ok(Expr { kind: ExprKind::Named { names, tuple, value }, span })
    }

    /// Builds elements for as long as there are parts that begin one.
    pub(super) fn items(&self, parts: &mut Parts<'t>) -> Built<Vec<Expr>> {
        let mut items = Vec::new();
        while let Some(Rule::expr | Rule::decl | Rule::star | Rule::wildcard | Rule::word | Rule::quoted | Rule::entity) = peek(parts) {
            items.push(self.item(parts)?);
        }
        Ok(items)
    }
}

fn combine(op: Infix, op_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let kind = match (op, left.kind) {
        (Infix::And, ExprKind::And(mut terms)) => {
            terms.push(right);
            ExprKind::And(terms)
        }
        (Infix::Or, ExprKind::Or(mut terms)) => {
            terms.push(right);
            ExprKind::Or(terms)
        }
        (Infix::And, kind) => ExprKind::And(vec![Expr { kind, span: left.span }, right]),
        (Infix::Or, kind) => ExprKind::Or(vec![Expr { kind, span: left.span }, right]),
        (Infix::Binary(op), kind) => {
            ExprKind::Binary { op, op_span, left: Box::new(Expr { kind, span: left.span }), right: Box::new(right) }
        }
    };
    Expr { kind, span }
}

fn too_long(span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("nested-too-deep", span, format!("more than {MAX_CHAIN} operators in one chain")))
}
