//! Operators of reports and of ordered rows: `render`, `reduce`, `top-hitters`, `top-nested`, `scan`.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, take};
use crate::lang::kusto::ast::{Name, OperatorKind, ScanStep, TopNested};

impl<'t> Builder<'t> {
    /// Builds the operator of one of this file's rules.
    pub(super) fn report_operator(&self, rule: Rule, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        match rule {
            Rule::render_op => {
                let chart = self.next(parts)?;
                let chart = Name { text: self.text(&chart).to_owned(), quoted: false, span: self.span(&chart) };
                Ok(OperatorKind::Render { chart: Some(chart), with: self.props(parts)? })
            }
            Rule::reduce_op => {
                let by = self.item(parts)?;
                Ok(OperatorKind::Reduce { by, with: self.props(parts)? })
            }
            Rule::top_hitters_op => {
                let (count, of) = (self.item(parts)?, self.item(parts)?);
                let by = take(parts, Rule::by).map(|_| self.item(parts)).transpose()?;
                Ok(OperatorKind::TopHitters { count, of, by })
            }
            Rule::top_nested_op => {
                let levels = parts.map(|part| self.top_nested(part)).collect::<Built<_>>()?;
                Ok(OperatorKind::TopNested(levels))
            }
            _ => self.scan(parts),
        }
    }

    fn top_nested(&self, part: Part<'t>) -> Built<TopNested> {
        let mut parts = part.into_inner().peekable();
        let count = if take(&mut parts, Rule::of).is_some() {
            None
        } else {
            let count = self.next_expr(&mut parts)?;
            let _ = take(&mut parts, Rule::of);
            Some(count)
        };
        let of = self.item(&mut parts)?;
        let others = self.clause(&mut parts, Rule::others)?;
        let _ = take(&mut parts, Rule::by);
        let order = self.orders(&mut parts)?.into_iter().next();
        let order = order.ok_or_else(|| super::build::fault(of.span, "`top-nested` needs `by`"))?;
        Ok(TopNested { count, of, others, by: order.expr, direction: order.direction })
    }

    fn scan(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let order = take(parts, Rule::scan_order).map_or(Ok(Vec::new()), |part| self.orders(&mut part.into_inner().peekable()))?;
        let partition = take(parts, Rule::scan_partition).map_or(Ok(Vec::new()), |part| self.items(&mut part.into_inner().peekable()))?;
        let declare = take(parts, Rule::scan_declare).map_or(Ok(Vec::new()), |part| self.parameters(&mut part.into_inner().peekable()))?;
        let steps = parts.map(|part| self.scan_step(part)).collect::<Built<_>>()?;
        Ok(OperatorKind::Scan { order, partition, declare, steps })
    }

    fn scan_step(&self, part: Part<'t>) -> Built<ScanStep> {
        let mut parts = part.into_inner().peekable();
        let name = self.next_name(&mut parts, NamePosition::Declaration)?;
        let optional = take(&mut parts, Rule::optional).is_some();
        let output = take(&mut parts, Rule::output)
            .map(|part| self.next_name(&mut part.into_inner().peekable(), NamePosition::Anything))
            .transpose()?;
        let condition = self.next_expr(&mut parts)?;
        Ok(ScanStep { name, optional, output, condition, assignments: self.items(&mut parts)? })
    }
}
