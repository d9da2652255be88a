//! Query operators: which builder is for which rule, and the operators whose arguments are plain lists.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, peek, take};
use crate::lang::kusto::ast::{Direction, Expr, ExprKind, Operator, OperatorKind, Order, Param};
use crate::source::Span;

/// The keyword of each operator that a piece after a pipe may begin with.
const KEYWORDS: &[(&str, Rule)] = &[
    ("where", Rule::where_op),
    ("extend", Rule::extend_op),
    ("project", Rule::project_op),
    ("summarize", Rule::summarize_op),
    ("join", Rule::join_op),
    ("project-away", Rule::project_away_op),
    ("sort", Rule::sort_op),
    ("order", Rule::sort_op),
    ("mv-expand", Rule::mv_expand_op),
    ("mvexpand", Rule::mv_expand_op),
    ("take", Rule::take_op),
    ("limit", Rule::take_op),
    ("distinct", Rule::distinct_op),
    ("union", Rule::union_op),
    ("parse", Rule::parse_op),
    ("project-reorder", Rule::project_reorder_op),
    ("project-rename", Rule::project_rename_op),
    ("project-keep", Rule::project_keep_op),
    ("top", Rule::top_op),
    ("count", Rule::count_op),
    ("mv-apply", Rule::mv_apply_op),
    ("mvapply", Rule::mv_apply_op),
    ("lookup", Rule::lookup_op),
    ("invoke", Rule::invoke_op),
    ("evaluate", Rule::evaluate_op),
    ("make-series", Rule::make_series_op),
    ("render", Rule::render_op),
    ("serialize", Rule::serialize_op),
    ("as", Rule::as_op),
    ("search", Rule::search_op),
    ("find", Rule::find_op),
    ("fork", Rule::fork_op),
    ("facet", Rule::facet_op),
    ("partition", Rule::partition_op),
    ("__partitionby", Rule::partition_by_op),
    ("reduce", Rule::reduce_op),
    ("sample-distinct", Rule::sample_distinct_op),
    ("sample", Rule::sample_op),
    ("scan", Rule::scan_op),
    ("top-nested", Rule::top_nested_op),
    ("top-hitters", Rule::top_hitters_op),
    ("parse-kv", Rule::parse_kv_op),
    ("parse-where", Rule::parse_op),
    ("getschema", Rule::getschema_op),
    ("consume", Rule::consume_op),
    ("__executeAndCache", Rule::execute_and_cache_op),
    ("assert-schema", Rule::assert_schema_op),
    ("project-by-names", Rule::project_by_names_op),
    ("filter", Rule::where_op),
    ("make-graph", Rule::make_graph_op),
    ("graph-match", Rule::graph_match_op),
    ("graph-shortest-paths", Rule::graph_paths_op),
    ("graph-to-table", Rule::graph_to_table_op),
    ("graph-mark-components", Rule::graph_components_op),
    ("graph-where-nodes", Rule::graph_where_op),
    ("graph-where-edges", Rule::graph_where_op),
    ("macro-expand", Rule::macro_expand_op),
];

/// Returns the rule of the operator with this keyword.
pub(super) fn rule_of(keyword: &str) -> Option<Rule> {
    KEYWORDS.iter().find(|(text, _)| *text == keyword).map(|(_, rule)| *rule)
}

/// Returns the keywords of all operators, for suggestions.
pub(super) fn keywords() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|(text, _)| *text)
}

/// Returns the word, hyphens included, with which a piece begins.
pub(super) fn keyword(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

impl<'t> Builder<'t> {
    /// Builds any operator.
    pub(super) fn operator(&self, part: Part<'t>) -> Built<Operator> {
        let rule = part.as_rule();
        let span = self.span(&part);
        let keyword = self.places.get(part.as_span().start()).copied().unwrap_or(span);
        let (word, text) = (keyword.text(self.source), self.text(&part));
        let mut parts = part.into_inner().peekable();
        let mut params = self.params(&mut parts)?;
        let kind = self.kind(rule, word, text, &mut parts, &mut params)?;
        if let Some(rest) = parts.next() {
            return Err(fault(self.span(&rest), format!("`{}` does not belong here", self.text(&rest))));
        }
        Ok(Operator { kind, params, span, keyword })
    }

    fn kind(&self, rule: Rule, word: &str, text: &str, parts: &mut Parts<'t>, params: &mut Vec<Param>) -> Built<OperatorKind> {
        Ok(match rule {
            Rule::where_op => OperatorKind::Where(self.item(parts)?),
            Rule::extend_op => OperatorKind::Extend(self.items(parts)?),
            Rule::project_op => OperatorKind::Project(self.items(parts)?),
            Rule::project_away_op => OperatorKind::ProjectAway(self.items(parts)?),
            Rule::project_keep_op => OperatorKind::ProjectKeep(self.items(parts)?),
            Rule::project_rename_op => OperatorKind::ProjectRename(self.items(parts)?),
            Rule::project_by_names_op => OperatorKind::ProjectByNames(self.items(parts)?),
            Rule::project_reorder_op => OperatorKind::ProjectReorder(self.orders(parts)?),
            Rule::distinct_op => OperatorKind::Distinct(self.items(parts)?),
            Rule::serialize_op => OperatorKind::Serialize(self.items(parts)?),
            Rule::print_op => OperatorKind::Print(self.items(parts)?),
            Rule::take_op => OperatorKind::Take(self.item(parts)?),
            Rule::sample_op => OperatorKind::Sample(self.item(parts)?),
            Rule::sample_distinct_op => OperatorKind::SampleDistinct { count: self.item(parts)?, of: self.item(parts)? },
            Rule::sort_op => OperatorKind::Sort(self.orders(parts)?),
            Rule::top_op => OperatorKind::Top { count: self.item(parts)?, by: self.orders(parts)? },
            Rule::invoke_op => OperatorKind::Invoke(self.invoke(parts)?),
            Rule::as_op => OperatorKind::As(self.next_name(parts, NamePosition::Use)?),
            Rule::getschema_op => OperatorKind::GetSchema,
            Rule::consume_op => OperatorKind::Consume,
            Rule::execute_and_cache_op => OperatorKind::ExecuteAndCache,
            Rule::count_op => OperatorKind::Count(parts.next().map(|name| self.name(name, NamePosition::Use)).transpose()?),
            Rule::summarize_op => self.summarize(parts, params)?,
            Rule::join_op => OperatorKind::Join { right: self.item(parts)?, on: self.on(parts)? },
            Rule::lookup_op => OperatorKind::Lookup { right: self.item(parts)?, on: self.on(parts)? },
            Rule::union_op => OperatorKind::Union(self.tables(parts)?),
            Rule::range_op => OperatorKind::Range {
                name: self.next_name(parts, NamePosition::Declaration)?,
                from: self.next_expr(parts)?,
                to: self.next_expr(parts)?,
                step: self.next_expr(parts)?,
            },
            Rule::parse_op | Rule::parse_kv_op | Rule::mv_expand_op | Rule::mv_apply_op | Rule::make_series_op => {
                self.column_operator(rule, word, parts)?
            }
            Rule::datatable | Rule::externaldata | Rule::evaluate_op | Rule::assert_schema_op | Rule::find_op | Rule::search_op => {
                self.source_operator(rule, parts)?
            }
            Rule::render_op | Rule::reduce_op | Rule::top_hitters_op | Rule::top_nested_op | Rule::scan_op => {
                self.report_operator(rule, parts)?
            }
            Rule::fork_op
            | Rule::facet_op
            | Rule::partition_op
            | Rule::partition_by_op
            | Rule::macro_expand_op
            | Rule::entity_group
            | Rule::context_table => self.branch_operator(rule, parts)?,
            _ => self.graph_operator(rule, word, text, parts, params)?,
        })
    }

    /// `invoke` takes a call of a function, never a path (`invoke a.f()` is an error of the vendor's parser).
    fn invoke(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let call = self.next_expr(parts)?;
        match call.kind {
            ExprKind::Call(_) => Ok(call),
            _ => Err(fault(call.span, "`invoke` takes a function call")),
        }
    }

    /// Builds the parameters that stand next.
    pub(super) fn params(&self, parts: &mut Parts<'t>) -> Built<Vec<Param>> {
        let mut params = Vec::new();
        while let Some(part) = take(parts, Rule::param) {
            params.push(self.param(part)?);
        }
        Ok(params)
    }

    /// Builds `name=value`.
    pub(super) fn param(&self, part: Part<'t>) -> Built<Param> {
        let span = self.span(&part);
        let mut parts = part.into_inner().peekable();
        let name = self.next(&mut parts)?;
        let name = if name.as_rule() == Rule::quoted { self.name(name, NamePosition::Anything)?.text } else { self.joined(&name, "") };
        Ok(Param { name, value: self.value(&mut parts)?, span })
    }

    /// Builds a bare word, a constant or an expression; several become a block of expressions.
    pub(super) fn value(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let first = self.next(parts)?;
        let span = self.span(&first);
        match first.as_rule() {
            Rule::word | Rule::plain | Rule::quoted => {
                let name = self.name(first, NamePosition::Anything)?;
                Ok(Expr { span: name.span, kind: ExprKind::Name(name) })
            }
            Rule::sign => {
                let operand = self.value(parts)?;
                let span = span.to(operand.span);
                Ok(Expr { kind: ExprKind::Unary { minus: self.text(&first) == "-", operand: Box::new(operand) }, span })
            }
            Rule::expr => self.expr(first),
            Rule::type_of => Ok(Expr { kind: self.type_of(first)?, span }),
            _ => Ok(Expr { kind: ExprKind::Literal(self.literal(&first)?), span }),
        }
    }

    /// Builds the `order` and `reorder` parts that stand next.
    pub(super) fn orders(&self, parts: &mut Parts<'t>) -> Built<Vec<Order>> {
        let mut orders = Vec::new();
        while let Some(part) = parts.next_if(|part| matches!(part.as_rule(), Rule::order | Rule::reorder)) {
            let mut inner = part.into_inner().peekable();
            let expr = self.item(&mut inner)?;
            let direction = take(&mut inner, Rule::dir).and_then(|dir| Direction::from_spelling(self.text(&dir)));
            let nulls_first = take(&mut inner, Rule::nulls).map(|nulls| self.text(&nulls).ends_with("first"));
            orders.push(Order { expr, direction, nulls_first });
        }
        Ok(orders)
    }

    fn summarize(&self, parts: &mut Parts<'t>, params: &mut Vec<Param>) -> Built<OperatorKind> {
        let aggregates = self.items(parts)?;
        let by = take(parts, Rule::by).map(|_| self.items(parts)).transpose()?;
        if let Some(bin) = take(parts, Rule::bin_clause) {
            let span = self.span(&bin);
            let value = self.value(&mut bin.into_inner().peekable())?;
            params.push(Param { name: "bin".to_owned(), value, span });
        }
        Ok(OperatorKind::Summarize { aggregates, by })
    }

    fn on(&self, parts: &mut Parts<'t>) -> Built<Vec<Expr>> {
        let _ = take(parts, Rule::on);
        self.items(parts)
    }

    /// Builds tables: names, wildcards, paths with a wildcard at their end, queries in parentheses.
    pub(super) fn tables(&self, parts: &mut Parts<'t>) -> Built<Vec<Expr>> {
        let mut tables = Vec::new();
        while let Some(Rule::wildcard | Rule::entity) = peek(parts) {
            let mut table = self.item(parts)?;
            if let Some(tail) = take(parts, Rule::wild_tail) {
                let span = table.span.to(self.span(&tail));
                let tail = self.joined(&tail, "");
                table = with_tail(table, &tail, span);
            }
            while let Some(alias) = take(parts, Rule::as_op) {
                let operator = self.operator(alias)?;
                table = piped(table, operator);
            }
            tables.push(table);
        }
        Ok(tables)
    }
}

/// Puts a wildcard tail on the last name of a path: `cluster("c").T*`, `database("d").*`.
fn with_tail(table: Expr, tail: &str, span: Span) -> Expr {
    let wild = |text: String| Box::new(Expr { kind: ExprKind::Wildcard(text), span });
    let kind = match (tail.strip_prefix('.'), table.kind) {
        (Some(rest), kind) => {
            let base = Box::new(Expr { kind, span: table.span });
            ExprKind::Member { base, selector: wild(rest.to_owned()), bracketed: false }
        }
        (None, ExprKind::Member { base, selector, bracketed }) => {
            let name = if let ExprKind::Name(name) = &selector.kind { name.text.as_str() } else { "" };
            ExprKind::Member { base, selector: wild(format!("{name}{tail}")), bracketed }
        }
        (None, ExprKind::Name(name)) => ExprKind::Wildcard(format!("{}{tail}", name.text)),
        (None, kind) => kind,
    };
    Expr { kind, span }
}

/// Adds an operator to a table or pipe.
pub(super) fn piped(source: Expr, operator: Operator) -> Expr {
    let span = source.span.to(operator.span);
    let kind = match source.kind {
        ExprKind::Pipe { source, mut operators } => {
            operators.push(operator);
            ExprKind::Pipe { source, operators }
        }
        kind => ExprKind::Pipe { source: Box::new(Expr { kind, span: source.span }), operators: vec![operator] },
    };
    Expr { kind, span }
}
