//! Expressions that compute the same, wherever they stand in a query and however the value is made a text.
//!
//! What is computed in two ways (`a + b`, `b + a`) is not seen as the same.

use super::{Expr, ExprKind, Member, Value, order};

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
            (ExprKind::Call { function, args }, ExprKind::Call { function: theirs, args: own }) => {
                function == theirs && args.len() == own.len() && args.iter().zip(own).all(|(arg, other)| arg.is_alike(other))
            }
            (ExprKind::Member { base, member }, ExprKind::Member { base: theirs, member: own }) => {
                let is_same = match (member, own) {
                    (Member::Index(index), Member::Index(other)) => index.is_alike(other),
                    (member, own) => name(member).is_some_and(|name| self::name(own) == Some(name)),
                };
                is_same && base.is_alike(theirs)
            }
            (ExprKind::Literal(value), ExprKind::Literal(other)) => order::equals(value, other),
            (a, b) => a == b,
        }
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
