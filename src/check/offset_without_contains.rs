//! The modifier `base64offset` without `contains`.
//!
//! It gives the middle of an encoded text, cut at both ends: no field holds that and nothing else.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|base64offset: 'http://'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|base64offset|contains: 'http://'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::sigma::modifier::Modifier;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("offset-without-contains", include_str!("offset_without_contains.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        let offset = item.modifiers.iter().find(|modifier| modifier.value == Modifier::Base64Offset);
        let Some(offset) = offset.filter(|_| !item.modifiers.iter().any(|modifier| modifier.value == Modifier::Contains)) else { return };
        let edit = Edit { span: Span { start: offset.span.end, end: offset.span.end }, text: "|contains".to_owned() };
        let fix = Fix { title: "add `contains`".to_owned(), edits: vec![edit], safe: false };
        found.push(LINT.at(offset.span, "the encoded text is cut at both ends and never a whole value").with_fix(fix));
    });
}
