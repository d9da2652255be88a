//! The `threat` tables of an Elastic rule.
//!
//! Names and links that ATT&CK's own data repeats are not kept; whatever differs from it is.

use super::super::fields::Fields;
use crate::ir::AttackRef;
use crate::schema::attack;
use crate::source::Spanned;

/// Reads tactics, techniques and sub-techniques in the order of the file.
pub(super) fn read(fields: &mut Fields<'_>) -> Vec<AttackRef> {
    fields.tables(&["threat"], threat).into_iter().flatten().collect()
}

fn threat(fields: &mut Fields<'_>) -> Vec<AttackRef> {
    if fields.text(&["framework"]).is_some_and(|f| f.value != "MITRE ATT&CK") {
        fields.keep("framework");
    }
    let tactic =
        fields.table(&["tactic"], |inner| named(inner, "tactics", |id, name| attack::tactics().any(|t| t.id == id && t.name == name)));
    let tactic = tactic.flatten();
    let under = tactic.as_ref().map(|t| t.value.clone());
    let mut found: Vec<AttackRef> = tactic.into_iter().map(|id| AttackRef { id, is_tactic: true, tactic: None }).collect();
    let techniques = fields.tables(&["technique"], |technique| {
        let own = named(technique, "techniques", is_technique);
        let inner = technique.tables(&["subtechnique"], |sub| named(sub, "techniques", is_technique));
        own.into_iter().chain(inner.into_iter().flatten()).collect::<Vec<_>>()
    });
    let reference = |id| AttackRef { id, is_tactic: false, tactic: under.clone() };
    found.extend(techniques.into_iter().flatten().map(reference));
    found
}

fn is_technique(id: &str, name: &str) -> bool {
    attack::technique(id).is_some_and(|t| t.name == name)
}

/// Reads `id`, and keeps `name` and `reference` only where they say something else than ATT&CK.
fn named(fields: &mut Fields<'_>, folder: &str, is_known: impl Fn(&str, &str) -> bool) -> Option<Spanned<String>> {
    let id = fields.text(&["id"])?;
    if fields.text(&["name"]).is_some_and(|name| !is_known(&id.value, &name.value)) {
        fields.keep("name");
    }
    let page = format!("https://attack.mitre.org/{folder}/{}", id.value.replace('.', "/"));
    if fields.text(&["reference"]).is_some_and(|link| link.value.trim_end_matches('/') != page) {
        fields.keep("reference");
    }
    Some(id)
}
