//! Operators that make or look for rows: `datatable`, `externaldata`, `evaluate`, `find`, `search`.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, peek, take};
use crate::lang::kusto::ast::{Call, ColumnDeclaration, Expr, ExprKind, OperatorKind};
use crate::source::Span;

impl<'t> Builder<'t> {
    /// Builds the operator of one of this file's rules.
    pub(super) fn source_operator(&self, rule: Rule, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        match rule {
            Rule::datatable => {
                let columns = self.columns(parts)?;
                Ok(OperatorKind::DataTable { columns, values: self.values(parts, Rule::datatable)? })
            }
            Rule::externaldata => {
                let columns = self.columns(parts)?;
                let urls = self.values(parts, Rule::with_props)?;
                Ok(OperatorKind::ExternalData { columns, urls, with: self.props(parts)? })
            }
            Rule::assert_schema_op => Ok(OperatorKind::AssertSchema(self.columns(parts)?)),
            Rule::evaluate_op => self.evaluate(parts),
            Rule::find_op => self.find(parts),
            _ => self.search(parts),
        }
    }

    fn columns(&self, parts: &mut Parts<'t>) -> Built<Vec<ColumnDeclaration>> {
        self.next(parts)?.into_inner().map(|column| self.column(column)).collect()
    }

    fn values(&self, parts: &mut Parts<'t>, until: Rule) -> Built<Vec<Expr>> {
        let mut values = Vec::new();
        while peek(parts).is_some_and(|rule| rule != until) {
            values.push(self.value(parts)?);
        }
        Ok(values)
    }

    fn evaluate(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let name = self.next_name(parts, NamePosition::Use)?;
        let args = self.next(parts)?;
        let span = name.span.to(self.span(&args));
        let call = Call { name, args: self.args(args, false)? };
        let schema = take(parts, Rule::row_schema).map(|schema| self.row_schema(schema)).transpose()?;
        Ok(OperatorKind::Evaluate { call: Expr { kind: ExprKind::Call(call), span }, schema })
    }

    fn row_schema(&self, part: Part<'t>) -> Built<(Vec<ColumnDeclaration>, bool)> {
        let (mut columns, mut open) = (Vec::new(), false);
        for item in part.into_inner() {
            match item.as_rule() {
                Rule::star => open = true,
                _ => columns.push(self.column(item)?),
            }
        }
        Ok((columns, open))
    }

    fn find(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let tables = self.in_tables(parts)?;
        let predicate = self.next_expr(parts)?;
        let project = take(parts, Rule::find_project).map(|part| self.find_columns(part)).transpose()?;
        let smart = take(parts, Rule::project_smart).is_some();
        let away = take(parts, Rule::find_away).map(|part| self.find_columns(part)).transpose()?;
        Ok(OperatorKind::Find { tables, predicate, project, smart, away })
    }

    fn in_tables(&self, parts: &mut Parts<'t>) -> Built<Vec<Expr>> {
        take(parts, Rule::in_tables).map_or(Ok(Vec::new()), |part| self.tables(&mut part.into_inner().peekable()))
    }

    /// Columns of `find … project`: names, `name:type` (as `typeof`-like search pairs) and `pack(*)`.
    fn find_columns(&self, part: Part<'t>) -> Built<Vec<Expr>> {
        part.into_inner()
            .map(|part| {
                let span = self.span(&part);
                match part.as_rule() {
                    Rule::column => {
                        let column = self.column(part)?;
                        let name = column.name.clone();
                        let value = ExprKind::TypeOf { ty: Some(column.ty), columns: Vec::new(), star: false };
                        let value = Box::new(Expr { kind: value, span });
                        Ok(Expr { kind: ExprKind::Named { names: vec![name], tuple: false, value }, span })
                    }
                    Rule::find_pack | Rule::star => Ok(Expr { kind: ExprKind::Wildcard(self.joined(&part, "")), span }),
                    _ => {
                        let name = self.name(part, NamePosition::Declaration)?;
                        Ok(Expr { span: name.span, kind: ExprKind::Name(name) })
                    }
                }
            })
            .collect()
    }

    fn search(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let tables = self.in_tables(parts)?;
        let Some(star) = take(parts, Rule::star) else {
            return Ok(OperatorKind::Search { tables, predicate: self.next_expr(parts)? });
        };
        let everything = Expr { kind: ExprKind::Wildcard("*".to_owned()), span: self.span(&star) };
        let predicate = match parts.next() {
            None => everything,
            Some(rest) => {
                let rest = self.expr(rest)?;
                let span: Span = everything.span.to(rest.span);
                let terms = match rest.kind {
                    ExprKind::And(terms) => std::iter::once(everything).chain(terms).collect(),
                    ExprKind::Or(_) => return Err(fault(rest.span, "`* and …` needs parentheses around `or`")),
                    kind => vec![everything, Expr { kind, span: rest.span }],
                };
                Expr { kind: ExprKind::And(terms), span }
            }
        };
        Ok(OperatorKind::Search { tables, predicate })
    }
}
