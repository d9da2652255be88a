//! Columns parsed out of a text (`parse`) as what a regular expression captures there.

use crate::ir::{Case, Expr, ExprKind, Named, ParseMode, ParsePart, StringTest, Type};
use crate::source::Span;
use regex::escape;
use std::sync::Arc;

/// What `parse` fills, and when its pattern matches.
pub(super) struct Parsed {
    pub(super) columns: Vec<Named>,
    pub(super) matches: Expr,
}

/// Reads a pattern over a text; `None` where flags change what its pieces mean.
pub(super) fn columns(text: &Expr, mode: ParseMode, flags: &str, parts: &[ParsePart], span: Span) -> Option<Parsed> {
    if !flags.is_empty() {
        return None;
    }
    let mut regex = String::from("(?s)^");
    let mut names = Vec::new();
    for part in parts {
        match part {
            ParsePart::Skip => regex.push_str(".*?"),
            ParsePart::Text(delimiter) if mode == ParseMode::Regex => regex.push_str(&format!("(?:{delimiter})")),
            ParsePart::Text(delimiter) => regex.push_str(&escape(delimiter)),
            ParsePart::Column(column) => {
                regex.push_str("(.*?)");
                names.push(column);
            }
        }
    }
    regex.push('$');
    let literal = |value: &str| Expr::literal(value, Type::String, span);
    let capture = |(number, column): (usize, &&crate::ir::Column)| {
        let number = Expr::literal(i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1), Type::Long, span);
        let args = vec![literal(&regex), number, text.clone()];
        let expr = Expr::new(ExprKind::Call { function: Arc::from("extract"), args }, column.ty, span);
        Named { name: column.name.clone(), expr }
    };
    let columns = names.iter().enumerate().map(capture).collect();
    let (left, right) = (Box::new(text.clone()), Box::new(literal(&regex)));
    let kind = ExprKind::Test { test: StringTest::Regex, case: Case::Sensitive, negated: false, left, right };
    Some(Parsed { columns, matches: Expr::new(kind, Type::Bool, span) })
}
