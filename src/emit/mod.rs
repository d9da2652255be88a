//! Writes a rule in another dialect, and says what is lost.
//!
//! The way of a rule: recognise idioms, map fields and sources into the target's dialect, raise to the target's language, fill
//! the target's template. It never approximates in silence: every step adds its losses (design §4). Reading the result back and
//! running it is `evidence`.

mod about;
mod attack;
mod elastic;
mod form;
mod identity;
pub mod kibana;
pub mod rule_file;
mod sentinel;
mod severity;
mod shorter;
mod sigma;
mod slots;
mod template;
mod timing;

use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::is_endless;
use crate::ir::{Dialect, Language, Rule};
use crate::mapping::Sources;
use crate::rulefile::kibana as kibana_lines;
use crate::source::Span;
use serde::{Deserialize, Serialize};

/// What a rule is translated to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A Sentinel rule file.
    Sentinel,
    /// A bare Kusto query.
    Kql,
    /// An Elastic detection rule.
    Elastic,
    /// A Sigma rule.
    Sigma,
}

impl Target {
    /// All targets, in the order reports show them.
    pub const ALL: [Self; 4] = [Self::Sentinel, Self::Kql, Self::Elastic, Self::Sigma];

    /// Returns the name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentinel => "sentinel",
            Self::Kql => "kql",
            Self::Elastic => "elastic",
            Self::Sigma => "sigma",
        }
    }

    /// Returns the target of that name, letters of any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name().eq_ignore_ascii_case(name))
    }

    /// Returns the dialect whose fields and sources the target uses.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Sentinel => Dialect::Sentinel,
            Self::Kql => Dialect::Kql,
            Self::Elastic => Dialect::Elastic,
            Self::Sigma => Dialect::Sigma,
        }
    }

    /// Returns the ending of its files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Sentinel => "yaml",
            Self::Kql => "kql",
            Self::Elastic => "toml",
            Self::Sigma => "yml",
        }
    }
}

/// How much of a rule arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Fires on the same events; schedule and metadata losses may remain.
    Exact,
    /// Fires on other events, every difference named.
    Approximate,
    /// Cannot be said in the target; the first loss is the reason.
    Refused,
}

/// A rule in another dialect.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The dialect.
    pub target: Target,
    /// How much arrived.
    pub status: Status,
    /// The target's own word for the kind of rule: `scheduled`, `query`, `new_terms`, `threshold`, `detection`, `correlation`.
    pub form: &'static str,
    /// What was not kept; in a refusal the reason comes first.
    pub losses: Vec<Loss>,
    /// The whole rule file; `None` in a refusal.
    pub text: Option<String>,
    /// The bare query in it.
    pub query: Option<String>,
    /// The language of the query.
    pub language: Option<Language>,
    /// The tables, indices or log sources that the original reads.
    pub sources: Vec<String>,
    /// Whether every one of them has a file in `targets/sources/`.
    pub covered: bool,
}

/// The form of a rule that is in the target's dialect already.
pub const UNCHANGED: &str = "unchanged";

/// A date for Elastic rules that have none; it is fixed so that a second run changes nothing.
const NO_DATE: &str = "1970/01/01";

/// What a target's emitter gives back: a file around a query.
struct Written {
    form: &'static str,
    language: Language,
    query: String,
    text: String,
}

/// A refusal: the losses that make the translation impossible.
type Refused = Vec<Loss>;

/// Translates a rule. `file_text` is the text it was read from, which stays as it is where the target is its own dialect.
pub fn emit(rule: &Rule, file_text: &str, target: Target, sources: &Sources) -> Emitted {
    let origin = form::origin(rule, sources);
    let mut losses = Vec::new();
    let written = if rule.dialect == target.dialect() {
        Ok(unchanged(rule, file_text))
    } else if let Some(plan) = rule.detection.as_ref().map(|detection| &detection.plan).filter(|plan| is_endless(plan)) {
        let message = "the query becomes too large when its `let` tables and computed columns are put in place of their names";
        Err(vec![Loss::query("query-too-large", Fidelity::Refused, plan.span, message)])
    } else {
        match target {
            Target::Sentinel => sentinel::write(rule, sources, &mut losses),
            Target::Kql => sentinel::write_query(rule, sources, &mut losses),
            Target::Elastic => elastic::write(rule, sources, &mut losses),
            Target::Sigma => sigma::write(rule, sources, &mut losses),
        }
    };
    if rule.correlated_only && !matches!(target, Target::Sigma | Target::Kql) {
        let message = "correlations name the rule without `generate: true`: in Sigma it does not alert by itself, the translation does";
        losses.push(Loss::file("alerts-by-itself", Fidelity::Wider, rule.span, message));
    }
    let refused_late = losses.iter().any(|loss| loss.fidelity == Fidelity::Refused);
    let (status, written) = match written {
        Err(reasons) => {
            losses.splice(0..0, reasons);
            (Status::Refused, None)
        }
        Ok(_) if refused_late => (Status::Refused, None),
        Ok(written) if losses.iter().any(|loss| loss.fidelity.is_approximate()) => (Status::Approximate, Some(written)),
        Ok(written) => (Status::Exact, Some(written)),
    };
    // The worst comes first, so that the first loss of a refusal is its reason; the order among equals stays.
    losses.sort_by_key(|loss| std::cmp::Reverse(loss.fidelity));
    let losses = together(losses);
    Emitted {
        target,
        status,
        form: written.as_ref().map_or("none", |w| w.form),
        losses,
        language: written.as_ref().map(|w| w.language),
        query: written.as_ref().map(|w| w.query.clone()),
        text: written.map(|w| w.text),
        sources: origin.sources,
        covered: origin.covered,
    }
}

/// Says what happens at one place once: values of one list that share a loss become one loss that counts them.
fn together(losses: Vec<Loss>) -> Vec<Loss> {
    let mut out: Vec<(Loss, usize)> = Vec::new();
    for loss in losses {
        let alike =
            |known: &Loss| (known.code, known.span, known.fidelity, known.in_query) == (loss.code, loss.span, loss.fidelity, loss.in_query);
        match out.iter_mut().find(|(known, _)| alike(known)) {
            Some((known, more)) => *more += usize::from(known.message != loss.message),
            None => out.push((loss, 0)),
        }
    }
    let counted = |(mut loss, more): (Loss, usize)| {
        if more > 0 {
            loss.message = format!("{} (and {more} more here)", loss.message);
        }
        loss
    };
    out.into_iter().map(counted).collect()
}

/// The rule as it is, for its own dialect.
fn unchanged(rule: &Rule, file_text: &str) -> Written {
    let query = rule.queries.first();
    Written {
        form: UNCHANGED,
        language: query.map_or(Language::Kusto, |query| query.language),
        query: query.map(|query| query.text.to_string()).unwrap_or_default(),
        text: if rule.dialect == Dialect::Elastic && kibana_lines::is_lines(file_text) {
            kibana_lines::lines_of(file_text, rule.span)
        } else {
            file_text.to_owned()
        },
    }
}

/// Builds a refusal with one reason.
fn refuse(code: &'static str, span: Span, message: impl Into<String>) -> Refused {
    vec![Loss::query(code, Fidelity::Refused, span, message)]
}
