//! A function under its old name.
//!
//! Kusto still takes the old spelling and documents only the new one.
//!
//! ```kusto bad
//! SecurityAlert | extend Parsed = parsejson(Entities) | project Parsed
//! ```
//!
//! ```kusto good
//! SecurityAlert | extend Parsed = parse_json(Entities) | project Parsed
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::kusto::ast::{Expr, ExprKind};
use crate::lang::kusto::walk::Node;

pub(super) static LINT: Lint = Lint::new("deprecated-function", include_str!("deprecated_function.rs"), check).info().pedantic();

/// Old name and new name (<https://learn.microsoft.com/kusto/query/scalar-functions>).
const RENAMED: [(&str, &str); 8] = [
    ("parsejson", "parse_json"),
    ("parseurl", "parse_url"),
    ("parseurlquery", "parse_urlquery"),
    ("makelist", "make_list"),
    ("makeset", "make_set"),
    ("argmax", "arg_max"),
    ("argmin", "arg_min"),
    ("columnifexists", "column_ifexists"),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(query) = context.kusto() else { return };
    query.walk(&mut |node| {
        if let Node::Expr(Expr { kind: ExprKind::Call(call), .. }) = node
            && let Some((old, new)) = RENAMED.iter().find(|(old, _)| *old == call.name.text)
        {
            let span = context.place(call.name.span);
            let fix = Fix { title: format!("write `{new}`"), edits: vec![Edit { span, text: (*new).to_owned() }], safe: true };
            found.push(LINT.at(span, format!("`{old}` is an old name of `{new}`")).with_fix(fix));
        }
    });
}
