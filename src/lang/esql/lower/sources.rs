//! `FROM`, `ROW`, and the commands that bring rows of other sources in: `ENRICH`, `LOOKUP JOIN`, `COMPLETION`.

use super::super::ast::{Command, CommandKind, Expr, ExprKind, Name, Source};
use super::Lowering;
use super::columns::put;
use super::fork::together;
use crate::ir::{self, Column, Named, Op, Plan, Schema, TableSource, Type, Value};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// The metadata fields (`metadata-fields`).
const METADATA: &[(&str, Type)] = &[
    ("_id", Type::Unknown),
    ("_ignored", Type::Unknown),
    ("_index", Type::Unknown),
    ("_index_mode", Type::Unknown),
    ("_score", Type::Real),
    ("_size", Type::Long),
    ("_source", Type::Dynamic),
    ("_tier", Type::Unknown),
    ("_tsid", Type::Unknown),
    ("_version", Type::Long),
];

impl Lowering<'_> {
    pub(super) fn source(&mut self, command: &Command) -> Arc<Plan> {
        let span = command.span;
        match &command.kind {
            CommandKind::From { sources, metadata } => self.from(sources, metadata, span),
            CommandKind::Row(fields) => {
                self.scope = Schema::closed(Vec::new());
                let mut named = Vec::new();
                let mut schema = Schema::closed(Vec::new());
                for field in fields {
                    let (name, expr) = (self.field_name(field), self.expression(&field.value));
                    put(&mut schema, &name, expr.ty);
                    named.retain(|known: &Named| known.name != name);
                    named.push(Named { name, expr });
                }
                Plan::new(Op::Print(named), schema, span)
            }
            CommandKind::Unread { name, .. } => self.unread(None, name, span),
            _ => self.unread(None, "the command", span),
        }
    }

    /// Subqueries run on their own, their rows stand beside those of the indices; a column that only some of them have is null elsewhere
    /// (`esql-from-subquery`).
    fn from(&mut self, sources: &[Source], metadata: &[Name], span: Span) -> Arc<Plan> {
        let indices: Vec<&Spanned<String>> =
            sources.iter().filter_map(|source| if let Source::Index(name) = source { Some(name) } else { None }).collect();
        let mut inputs: Vec<Arc<Plan>> = (!indices.is_empty()).then(|| self.indices(&indices, metadata, span)).into_iter().collect();
        for source in sources {
            if let Source::Subquery(commands) = source {
                self.scope = Schema::unknown();
                inputs.extend(self.pipeline(commands, None));
            }
        }
        together(inputs, span)
    }

    fn indices(&mut self, sources: &[&Spanned<String>], metadata: &[Name], span: Span) -> Arc<Plan> {
        let patterns = sources.iter().flat_map(|source| source.value.split(',')).map(|pattern| Arc::from(pattern.trim())).collect();
        let scan = Plan::new(Op::Scan(TableSource::Index(patterns)), Schema::unknown(), span);
        let mut schema = Schema::unknown();
        let mut args: Vec<Named> =
            self.catalog.custom_fields().map(|(name, ty)| text_arg(format!("field:{name}"), ty.kind.name(), span)).collect();
        for name in metadata {
            match METADATA.iter().find(|(known, _)| *known == name.text) {
                Some((_, ty)) => {
                    schema.columns.push(Column::new(&name.text, *ty));
                    args.push(text_arg(format!("metadata:{}", name.text), "", name.span));
                }
                None => self.error("unknown-metadata", name.span, format!("there is no metadata field `{}`", name.text)),
            }
        }
        Plan::new(Op::Special { name: "fields".into(), inputs: vec![scan], args }, schema, span)
    }

    /// The rows of the policy come from the fixture, its match field first.
    pub(super) fn enrich(
        &mut self,
        input: Arc<Plan>,
        policy: &Spanned<String>,
        on: Option<&Name>,
        with: &[(Option<Name>, Name)],
        span: Span,
    ) -> Arc<Plan> {
        // `_any:policy` and its like say on which cluster the policy runs (`commands/enrich`, mode).
        let name = policy.value.rsplit(':').next().unwrap_or_default();
        let table = Plan::new(Op::Scan(TableSource::Watchlist(name.into())), Schema::unknown(), policy.span);
        let mut args: Vec<Named> = on.map(|on| Named { name: "on".into(), expr: self.column(on) }).into_iter().collect();
        let mut schema = input.schema.clone();
        for (new, old) in with {
            let new = new.as_ref().unwrap_or(old);
            put(&mut schema, &Arc::from(new.text.as_str()), Type::Unknown);
            args.push(text_arg(format!("with:{}", new.text), &old.text, old.span));
        }
        schema.open |= with.is_empty();
        Plan::new(Op::Special { name: "enrich".into(), inputs: vec![input, table], args }, schema, span)
    }

    pub(super) fn lookup_join(&mut self, input: Arc<Plan>, index: &Spanned<String>, on: &[Expr], span: Span) -> Arc<Plan> {
        let table = Plan::new(Op::Scan(TableSource::Watchlist(index.value.as_str().into())), Schema::unknown(), index.span);
        let mut args = Vec::new();
        for condition in on {
            if let ExprKind::Name(name) = &condition.kind {
                args.push(Named { name: format!("on:{}", name.text).into(), expr: self.column(name) });
            } else {
                self.error("unsupported-join-condition", condition.span, "a look-up join on a condition is not run".to_owned());
            }
        }
        let schema = Schema { open: true, ..input.schema.clone() };
        Plan::new(Op::Special { name: "lookup-join".into(), inputs: vec![input, table], args }, schema, span)
    }

    /// A model's answers come from the fixture: a table named after the inference id, prompt and answer.
    pub(super) fn completion(
        &mut self,
        input: Arc<Plan>,
        target: Option<&Name>,
        prompt: &Expr,
        options: Option<&[(String, Expr)]>,
        span: Span,
    ) -> Arc<Plan> {
        let id = options.into_iter().flatten().find(|(key, _)| key == "inference_id");
        let Some(id) = id.and_then(|(_, id)| self.constant_text(id)) else {
            self.error("missing-option", span, "`COMPLETION` needs the option `inference_id`".to_owned());
            return input;
        };
        let table = Plan::new(Op::Scan(TableSource::Watchlist(id.into())), Schema::unknown(), span);
        let target: Arc<str> = target.map_or("completion", |name| name.text.as_str()).into();
        let args = vec![Named { name: "prompt".into(), expr: self.expression(prompt) }, text_arg("target".to_owned(), &target, span)];
        let mut schema = input.schema.clone();
        put(&mut schema, &target, Type::Unknown);
        Plan::new(Op::Special { name: "completion".into(), inputs: vec![input, table], args }, schema, span)
    }
}

fn text_arg(name: String, value: &str, span: Span) -> Named {
    Named { name: name.into(), expr: ir::Expr::literal(Value::string(value), Type::Unknown, span) }
}
