//! What a rule does, for people who have to live with it: what it reads, its stages and conditions, what comes out, when it looks at
//! what, and what would become of it elsewhere.
//!
//! This is the content; how it is laid out is `report`'s business. Everything comes from the IR, so that it says what runs.

mod conditions;
mod lineage;
mod operators;
mod outputs;
mod sections;
mod sources;
mod window;
mod wording;

use crate::emit::{Emitted, Status};
use crate::ir::Rule;
use crate::lang::kusto::{ast::StatementKind, parse};
use crate::source::Span;
use serde::Serialize;

/// All that is said of a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Its name.
    pub name: String,
    /// Its dialect and kind: `sentinel scheduled`.
    pub kind: String,
    /// Its severity in its own word.
    pub severity: Option<String>,
    /// What it says of itself.
    pub description: Option<String>,
    /// Tables, indices, log sources, watchlists, functions and URLs.
    pub reads: Vec<String>,
    /// When it runs and how far it looks.
    pub window: Vec<String>,
    /// Names that the query binds.
    pub lets: Vec<Binding>,
    /// The parts of the query, each before the part that uses it; the last is the rule itself.
    pub sections: Vec<Section>,
    /// What comes out.
    pub outputs: outputs::Outputs,
    /// Entities and templates against what comes out.
    pub alert: Vec<outputs::Use>,
    /// What would become of it in each other dialect.
    pub targets: Vec<Fate>,
}

/// A name that the query binds.
#[derive(Clone, Debug, Serialize)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// `value`, `rows`, `unused rows` or `function`.
    pub kind: &'static str,
    /// Its text.
    pub text: String,
}

/// A pipeline.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// What it is: `rule`, `let admins`, `right side of the join in stage 4`.
    pub title: String,
    /// Its stages in order.
    pub stages: Vec<Stage>,
}

/// One step of a pipeline.
#[derive(Clone, Debug, Serialize)]
pub struct Stage {
    /// Its number in the whole rule.
    pub number: usize,
    /// What it does, in a sentence.
    pub does: String,
    /// What rows must satisfy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What it computes: name and how.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub computes: Vec<Computed>,
    /// Bytes of the rule file.
    #[serde(skip)]
    pub span: Span,
}

/// A column that a stage makes.
#[derive(Clone, Debug, Serialize)]
pub struct Computed {
    /// Its name.
    pub name: String,
    /// How it is computed, as written.
    pub how: String,
    /// The source columns that it is made of.
    pub from: Vec<String>,
    /// What it tests, where it is a condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Condition>,
}

/// Something that rows must satisfy.
#[derive(Clone, Debug, Serialize)]
pub struct Condition {
    /// In words.
    pub says: String,
    /// Whether it leaves out what it names, instead of asking for it.
    pub excludes: bool,
    /// The source columns that it looks at.
    pub from: Vec<String>,
    /// Whether letters of different case are the same; absent where no text is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<&'static str>,
    /// What happens to a row without a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<&'static str>,
    /// Parts of which any, or all under a negation, must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Condition>,
}

/// What would become of the rule in another dialect.
#[derive(Clone, Debug, Serialize)]
pub struct Fate {
    /// The target.
    pub target: &'static str,
    /// `exact`, `approximate` or `refused`.
    pub status: Status,
    /// What would be lost that changes what it detects; of a refusal the reasons.
    pub losses: Vec<String>,
    /// How many losses of schedule and metadata there are besides.
    pub minor: usize,
}

/// Explains a rule; `emitted` holds its translations.
pub fn explain(rule: &Rule, emitted: &[Emitted]) -> Explanation {
    let meta = &rule.meta;
    let text = |value: &Option<crate::source::Spanned<String>>| value.as_ref().map(|value| value.value.trim().to_owned());
    let (sections, numbers) = sections::sections(rule);
    Explanation {
        name: text(&meta.name).unwrap_or_else(|| "rule without a name".to_owned()),
        kind: wording::kind(rule),
        severity: text(&meta.severity),
        description: text(&meta.description).map(|text| text.trim_matches('\'').trim().to_owned()),
        reads: sources::reads(rule),
        window: window::sentences(rule),
        lets: bindings(rule),
        outputs: outputs::outputs(rule, &numbers),
        alert: outputs::uses(rule),
        sections,
        targets: emitted.iter().map(fate).collect(),
    }
}

/// The names that a Kusto query binds, with their texts.
fn bindings(rule: &Rule) -> Vec<Binding> {
    let Some(query) = rule.queries.first().filter(|query| query.language == crate::ir::Language::Kusto) else { return Vec::new() };
    let tables = sections::names(rule);
    let binding = |statement: &crate::lang::kusto::ast::Statement| match &statement.kind {
        StatementKind::Let { name, value } => {
            let text = value.span.text(&query.text);
            let kind = match tables.contains(&name.text) {
                true => "rows",
                false if is_tabular(value) => "unused rows",
                false => "value",
            };
            Some(Binding { name: name.text.clone(), kind, text: wording::short(text) })
        }
        StatementKind::LetFunction { name, .. } => {
            let text = statement.span.text(&query.text);
            let text = text.split_once('=').map_or(text, |(_, body)| body);
            Some(Binding { name: name.text.clone(), kind: "function", text: wording::short(text) })
        }
        _ => None,
    };
    parse(&query.text).query.statements.iter().filter_map(binding).collect()
}

fn is_tabular(value: &crate::lang::kusto::ast::Expr) -> bool {
    matches!(value.kind, crate::lang::kusto::ast::ExprKind::Pipe { .. } | crate::lang::kusto::ast::ExprKind::Source(_))
}

fn fate(emitted: &Emitted) -> Fate {
    let is_minor = |loss: &&crate::diagnostic::Loss| {
        matches!(loss.fidelity, crate::diagnostic::Fidelity::Metadata | crate::diagnostic::Fidelity::Schedule)
    };
    let minor = emitted.losses.iter().filter(is_minor).count();
    let losses = emitted.losses.iter().filter(|loss| !is_minor(loss)).map(|loss| loss.message.clone()).collect();
    Fate { target: emitted.target.name(), status: emitted.status, losses, minor }
}
