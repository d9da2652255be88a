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

pub(super) static LINT: Lint = Lint::new("deprecated-function", include_str!("deprecated_function.rs"), check).info().pedantic();

/// What else the new name changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rename {
    /// Nothing.
    Same,
    /// The name of a column that the author does not name: `any(x)` gives `any_x`, `take_any(x)` gives `x`.
    OtherColumn,
    /// The order of the arguments.
    OtherOrder,
}

/// Old name, new name, and what else that changes.
///
/// From the symbols that Microsoft's own analyzer (KS507) calls obsolete.
const RENAMED: [(&str, &str, Rename); 26] = [
    ("any", "take_any", Rename::OtherColumn),
    ("anyif", "take_anyif", Rename::OtherColumn),
    ("argmax", "arg_max", Rename::OtherColumn),
    ("argmin", "arg_min", Rename::OtherColumn),
    ("array_sum", "series_sum", Rename::OtherColumn),
    ("arraylength", "array_length", Rename::Same),
    ("base64_decodestring", "base64_decode_tostring", Rename::Same),
    ("base64_encodestring", "base64_encode_tostring", Rename::Same),
    ("columnifexists", "column_ifexists", Rename::Same),
    ("datepart", "datetime_part", Rename::Same),
    ("extractall", "extract_all", Rename::Same),
    ("make_string", "unicode_codepoints_to_string", Rename::Same),
    ("makelist", "make_list", Rename::Same),
    ("makeset", "make_set", Rename::Same),
    ("notempty", "isnotempty", Rename::Same),
    ("notnull", "isnotnull", Rename::Same),
    ("pack", "bag_pack", Rename::Same),
    ("pack_dictionary", "bag_pack", Rename::Same),
    ("parsejson", "parse_json", Rename::Same),
    ("parseurl", "parse_url", Rename::Same),
    ("parseurlquery", "parse_urlquery", Rename::Same),
    ("replace", "replace_regex", Rename::OtherOrder),
    ("to_utf8", "unicode_codepoints_from_string", Rename::Same),
    ("toobject", "todynamic", Rename::Same),
    ("totime", "totimespan", Rename::Same),
    ("weekofyear", "week_of_year", Rename::OtherColumn),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.kusto_calls(&mut |call, _| {
        if let Some((old, new, rename)) = RENAMED.iter().find(|(old, ..)| *old == call.name.text) {
            let span = context.place(call.name.span);
            let finding = LINT.at(span, format!("`{old}` is an old form of `{new}`"));
            let edit = Edit { span, text: (*new).to_owned() };
            found.push(match rename {
                Rename::OtherOrder => finding.with_help(format!("`{new}` takes its arguments in another order: see its page")),
                _ => finding.with_fix(Fix { title: format!("write `{new}`"), edits: vec![edit], safe: *rename == Rename::Same }),
            });
        }
    });
}
