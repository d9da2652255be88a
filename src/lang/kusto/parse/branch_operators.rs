//! Operators with queries inside: `fork`, `facet`, `partition`, `macro-expand`.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts};
use crate::lang::kusto::ast::{Call, Expr, ExprKind, Name, OperatorKind};
use crate::source::Span;

impl<'t> Builder<'t> {
    /// Builds the operator of one of this file's rules.
    pub(super) fn branch_operator(&self, rule: Rule, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        match rule {
            Rule::fork_op => parts.map(|part| self.branch(part)).collect::<Built<_>>().map(OperatorKind::Fork),
            Rule::facet_op => {
                let by = self.items(parts)?;
                let with = parts.peek().is_some().then(|| self.sub_pipe(parts)).transpose()?.map(Box::new);
                Ok(OperatorKind::Facet { by, with })
            }
            Rule::partition_op => {
                let by = self.next_expr(parts)?;
                let scope = self.clause(parts, Rule::scope)?;
                let body = Box::new(self.branch_body(parts)?);
                Ok(OperatorKind::Partition { by, scope, body })
            }
            Rule::partition_by_op => Ok(OperatorKind::PartitionBy {
                by: self.next_expr(parts)?,
                id: self.context(parts)?,
                body: Box::new(self.sub_pipe(parts)?),
            }),
            _ => self.macro_expand(parts),
        }
    }

    fn branch(&self, part: Part<'t>) -> Built<(Option<Name>, Expr)> {
        let mut parts = part.into_inner().peekable();
        let name = parts.next_if(|part| matches!(part.as_rule(), Rule::plain | Rule::quoted));
        let name = name.map(|name| self.name(name, NamePosition::Declaration)).transpose()?;
        Ok((name, self.branch_body(&mut parts)?))
    }

    fn branch_body(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let Some(query) = parts.next_if(|part| matches!(part.as_rule(), Rule::branch_query | Rule::full_pipe)) else {
            return self.sub_pipe(parts);
        };
        self.tabular(&mut query.into_inner().peekable())
    }

    fn macro_expand(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let group = self.next(parts)?;
        let group = if group.as_rule() == Rule::entity_group { self.entity_group(group)? } else { self.expr(group)? };
        let alias = self.next_name(parts, NamePosition::Declaration)?;
        let mut body = Vec::new();
        for statement in parts {
            body.push(self.statement(statement)?);
        }
        Ok(OperatorKind::MacroExpand { group, alias, body })
    }

    /// Builds `entity_group [a, b]` as a call of that name.
    pub(super) fn entity_group(&self, part: Part<'t>) -> Built<Expr> {
        let span = self.span(&part);
        let name = Name { text: "entity_group".to_owned(), quoted: false, span: Span { end: span.start + 12, ..span } };
        let args = self.items(&mut part.into_inner().peekable())?;
        Ok(Expr { kind: ExprKind::Call(Call { name, args }), span })
    }
}
