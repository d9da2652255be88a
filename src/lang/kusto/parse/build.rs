//! From pest's pairs to the tree: the parts that all builders share.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Name, ParameterType};
use crate::lang::kusto::names::{Reserved, reserved};
use crate::source::Span;
use pest::iterators::{Pair, Pairs};
use std::iter::Peekable;

/// What a builder gives; the error is the first problem in the piece.
pub(super) type Built<T> = Result<T, Box<Diagnostic>>;
/// One match of a grammar rule.
pub(super) type Part<'t> = Pair<'t, Rule>;
/// The matches inside another.
pub(super) type Parts<'t> = Peekable<Pairs<'t, Rule>>;

/// Where a name stands, which decides what words it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamePosition {
    /// A column, table, variable or function that is looked up.
    Use,
    /// A name that is being given.
    Declaration,
    /// Words of the grammar's own, like `innerunique`.
    Anything,
}

/// Builds the tree of one piece of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Builder<'t> {
    /// The piece, comments blanked out.
    pub text: &'t str,
    /// Where the piece begins in the query.
    pub base: usize,
}

/// Starts the diagnostic of a construct that the language does not have.
pub(super) fn fault(span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("syntax-error", span, message))
}

/// Takes the next part if it is of the rule.
pub(super) fn take<'t>(parts: &mut Parts<'t>, rule: Rule) -> Option<Part<'t>> {
    parts.next_if(|part| part.as_rule() == rule)
}

/// Tells which rule the next part is of.
pub(super) fn peek(parts: &mut Parts<'_>) -> Option<Rule> {
    parts.peek().map(Pair::as_rule)
}

impl<'t> Builder<'t> {
    /// Returns where a part stands, without the blanks after it.
    pub(super) fn span(&self, part: &Part<'_>) -> Span {
        let place = part.as_span();
        let length = self.text.get(place.start()..place.end()).map_or(0, |text| text.trim_end_matches(' ').len());
        Span::new(self.base + place.start(), self.base + place.start() + length)
    }

    /// Takes the next part, which the grammar promises.
    pub(super) fn next(&self, parts: &mut Parts<'t>) -> Built<Part<'t>> {
        parts.next().ok_or_else(|| fault(Span::at(self.base + self.text.len()), "the query ends where something is missing"))
    }

    /// Builds a name from a `word`, `plain` or `quoted` part.
    pub(super) fn name(&self, part: Part<'_>, position: NamePosition) -> Built<Name> {
        let place = part.as_span();
        let span = Span::new(self.base + place.start(), self.base + place.end());
        if part.as_rule() == Rule::quoted {
            let text = part.into_inner().next().map(|string| super::literals::string_value(string.as_str())).unwrap_or_default();
            return Ok(Name { text, quoted: true, span });
        }
        let text = part.as_str();
        let refused = match (position, reserved(text)) {
            (_, None) | (NamePosition::Anything, _) => false,
            (_, Some(Reserved::Always)) => true,
            (NamePosition::Use, Some(how)) => how == Reserved::InUse,
            (NamePosition::Declaration, Some(how)) => how == Reserved::InDeclaration,
        };
        if refused {
            let message = format!("`{text}` is a word of the language and needs brackets to be a name");
            return Err(Box::new(Diagnostic::error("reserved-name", span, message).with_help(format!("write `['{text}']`"))));
        }
        Ok(Name { text: text.to_owned(), quoted: false, span })
    }

    /// Builds the next part as a name.
    pub(super) fn next_name(&self, parts: &mut Parts<'t>, position: NamePosition) -> Built<Name> {
        let part = self.next(parts)?;
        self.name(part, position)
    }

    /// Reads a type name.
    pub(super) fn scalar_type(&self, part: &Part<'_>) -> Built<crate::ir::Type> {
        let text = part.as_str();
        crate::ir::Type::from_name(text)
            .ok_or_else(|| Box::new(Diagnostic::error("unknown-type", self.span(part), format!("`{text}` is not a type of Kusto"))))
    }

    /// Wraps a scalar type for a parameter.
    pub(super) fn parameter_type(&self, part: Part<'t>) -> Built<ParameterType> {
        if part.as_rule() == Rule::type_name {
            return self.scalar_type(&part).map(ParameterType::Scalar);
        }
        let mut parts = part.into_inner().peekable();
        if take(&mut parts, Rule::star).is_some() {
            return Ok(ParameterType::AnyTable);
        }
        parts.map(|column| self.column(column)).collect::<Built<_>>().map(ParameterType::Table)
    }
}
