//! Operators of reports and of ordered rows: `render`, `reduce`, `top-hitters`, `top-nested`, `scan`.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, take};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{ExprKind, Name, OperatorKind, Param, ScanStep, TopNested};

/// What `render` may say about a chart (Kusto.Language 12.4.1, `KustoFacts.ChartProperties`); the last two are the old form's.
const CHART_PROPERTIES: &[&str] = &[
    "title",
    "xcolumn",
    "series",
    "ycolumns",
    "anomalycolumns",
    "kind",
    "xtitle",
    "ytitle",
    "xaxis",
    "yaxis",
    "legend",
    "ysplit",
    "accumulate",
    "ymin",
    "ymax",
    "xmax",
    "xmin",
    "by",
    "with",
];

impl<'t> Builder<'t> {
    /// Builds the operator of one of this file's rules.
    pub(super) fn report_operator(&self, rule: Rule, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        match rule {
            Rule::render_op => {
                let chart = self.next(parts)?;
                let chart = Name { text: self.text(&chart).to_owned(), quoted: false, span: self.span(&chart) };
                let with = self.props(parts)?;
                match with.iter().find_map(misplaced_property) {
                    Some(problem) => Err(problem),
                    None => Ok(OperatorKind::Render { chart: Some(chart), with }),
                }
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

/// Says what is wrong with a property of a chart: a name that there is not, or a value that is computed.
fn misplaced_property(param: &Param) -> Option<Box<Diagnostic>> {
    if !CHART_PROPERTIES.contains(&param.name.as_str()) {
        let found = fault(param.span, format!("`{}` is not a property of a chart", param.name));
        let near = crate::schema::suggest(&param.name, CHART_PROPERTIES.iter().copied());
        return Some(Box::new(match near {
            Some(near) => found.with_help(format!("did you mean `{near}`?")),
            None => *found,
        }));
    }
    // Several columns are a call without a name.
    let is_call = matches!(&param.value.kind, ExprKind::Call(call) if !call.name.text.is_empty());
    let takes_name = !matches!(param.name.as_str(), "title" | "xtitle" | "ytitle");
    let computed = matches!(param.value.kind, ExprKind::Binary { .. }) || takes_name && is_call;
    computed.then(|| fault(param.value.span, "a property of a chart is a constant or a column"))
}
