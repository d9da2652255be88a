//! Full-text search: `KQL`, `QSTR`, `MATCH`, `MATCH_PHRASE`, `:`. They look at any value of a field, as the event languages do.

use super::super::ast::{Expr, ExprKind};
use super::Lowering;
use super::expressions::call;
use crate::ir::{self, FieldRef, Matcher, Type};
use crate::lang::{kuery, lucene};
use crate::schema::FieldType;
use crate::source::Span;

impl Lowering<'_> {
    pub(super) fn full_text(&mut self, name: &str, args: &[Expr], options: &[(String, Expr)], span: Span) -> ir::Expr {
        match (name, args) {
            ("kql" | "qstr", [query]) => self.embedded(name == "kql", query, options, span),
            ("match", [field, queries @ ..]) if !queries.is_empty() => {
                let each = queries.iter().map(|query| self.search(field, query, options, span)).collect::<Vec<_>>();
                ir::Expr::any(each, span)
            }
            ("match_phrase", [field, query]) => self.text_match(field, query, true, span),
            ("multi_match", [query, fields @ ..]) if !fields.is_empty() => {
                let each = fields.iter().map(|field| self.search(field, query, options, span)).collect::<Vec<_>>();
                ir::Expr::any(each, span)
            }
            _ => self.refused("wrong-arity", span, format!("`{name}` does not take {} arguments", args.len())),
        }
    }

    /// A query of another language inside a text.
    fn embedded(&mut self, is_kql: bool, query: &Expr, options: &[(String, Expr)], span: Span) -> ir::Expr {
        let Some(text) = self.constant_text(query) else { return self.expression(query) };
        if let Some((option, value)) = options.first() {
            return self.refused("unsupported-option", value.span, format!("the option `{option}` is not run"));
        }
        let catalog = self.catalog;
        let types = |name: &str| catalog.field(name).unwrap_or_default();
        let types: &dyn Fn(&str) -> FieldType = &types;
        let read = if is_kql {
            kuery::parse(&text).map(|tree| kuery::lower(&tree, types))
        } else {
            lucene::parse(&text).map(|tree| lucene::lower(&tree, types))
        };
        match read {
            Ok(predicate) => placed(&predicate, span),
            Err(error) => self.refused(error.code, query.span, format!("in the query inside: {}", error.message)),
        }
    }

    /// `field : query`, `MATCH(field, query)`: tokens of analysed text, else the value as it is.
    pub(super) fn search(&mut self, field: &Expr, query: &Expr, options: &[(String, Expr)], span: Span) -> ir::Expr {
        let named = |field: &Expr| match &field.kind {
            ExprKind::Name(name) => Some(name.text.clone()),
            _ => None,
        };
        let is_analysed = named(field).is_some_and(|name| self.catalog.field(&name).is_some_and(|field| field.kind.is_analysed()));
        let fuzziness = options.iter().find(|(option, _)| option == "fuzziness").map(|(_, value)| self.expression(value));
        match fuzziness {
            None if is_analysed && matches!(query.kind, ExprKind::Text { .. }) => return self.text_match(field, query, false, span),
            Some(edits) if is_analysed => {
                let analysed = ir::Expr::literal(true, Type::Bool, span);
                let args = vec![self.expression(field), self.expression(query), edits, analysed];
                return call("esql.search.fuzzy", args, Type::Bool, span);
            }
            _ => {}
        }
        let mut args = vec![self.expression(field), self.expression(query)];
        args.extend(fuzziness);
        for (option, value) in options {
            match option.as_str() {
                // Read above; the others bound the work or the score of a search, not what it finds.
                "fuzziness" | "boost" | "max_expansions" | "lenient" | "fuzzy_transpositions" => {}
                _ => return self.refused("unsupported-option", value.span, format!("the option `{option}` is not run")),
            }
        }
        call("esql.match", args, Type::Bool, span)
    }

    fn text_match(&mut self, field: &Expr, query: &Expr, phrase: bool, span: Span) -> ir::Expr {
        let Some(text) = self.constant_text(query) else { return self.expression(query) };
        let field = self.expression(field);
        let field = match &field.kind {
            ir::ExprKind::Column(name) => FieldRef::Field(name.clone()),
            _ => FieldRef::Value(Box::new(field)),
        };
        ir::Expr::new(ir::ExprKind::Match { field, matcher: Matcher::Text { text: text.into(), phrase } }, Type::Bool, span)
    }
}

/// Gives every part of a predicate the place of the call it stands in: its own count bytes of the text inside.
fn placed(expr: &ir::Expr, span: Span) -> ir::Expr {
    ir::Expr { span, ..expr.map_children(&mut |child| placed(child, span)) }
}
