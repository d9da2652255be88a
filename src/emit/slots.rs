//! Metadata that a target has no slot for: one table, one loss for each piece that is there.

use super::Target;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Rule};
use crate::source::Span;

/// A piece of metadata: what it is called, the targets that keep it, and where it stands in a rule, if it does.
struct Slot {
    name: &'static str,
    kept_by: &'static [Target],
    find: fn(&Rule) -> Option<Span>,
}

const SLOTS: &[Slot] = &[
    Slot { name: "name", kept_by: &[Target::Sentinel, Target::Elastic, Target::Sigma], find: |r| r.meta.name.as_ref().map(|x| x.span) },
    Slot {
        name: "description",
        kept_by: &[Target::Sentinel, Target::Elastic, Target::Sigma],
        find: |r| r.meta.description.as_ref().map(|x| x.span),
    },
    Slot { name: "risk score", kept_by: &[Target::Elastic], find: |r| r.meta.risk_score.as_ref().map(|x| x.span) },
    Slot { name: "version", kept_by: &[], find: |r| r.meta.version.as_ref().map(|x| x.span) },
    Slot { name: "author", kept_by: &[Target::Sentinel, Target::Elastic, Target::Sigma], find: |r| r.meta.authors.first().map(|x| x.span) },
    Slot { name: "licence", kept_by: &[Target::Elastic, Target::Sigma], find: |r| r.meta.license.as_ref().map(|x| x.span) },
    Slot { name: "creation date", kept_by: &[Target::Elastic, Target::Sigma], find: |r| r.meta.created.as_ref().map(|x| x.span) },
    Slot {
        name: "date of the last change",
        kept_by: &[Target::Elastic, Target::Sigma],
        find: |r| r.meta.modified.as_ref().map(|x| x.span),
    },
    Slot { name: "references", kept_by: &[Target::Elastic, Target::Sigma], find: |r| r.meta.references.first().map(|x| x.span) },
    Slot { name: "false positives", kept_by: &[Target::Elastic, Target::Sigma], find: |r| r.meta.false_positives.first().map(|x| x.span) },
    Slot { name: "investigation guide", kept_by: &[Target::Elastic], find: |r| r.meta.note.as_ref().map(|x| x.span) },
    Slot { name: "tags", kept_by: &[Target::Sentinel, Target::Elastic], find: |r| r.meta.tags.first().map(|x| x.span) },
    Slot {
        name: "investigation fields",
        kept_by: &[Target::Sentinel, Target::Elastic, Target::Sigma],
        find: |r| r.meta.fields.first().map(|x| x.span),
    },
    Slot { name: "data connectors", kept_by: &[Target::Sentinel, Target::Elastic], find: |r| r.meta.connectors.first().map(|x| x.0.span) },
    Slot {
        name: "limit on alerts of one run",
        kept_by: &[Target::Elastic],
        find: |r| r.schedule.as_ref().and_then(|s| s.max_alerts.as_ref()).map(|x| x.span),
    },
    Slot { name: "alert title format", kept_by: &[Target::Sentinel], find: |r| r.alert.title.as_ref().map(|x| x.span) },
    Slot { name: "alert description format", kept_by: &[Target::Sentinel], find: |r| r.alert.description.as_ref().map(|x| x.span) },
    Slot { name: "severity column", kept_by: &[], find: |r| r.alert.severity_column.as_ref().map(|x| x.span) },
    Slot { name: "tactics column", kept_by: &[], find: |r| r.alert.tactics_column.as_ref().map(|x| x.span) },
    Slot { name: "custom details", kept_by: &[], find: |r| r.alert.custom_details.first().map(|x| x.0.span) },
    Slot { name: "dynamic alert properties", kept_by: &[], find: |r| r.alert.dynamic_properties.first().map(|x| x.0.span) },
    Slot { name: "suppression", kept_by: &[], find: |r| r.alert.suppression.as_ref().map(|x| x.span) },
];

/// A field of Elastic rules that no reader takes, and that decides what fires: its name, and what goes with it.
struct Telling {
    field: &'static str,
    code: &'static str,
    fidelity: Fidelity,
    message: &'static str,
}

const TELLING: &[Telling] = &[
    Telling {
        field: "exceptions_list",
        code: "exceptions-not-read",
        fidelity: Fidelity::Wider,
        message: "the exceptions that the rule names are not in its file: the translation fires also where they keep the rule silent",
    },
    Telling {
        field: "timestamp_field",
        code: "event-order-not-in-target",
        fidelity: Fidelity::Different,
        message: "the translation orders events by the time they have, not by the field that the rule names",
    },
    Telling {
        field: "tiebreaker_field",
        code: "event-order-not-in-target",
        fidelity: Fidelity::Different,
        message: "events of one instant have no order in the translation; the rule names a field that gives them one",
    },
];

/// Names every piece of metadata that the rule has and the target does not keep, extra fields of the file included.
pub(super) fn losses(rule: &Rule, target: Target) -> Vec<Loss> {
    let missing = SLOTS.iter().filter(|slot| !slot.kept_by.contains(&target)).filter_map(|slot| {
        let span = (slot.find)(rule)?;
        Some(lost(slot.name, span, target))
    });
    let extra = rule.extra.iter().map(|extra| {
        let name = extra.path.rsplit('.').next().unwrap_or_default();
        let telling = TELLING.iter().find(|telling| rule.dialect == Dialect::Elastic && telling.field == name);
        telling.map_or_else(
            || lost(&format!("`{}`", extra.path), extra.span, target),
            |telling| Loss::file(telling.code, telling.fidelity, extra.span, telling.message),
        )
    });
    missing.chain(extra).collect()
}

fn lost(what: &str, span: Span, target: Target) -> Loss {
    let message = format!("{what}: no slot in {}", target.name());
    Loss::file("metadata-not-in-target", Fidelity::Metadata, span, message)
}
