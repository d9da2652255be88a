//! ES|QL's tree to text: a line for each command, keywords in upper case. Comments are not in the tree.

mod expressions;

use super::ast::{Aggregate, Command, CommandKind, Field, Name, Order, Query, SettingValue, Source, Stats};
use super::text;
use crate::source::Spanned;
use expressions::{entries, expression, operand};

/// Words that cannot stand as a bare name (`keyword` of the grammar).
const KEYWORDS: &[&str] = &[
    "and", "asc", "by", "desc", "false", "first", "in", "is", "last", "like", "not", "null", "nulls", "on", "or", "rlike", "true", "where",
    "with",
];

/// Tells whether a word needs backticks to be a name.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Prints a query; parsing the text gives the same tree again.
pub fn print(query: &Query) -> String {
    let mut out = String::new();
    for setting in &query.settings {
        out.push_str("SET ");
        name(&setting.name, &mut out);
        out.push_str(" = ");
        match &setting.value {
            SettingValue::Constant(value) => expression(value, &mut out),
            SettingValue::Options(options) => entries(options, &mut out),
        }
        out.push_str(";\n");
    }
    pipeline(&query.commands, "\n| ", &mut out);
    out
}

fn pipeline(commands: &[Command], separator: &str, out: &mut String) {
    for (at, one) in commands.iter().enumerate() {
        if at > 0 {
            out.push_str(separator);
        }
        command(&one.kind, out);
    }
}

fn command(kind: &CommandKind, out: &mut String) {
    match kind {
        CommandKind::From { sources, metadata } => {
            out.push_str("FROM ");
            list(sources, out, |one, out| match one {
                Source::Index(name) => source(name, out),
                Source::Subquery(commands) => {
                    out.push('(');
                    pipeline(commands, " | ", out);
                    out.push(')');
                }
            });
            if !metadata.is_empty() {
                out.push_str(" METADATA ");
                list(metadata, out, name);
            }
        }
        CommandKind::Row(fields) => keyword("ROW ", fields, out, field),
        CommandKind::Where(condition) => {
            out.push_str("WHERE ");
            expression(condition, out);
        }
        CommandKind::Eval(fields) => keyword("EVAL ", fields, out, field),
        CommandKind::Stats(one) => stats(one, out),
        CommandKind::Keep(names) => keyword("KEEP ", names, out, name),
        CommandKind::Drop(names) => keyword("DROP ", names, out, name),
        CommandKind::Rename(renamings) => keyword("RENAME ", renamings, out, |renaming, out| {
            name(&renaming.old, out);
            out.push_str(" AS ");
            name(&renaming.new, out);
        }),
        CommandKind::Sort(orders) => keyword("SORT ", orders, out, order),
        CommandKind::Limit(count) => {
            out.push_str("LIMIT ");
            expression(count, out);
        }
        CommandKind::MvExpand(field) => {
            out.push_str("MV_EXPAND ");
            name(field, out);
        }
        other => extracting(other, out),
    }
}

/// Commands that take columns from texts and elsewhere.
fn extracting(kind: &CommandKind, out: &mut String) {
    match kind {
        CommandKind::Dissect { input, pattern, options } => {
            out.push_str("DISSECT ");
            operand(input, out);
            out.push(' ');
            expression(pattern, out);
            for (at, (option, value)) in options.iter().enumerate() {
                out.push_str(if at == 0 { " " } else { ", " });
                name(option, out);
                out.push_str(" = ");
                expression(value, out);
            }
        }
        CommandKind::Grok { input, patterns } => {
            out.push_str("GROK ");
            operand(input, out);
            out.push(' ');
            list(patterns, out, expression);
        }
        CommandKind::Enrich { policy, on, with } => {
            out.push_str("ENRICH ");
            source(policy, out);
            if let Some(on) = on {
                out.push_str(" ON ");
                name(on, out);
            }
            if !with.is_empty() {
                out.push_str(" WITH ");
                list(with, out, |(new, old), out| {
                    if let Some(new) = new {
                        name(new, out);
                        out.push_str(" = ");
                    }
                    name(old, out);
                });
            }
        }
        CommandKind::LookupJoin { index, on } => {
            out.push_str("LOOKUP JOIN ");
            source(index, out);
            out.push_str(" ON ");
            list(on, out, expression);
        }
        CommandKind::Completion { target, prompt, options } => {
            out.push_str("COMPLETION ");
            if let Some(target) = target {
                name(target, out);
                out.push_str(" = ");
            }
            operand(prompt, out);
            if let Some(options) = options {
                out.push_str(" WITH ");
                entries(options, out);
            }
        }
        CommandKind::Fork(branches) => {
            out.push_str("FORK");
            for branch in branches {
                out.push_str(" (");
                pipeline(branch, " | ", out);
                out.push(')');
            }
        }
        CommandKind::Unread { name, text } => out.extend([name.as_str(), " ", text.as_str()]),
        _ => {}
    }
}

fn keyword<T>(word: &str, items: &[T], out: &mut String, one: impl Fn(&T, &mut String)) {
    out.push_str(word);
    list(items, out, one);
}

/// Prints items between commas.
fn list<T>(items: &[T], out: &mut String, one: impl Fn(&T, &mut String)) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        one(item, out);
    }
}

/// An index or policy; what its bare form cannot hold is quoted.
fn source(source: &Spanned<String>, out: &mut String) {
    let needs_quotes = |c: char| c.is_whitespace() || "\"=|,[]()/".contains(c);
    if source.value.is_empty() || source.value.contains(needs_quotes) {
        text::write(&source.value, false, out);
    } else {
        out.push_str(&source.value);
    }
}

fn name(name: &Name, out: &mut String) {
    text::write_name(&name.text, name.is_pattern, out);
}

fn field(field: &Field, out: &mut String) {
    if let Some(known) = &field.name {
        name(known, out);
        out.push_str(" = ");
    }
    expression(&field.value, out);
}

fn stats(stats: &Stats, out: &mut String) {
    out.push_str(if stats.inline { "INLINE STATS" } else { "STATS" });
    for (at, Aggregate { field: one, filter }) in stats.aggregates.iter().enumerate() {
        out.push_str(if at == 0 { " " } else { ", " });
        field(one, out);
        if let Some(filter) = filter {
            out.push_str(" WHERE ");
            expression(filter, out);
        }
    }
    if !stats.by.is_empty() {
        out.push_str(" BY ");
        list(&stats.by, out, field);
    }
}

fn order(order: &Order, out: &mut String) {
    expression(&order.value, out);
    if order.descending {
        out.push_str(" DESC");
    }
    match order.nulls_first {
        Some(true) => out.push_str(" NULLS FIRST"),
        Some(false) => out.push_str(" NULLS LAST"),
        None => {}
    }
}
