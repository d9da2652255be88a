//! Severities and risk scores across dialects.

use super::Target;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::Metadata;
use crate::source::Span;

/// A level in each dialect's word, with Elastic's default risk score of its band (`spec/elastic-checks.md`: low 0–21, medium 22–47,
/// high 48–73, critical 74–100).
struct Level {
    sentinel: &'static str,
    elastic: &'static str,
    sigma: &'static str,
    risk_score: i64,
}

const LEVELS: [Level; 5] = [
    Level { sentinel: "Informational", elastic: "low", sigma: "informational", risk_score: 1 },
    Level { sentinel: "Low", elastic: "low", sigma: "low", risk_score: 21 },
    Level { sentinel: "Medium", elastic: "medium", sigma: "medium", risk_score: 47 },
    Level { sentinel: "High", elastic: "high", sigma: "high", risk_score: 73 },
    Level { sentinel: "High", elastic: "critical", sigma: "critical", risk_score: 99 },
];

/// A severity in the target's word.
pub(super) struct Severity {
    pub word: &'static str,
    pub risk_score: i64,
}

/// Translates a rule's severity; a rule without one gets medium, which is named.
pub(super) fn translate(meta: &Metadata, target: Target, losses: &mut Vec<Loss>) -> Severity {
    let given = meta.severity.as_ref();
    let level = given.and_then(|severity| {
        let word = severity.value.to_ascii_lowercase();
        LEVELS.iter().find(|level| level.sigma == word)
    });
    let span = given.map_or_else(Span::default, |severity| severity.span);
    let Some(level) = level else {
        let message = match given {
            Some(severity) => format!("severity `{}` is not known; it becomes medium", severity.value),
            None => "the original has no severity; it becomes medium".to_owned(),
        };
        losses.push(Loss::file("default-severity", Fidelity::Metadata, span, message));
        return Severity { word: if target == Target::Sentinel { "Medium" } else { "medium" }, risk_score: 47 };
    };
    let word = match target {
        Target::Sentinel | Target::Kql => level.sentinel,
        Target::Elastic => level.elastic,
        Target::Sigma => level.sigma,
    };
    if !word.eq_ignore_ascii_case(level.sigma) {
        let message = format!("severity `{}` becomes `{word}`, the nearest that the target has", level.sigma);
        losses.push(Loss::file("severity-not-in-target", Fidelity::Metadata, span, message));
    }
    Severity { word, risk_score: meta.risk_score.as_ref().map_or(level.risk_score, |score| score.value) }
}
