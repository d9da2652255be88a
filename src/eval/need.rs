//! What somebody reads of a row or of a dynamic value: all of it, or some columns or members.

use crate::ir::{Expr, ExprKind, Member, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which parts of a row or of a dynamic value are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// All of it.
    All,
    /// These columns or members, and what of each.
    Parts(BTreeMap<Arc<str>, Need>),
}

impl Need {
    /// Nothing is read.
    pub(super) fn nothing() -> Self {
        Self::Parts(BTreeMap::new())
    }

    /// These parts are read, all of each.
    pub(super) fn of<'n>(names: impl IntoIterator<Item = &'n Arc<str>>) -> Self {
        Self::Parts(names.into_iter().map(|name| (Arc::clone(name), Self::All)).collect())
    }

    /// Returns what is read of a part; `None` where nothing is.
    pub(super) fn part(&self, name: &str) -> Option<&Self> {
        match self {
            Self::All => Some(&Self::All),
            Self::Parts(parts) => parts.get(name),
        }
    }

    /// Tells whether anything is read of a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.part(name).is_some()
    }

    /// Adds what somebody else reads.
    pub(super) fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::All, _) => {}
            (_, Self::All) => *self = Self::All,
            (Self::Parts(_), Self::Parts(parts)) => parts.iter().for_each(|(name, need)| self.add(name, need)),
        }
    }

    /// Adds that `need` is read of a part.
    pub(super) fn add(&mut self, name: &Arc<str>, need: &Self) {
        if let Self::Parts(parts) = self {
            parts.entry(Arc::clone(name)).or_insert_with(Self::nothing).merge(need);
        }
    }

    /// Adds what of a row an expression reads, all of its value being used.
    pub(super) fn add_expr(&mut self, expr: &Expr) {
        self.add_part_of(expr, &Self::All);
    }

    /// Adds what of a row an expression reads, `used` of its value being used.
    pub(super) fn add_part_of(&mut self, expr: &Expr, used: &Self) {
        match &expr.kind {
            ExprKind::Column(name) | ExprKind::SideColumn { name, .. } => self.add(name, used),
            ExprKind::Member { base, member } => match constant_member(member) {
                Some(name) => self.add_part_of(base, &Self::Parts(BTreeMap::from([(name, used.clone())]))),
                None => expr.children().into_iter().for_each(|child| self.add_expr(child)),
            },
            ExprKind::Call { function, args } => self.add_call(function, args),
            // An event's fields are found by names that may stand anywhere in it.
            ExprKind::Match { .. } | ExprKind::Opaque { .. } => *self = Self::All,
            _ => expr.children().into_iter().for_each(|child| self.add_expr(child)),
        }
    }

    /// Some functions read columns that they are not given.
    fn add_call(&mut self, function: &str, args: &[Expr]) {
        match function {
            "pack_all" | "estimate_data_size" => *self = Self::All,
            "ingestion_time" => ["_TimeReceived", "$IngestionTime"].iter().for_each(|name| self.add(&Arc::from(*name), &Self::All)),
            "column_ifexists" | "iscolumnexists" => {
                if let Some(ExprKind::Literal(Value::String(name))) = args.first().map(|arg| &arg.kind) {
                    self.add(name, &Self::All);
                }
            }
            _ => {}
        }
        args.iter().for_each(|arg| self.add_expr(arg));
    }
}

/// The member's name where it is a constant: `a.b`, `a["b"]`.
fn constant_member(member: &Member) -> Option<Arc<str>> {
    match member {
        Member::Name(name) => Some(Arc::clone(name)),
        Member::Index(index) => match &index.kind {
            ExprKind::Literal(Value::String(name)) => Some(Arc::clone(name)),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Op;
    use crate::lang::kusto::{self, Environment};
    use crate::schema::Catalog;

    fn shown(need: &Need) -> String {
        match need {
            Need::All => "*".to_owned(),
            Need::Parts(parts) => {
                let parts: Vec<String> = parts.iter().map(|(name, need)| format!("{name}:{}", shown(need))).collect();
                format!("({})", parts.join(" "))
            }
        }
    }

    fn check(predicate: &str, expected: &str) {
        let query = format!("SigninLogs | where {predicate}");
        let plan = kusto::lower(&kusto::parse(&query).query, &query, &Environment::new(Catalog::builtin())).plan.expect("binds");
        let Op::Filter { predicate, .. } = &plan.op else { panic!("{plan:?}") };
        let mut need = Need::nothing();
        need.add_expr(predicate);
        assert_eq!(shown(&need), expected, "{query}");
    }

    #[test]
    fn columns_and_constant_paths_are_read_in_part() {
        check("UserId == 'a' and Status.errorCode == 5", "(Status:(errorCode:*) UserId:*)");
        check("Status['a'].b == 5 and Status.c == 1", "(Status:(a:(b:*) c:*))");
    }

    #[test]
    fn a_whole_value_takes_in_its_parts() {
        check("Status.errorCode == 5 and isnotempty(Status)", "(Status:*)");
        check("Status[tostring(UserId)] == 5", "(Status:* UserId:*)");
    }

    #[test]
    fn functions_over_the_whole_row_read_all() {
        let call = ExprKind::Call { function: Arc::from("pack_all"), args: Vec::new() };
        let mut need = Need::nothing();
        need.add_expr(&Expr::new(call, crate::ir::Type::Dynamic, crate::source::Span::default()));
        assert_eq!(need, Need::All);
    }
}
