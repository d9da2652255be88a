//! Operators over columns with clauses of their own: `parse`, `mv-expand`, `mv-apply`, `make-series`.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, peek, take};
use crate::lang::kusto::ast::{Call, ExpandColumn, Expr, ExprKind, Name, OperatorKind, Param, ParsePart};
use crate::source::Span;

impl<'t> Builder<'t> {
    /// Builds the operator of one of this file's rules.
    pub(super) fn column_operator(&self, rule: Rule, word: &str, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        match rule {
            Rule::parse_op => self.parse_operator(word == "parse-where", parts),
            Rule::parse_kv_op => {
                let expr = self.next_expr(parts)?;
                let columns = self.next(parts)?.into_inner().map(|column| self.column(column)).collect::<Built<_>>()?;
                Ok(OperatorKind::ParseKv { expr, columns, with: self.props(parts)? })
            }
            Rule::mv_expand_op => {
                Ok(OperatorKind::MvExpand { columns: self.expand_columns(parts)?, limit: self.clause(parts, Rule::limit)? })
            }
            Rule::mv_apply_op => Ok(OperatorKind::MvApply {
                columns: self.expand_columns(parts)?,
                limit: self.clause(parts, Rule::limit)?,
                context: self.context(parts)?,
                body: Box::new(self.sub_pipe(parts)?),
            }),
            _ => self.make_series(parts),
        }
    }

    fn parse_operator(&self, filter: bool, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let expr = self.next_expr(parts)?;
        let mut pattern = Vec::new();
        while let Some(part) = parts.next_if(|part| matches!(part.as_rule(), Rule::star | Rule::string | Rule::parse_column)) {
            pattern.push(self.parse_part(part)?);
        }
        Ok(OperatorKind::Parse { filter, expr, parts: pattern })
    }

    fn parse_part(&self, part: Part<'t>) -> Built<ParsePart> {
        let span = self.span(&part);
        match part.as_rule() {
            Rule::star => Ok(ParsePart::Star),
            Rule::string => Ok(ParsePart::Text(self.literal(&part)?, span)),
            _ => {
                let mut inner = part.into_inner().peekable();
                let name = self.next_name(&mut inner, NamePosition::Declaration)?;
                Ok(ParsePart::Column(name, inner.next().map(|ty| self.scalar_type(&ty)).transpose()?))
            }
        }
    }

    fn expand_columns(&self, parts: &mut Parts<'t>) -> Built<Vec<ExpandColumn>> {
        let mut columns = Vec::new();
        while let Some(part) = take(parts, Rule::expand_column) {
            let mut inner = part.into_inner().peekable();
            let expr = self.item(&mut inner)?;
            let to = match inner.next() {
                Some(part) => Some(self.single_type(part)?),
                None => None,
            };
            columns.push(ExpandColumn { expr, to });
        }
        Ok(columns)
    }

    fn single_type(&self, part: Part<'t>) -> Built<crate::ir::Type> {
        let span = self.span(&part);
        match self.type_of(part)? {
            ExprKind::TypeOf { ty: Some(ty), .. } => Ok(ty),
            _ => Err(fault(span, "`typeof` takes one type here")),
        }
    }

    fn make_series(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let mut aggregates = Vec::new();
        while let Some(part) = take(parts, Rule::series_item) {
            let mut inner = part.into_inner().peekable();
            let aggregate = self.item(&mut inner)?;
            aggregates.push((aggregate, inner.next().map(|default| self.expr(default)).transpose()?));
        }
        let on = self.item(parts)?;
        let bounds = self.next(parts)?;
        let (mut from, mut to, mut step, mut range) = (None, None, None, None);
        let form = bounds.as_rule();
        let mut inner = bounds.into_inner().peekable();
        if form == Rule::series_range {
            range = Some(self.items(&mut inner)?);
        } else {
            from = self.clause(&mut inner, Rule::series_from)?;
            to = self.clause(&mut inner, Rule::series_to)?;
            step = Some(self.next_expr(&mut inner)?);
        }
        let by = take(parts, Rule::by).map(|_| self.items(parts)).transpose()?;
        Ok(OperatorKind::MakeSeries { aggregates, on, from, to, step, range, by })
    }

    /// Builds the expression inside a clause like `limit 5`, if the clause is next.
    pub(super) fn clause(&self, parts: &mut Parts<'t>, rule: Rule) -> Built<Option<Expr>> {
        take(parts, rule).map(|part| self.item(&mut part.into_inner().peekable())).transpose()
    }

    /// Builds `id guid(…)`, if it is next.
    pub(super) fn context(&self, parts: &mut Parts<'t>) -> Built<Option<Expr>> {
        take(parts, Rule::context_id).map(|part| self.value(&mut part.into_inner().peekable())).transpose()
    }

    /// Builds a query without a source: its source is a name without text, at the place where it would stand.
    pub(super) fn sub_pipe(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let part = self.next(parts)?;
        let span = self.span(&part);
        let mut inner = part.into_inner().peekable();
        if let Some(table) = take(&mut inner, Rule::context_table) {
            let place = self.span(&table);
            let source = Expr { kind: ExprKind::Source(Box::new(self.operator(table)?)), span: place };
            return self.pipe_from(source, &mut inner);
        }
        let first = self.next(&mut inner)?;
        let mut operators = vec![self.operator(first)?];
        operators.extend(self.piped_operators(&mut inner)?);
        let name = Name { text: String::new(), quoted: false, span: Span::at(span.start as usize) };
        let source = Box::new(Expr { span: name.span, kind: ExprKind::Name(name) });
        Ok(Expr { kind: ExprKind::Pipe { source, operators }, span })
    }

    /// Builds the properties of `with (…)` or `with …` that stand next.
    pub(super) fn props(&self, parts: &mut Parts<'t>) -> Built<Vec<Param>> {
        let inner = match take(parts, Rule::with_props) {
            Some(with) => &mut with.into_inner().peekable(),
            None => parts,
        };
        let mut params = Vec::new();
        while let Some(Rule::prop | Rule::render_prop) = peek(inner) {
            let part = self.next(inner)?;
            params.push(self.prop(part)?);
        }
        Ok(params)
    }

    fn prop(&self, part: Part<'t>) -> Built<Param> {
        let span = self.span(&part);
        let mut parts = part.into_inner().peekable();
        let name = self.next(&mut parts)?;
        let name =
            if name.as_rule() == Rule::render_word { self.text(&name).to_owned() } else { self.name(name, NamePosition::Anything)?.text };
        let mut values = Vec::new();
        while parts.peek().is_some() {
            values.push(self.value(&mut parts)?);
        }
        let value = match <[Expr; 1]>::try_from(values) {
            Ok([value]) => value,
            Err(values) => value_list(values, span),
        };
        Ok(Param { name, value, span })
    }
}

/// Makes one expression of `a, b` (`series=a, b` of `render`): a call without a name.
fn value_list(values: Vec<Expr>, span: Span) -> Expr {
    let name = Name { text: String::new(), quoted: false, span: Span::at(span.start as usize) };
    Expr { kind: ExprKind::Call(Call { name, args: values }), span }
}
