//! A query language that rules of another type have.
//!
//! Rules of type `eql` are written in EQL, those of type `esql` in ES|QL, all others in kuery or Lucene
//! (<https://www.elastic.co/docs/api/doc/kibana/operation/operation-createrule>). Kibana refuses the rule.
//!
//! ```elastic bad
//! type = "eql"
//! language = "kuery"
//! ```
//!
//! ```elastic good
//! type = "query"
//! language = "kuery"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Language, RuleType};

pub(super) static LINT: Lint = Lint::new("language-of-other-type", include_str!("language_of_other_type.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(query) = context.query().filter(|_| context.is(Dialect::Elastic)) else { return };
    let (fits, wanted) = match context.rule.rule_type {
        RuleType::Eql => (query.language == Language::Eql, "eql"),
        RuleType::Esql => (query.language == Language::Esql, "esql"),
        RuleType::Hunting | RuleType::MachineLearning => return,
        _ => (matches!(query.language, Language::Kuery | Language::Lucene), "kuery or lucene"),
    };
    if !fits {
        found.push(
            LINT.at(context.head(), format!("a rule of this type has the language {wanted}")).with_help("change `type` or `language`"),
        );
    }
}
