//! Comparisons of `tolower(x)` or `toupper(x)` with constants, by operators that mind letters' case.

use super::Context;
use crate::lang::kusto::ast::{BinaryOp, Expr, ExprKind, InOp};
use crate::lang::kusto::walk::Node;
use crate::source::Span;

/// `tolower(x) == "…"`, `toupper(x) in ("…", "…")`.
#[derive(Debug)]
pub(super) struct Comparison {
    /// `tolower` or `toupper`.
    pub function: &'static str,
    /// Where the call stands.
    pub call: Span,
    /// Where its argument stands.
    pub argument: Span,
    /// Where the operator stands, and the same operator without regard to case.
    pub operator: (Span, &'static str),
    /// The constants and their places.
    pub texts: Vec<(String, Span)>,
}

impl Comparison {
    /// Tells whether what the function gives can equal, or hold, the text.
    pub(super) fn can_equal(&self, text: &str) -> bool {
        match self.function {
            "tolower" => !text.chars().any(|c| c.is_ascii_uppercase()),
            _ => !text.chars().any(|c| c.is_ascii_lowercase()),
        }
    }

    /// Names the letters that the function leaves none of.
    pub(super) fn letters_lost(&self) -> &'static str {
        if self.function == "tolower" { "capitals" } else { "small letters" }
    }
}

/// Operators that mind case, and their twins that do not.
const TWINS: [(BinaryOp, &str); 8] = [
    (BinaryOp::Equal, "=~"),
    (BinaryOp::NotEqual, "!~"),
    (BinaryOp::HasCs, "has"),
    (BinaryOp::ContainsCs, "contains"),
    (BinaryOp::NotContainsCs, "!contains"),
    (BinaryOp::StartsWithCs, "startswith"),
    (BinaryOp::EndsWithCs, "endswith"),
    (BinaryOp::HasPrefixCs, "hasprefix"),
];

/// Returns every such comparison in the main query.
pub(super) fn comparisons(context: &Context<'_>) -> Vec<Comparison> {
    let mut all = Vec::new();
    context.walk_kusto(&mut |node| {
        if let Node::Expr(expr) = node {
            all.extend(comparison(expr));
        }
    });
    all
}

fn comparison(expr: &Expr) -> Option<Comparison> {
    let (value, operator, list) = match &expr.kind {
        ExprKind::Binary { op, op_span, left, right } => {
            let (_, twin) = TWINS.iter().find(|(sensitive, _)| sensitive == op)?;
            (&**left, (*op_span, *twin), vec![&**right])
        }
        ExprKind::In { op: InOp::In, op_span, value, list } => (&**value, (*op_span, "in~"), list.iter().collect()),
        ExprKind::In { op: InOp::NotIn, op_span, value, list } => (&**value, (*op_span, "!in~"), list.iter().collect()),
        _ => return None,
    };
    let ExprKind::Call(call) = &value.unwrapped().kind else { return None };
    let function = ["tolower", "toupper"].into_iter().find(|name| *name == call.name.text)?;
    let texts: Option<Vec<(String, Span)>> = list.iter().map(|item| Some((item.as_text()?.to_owned(), item.span))).collect();
    Some(Comparison { function, call: value.span, argument: call.args.first()?.span, operator, texts: texts? })
}
