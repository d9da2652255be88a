//! String tests: `contains`, `has`, `startswith`, `matches regex`. Constant needles are folded and regexes built once.

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::{Compiled, Frame};
use crate::ir::{Case, Expr, StringTest, Type, Value, convert, regexes, text};
use crate::source::Span;
use regex::Regex;
use std::borrow::Cow;

/// A string test whose needle is ready.
#[derive(Debug)]
pub(super) enum Needle {
    /// Text, its case folded already where case does not count.
    Text(StringTest, Case, String),
    /// A regular expression.
    Regex(Regex),
}

impl Needle {
    /// Prepares a needle; an invalid regular expression is refused.
    pub(super) fn new(test: StringTest, case: Case, needle: &str, span: Span) -> Result<Self, Refusal> {
        if test == StringTest::Regex {
            return regexes::compiled(needle, case)
                .map(Self::Regex)
                .map_err(|_| Refusal::new("invalid-regex", span, format!("`{needle}` is not a regular expression")));
        }
        let needle = if case == Case::Insensitive { text::fold(needle).into_owned() } else { needle.to_owned() };
        Ok(Self::Text(test, case, needle))
    }

    /// Tells whether the text passes.
    pub(super) fn is_in(&self, hay: &str) -> bool {
        match self {
            Self::Text(test, Case::Sensitive, needle) => text::test_exact(*test, hay, needle),
            Self::Text(test, Case::Insensitive, needle) => text::test_exact(*test, &text::fold(hay), needle),
            Self::Regex(regex) => regex.is_match(hay),
        }
    }
}

/// Returns the text that string operators see: a dynamic is seen as its text, null as "".
pub(in super::super) fn text_of(value: &Value, ty: Type) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(convert::to_text(other, ty)),
    }
}

impl Compiler<'_> {
    pub(super) fn test(
        &mut self,
        (test, case, negated): (StringTest, Case, bool),
        left: &Expr,
        right: &Expr,
        scope: &mut Scope<'_>,
    ) -> Result<Compiled, Refusal> {
        let span = right.span;
        let (left, right) = (self.expr(left, scope)?, self.expr(right, scope)?);
        // dkt/dynamic_strings-040
        if right.ty == Type::Dynamic {
            return Err(Refusal::new("type-mismatch", span, "what is looked for must be text, not dynamic"));
        }
        let constant = left.known().is_some();
        let (left_type, right_type) = (left.ty, right.ty);
        if let Some(needle) = right.known() {
            let needle = Needle::new(test, case, &text_of(needle, right_type), span)?;
            let compiled =
                Compiled::computed(Type::Bool, move |frame| Value::Bool(needle.is_in(&text_of(&left.get(frame), left_type)) != negated));
            return Ok(compiled.folded(self.context, constant));
        }
        Ok(Compiled::computed(Type::Bool, move |frame: &Frame<'_>| {
            let (hay, needle) = (left.get(frame), right.get(frame));
            let (hay, needle) = (text_of(&hay, left_type), text_of(&needle, right_type));
            let found = match test {
                StringTest::Regex => frame.context.matches(&needle, &hay),
                _ => text::test(test, case, &hay, &needle),
            };
            Value::Bool(found != negated)
        }))
    }
}
