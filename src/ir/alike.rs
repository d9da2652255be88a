//! Expressions that compute the same, wherever they stand in a query and however the value is made a text.
//!
//! What is computed in two ways (`a + b`, `b + a`) is not seen as the same.

use super::{Expr, ExprKind, Member, Type, Value, order};
use crate::source::Span;

impl Expr {
    /// Returns the expression below conversions to text.
    pub fn bare(&self) -> &Self {
        match &self.kind {
            ExprKind::Convert(inner) => inner.bare(),
            ExprKind::Call { function, args } if &**function == "tostring" => args.first().map_or(self, Self::bare),
            _ => self,
        }
    }

    /// Tells whether another expression computes the same value, possibly as text.
    pub fn is_alike(&self, other: &Self) -> bool {
        match (&self.bare().kind, &other.bare().kind) {
            (ExprKind::Literal(value), ExprKind::Literal(other)) => order::equals(value, other),
            (ExprKind::Column(name), ExprKind::Column(other)) => name == other,
            (ExprKind::Member { base, member }, ExprKind::Member { base: theirs, member: own }) => {
                let is_same = match (member, own) {
                    (Member::Index(index), Member::Index(other)) => index.is_alike(other),
                    (member, own) => name(member).is_some_and(|name| self::name(own) == Some(name)),
                };
                is_same && base.is_alike(theirs)
            }
            _ => self.bare().is_same_node(other.bare()),
        }
    }

    /// Tells whether two expressions are the same operation on operands that are alike.
    fn is_same_node(&self, other: &Self) -> bool {
        let (own, theirs) = (self.children(), other.children());
        let without = |expr: &Self| expr.map_children(&mut |_| Self::literal(Value::Null, Type::Unknown, Span::default())).kind;
        own.len() == theirs.len() && without(self) == without(other) && own.iter().zip(theirs).all(|(own, other)| own.is_alike(other))
    }
}

/// `a["b"]` is `a.b`.
fn name(member: &Member) -> Option<&str> {
    match member {
        Member::Name(name) => Some(name),
        Member::Index(index) => match &index.kind {
            ExprKind::Literal(Value::String(name)) => Some(name),
            _ => None,
        },
    }
}
