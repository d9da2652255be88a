//! Bare queries of the event languages: text that is a query and nothing else.

use super::{ReadContext, ReadFile, detection};
use crate::ir::{AlertShape, Dialect, Form, Language, Metadata, Query, Rule, RuleType};
use crate::source::{OffsetMap, Span, body_start};

/// Reads a query over any source. Elastic's languages give a rule of Elastic's dialect, without a name and a schedule.
pub(super) fn read(language: Language, text: &str, context: &ReadContext<'_>) -> ReadFile {
    of_query(Dialect::Elastic, language, Metadata::default(), text, context)
}

/// Reads a text that is a query into a file with one rule.
pub(super) fn of_query(dialect: Dialect, language: Language, meta: Metadata, text: &str, context: &ReadContext<'_>) -> ReadFile {
    let start = body_start(text);
    let body = text.get(start..).unwrap_or("");
    let query = Query { language, text: body.into(), map: OffsetMap::identity(start, body.len()) };
    let (detection, diagnostics) = detection::of_query(&query, None, context);
    let rule = Rule {
        dialect,
        rule_type: RuleType::Query,
        span: Span::new(start, text.len()),
        meta,
        source: None,
        schedule: None,
        queries: vec![query],
        form: Form::Plain,
        filters: Vec::new(),
        detection,
        alert: AlertShape::default(),
        correlated_only: false,
        extra: Vec::new(),
    };
    let mut file = ReadFile { dialect: Some(dialect), ..ReadFile::default() };
    file.add((rule, diagnostics));
    file
}
