//! From pest's pairs to the tree: the parts that all builders share.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Name, ParameterType};
use crate::lang::kusto::names::{Reserved, reserved};
use crate::lang::kusto::tokens::is_plain_name;
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
    /// The query as written.
    pub source: &'t str,
    /// Where the piece's tokens stand in it, by place in what the grammar parsed.
    pub places: &'t [Span],
    /// What the grammar parsed.
    pub terminals: &'t str,
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
    /// Returns where a part stands.
    pub(super) fn span(&self, part: &Part<'_>) -> Span {
        let place = part.as_span();
        let last = place.end().checked_sub(1).filter(|last| *last >= place.start()).and_then(|last| self.places.get(last));
        match (self.places.get(place.start()), last) {
            (Some(first), Some(last)) => first.to(*last),
            (Some(next), None) => Span::at(next.start as usize),
            _ => Span::at(self.end()),
        }
    }

    /// Returns where the piece ends.
    fn end(&self) -> usize {
        self.places.last().map_or(0, |last| last.end as usize)
    }

    /// Returns the text of a part as written; of one that is several tokens, with whatever stands between them.
    pub(super) fn text(&self, part: &Part<'_>) -> &'t str {
        self.span(part).text(self.source)
    }

    /// Returns the tokens of a part, with `between` between them.
    pub(super) fn joined(&self, part: &Part<'_>, between: &str) -> String {
        let place = part.as_span();
        let mut tokens: Vec<Span> = self.places.get(place.start()..place.end()).unwrap_or_default().to_vec();
        tokens.dedup();
        let texts: Vec<&str> = tokens.iter().map(|token| token.text(self.source)).collect();
        texts.join(between)
    }

    /// Takes the next part, which the grammar promises.
    pub(super) fn next(&self, parts: &mut Parts<'t>) -> Built<Part<'t>> {
        parts.next().ok_or_else(|| fault(Span::at(self.end()), "the query ends where something is missing"))
    }

    /// Builds a name from a `word`, `plain` or `quoted` part.
    pub(super) fn name(&self, part: Part<'t>, position: NamePosition) -> Built<Name> {
        let span = self.span(&part);
        if part.as_rule() == Rule::quoted {
            let text = part.into_inner().next().map(|string| self.string_value(&string)).unwrap_or_default();
            return Ok(Name { text, quoted: true, span });
        }
        let text = span.text(self.source);
        if part.as_str().bytes().next().is_some_and(is_plain_name) {
            return Ok(Name { text: text.to_owned(), quoted: false, span });
        }
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
        let text = self.text(part);
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
