//! ATT&CK references across three live vocabularies (design §7 of issue 7): Sentinel spells v16, Elastic v17 and v18 with v19 for new
//! stacks, SigmaHQ v19, which split Defense Evasion into Stealth and Defense Impairment.

use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{AttackRef, Metadata};
use crate::schema::attack::{self, Tactic};
use serde::Serialize;

/// Names that Sentinel has for Enterprise tactics in v16: the vocabulary before the split.
const SPLIT: [&str; 2] = ["stealth", "defense-impairment"];
const BEFORE_SPLIT: &str = "defense-evasion";

/// A tactic with the techniques that stand under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Threat {
    /// `TA0001`.
    pub id: &'static str,
    /// `Initial Access`.
    pub name: &'static str,
    /// `initial-access`.
    pub shortname: &'static str,
    /// Its techniques.
    pub techniques: Vec<TechniqueRef>,
}

/// A technique with the sub-techniques named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct TechniqueRef {
    /// `T1078`.
    pub id: String,
    /// `Valid Accounts`.
    pub name: &'static str,
    /// `T1078.004`, as number and name.
    pub subtechniques: Vec<(String, String, &'static str)>,
}

/// Which vocabulary a target speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// Up to v18: Defense Evasion.
    Whole,
    /// From v19: Stealth and Defense Impairment.
    Split,
}

/// Returns the tactics of a rule in the target's vocabulary, in order of mention, each once. What is not known is a loss.
pub(super) fn tactics(meta: &Metadata, vocabulary: Vocabulary, losses: &mut Vec<Loss>) -> Vec<Tactic> {
    let mut out: Vec<Tactic> = Vec::new();
    let mut add = |tactic: Tactic| {
        if out.iter().all(|known| known.shortname != tactic.shortname) {
            out.push(tactic);
        }
    };
    for reference in meta.attack.iter().filter(|reference| reference.is_tactic) {
        match attack::tactic(&reference.id.value) {
            Some(tactic) => in_vocabulary(tactic, meta, vocabulary).into_iter().for_each(&mut add),
            None => losses.push(unknown("tactic", reference)),
        }
    }
    out
}

fn unknown(what: &str, reference: &AttackRef) -> Loss {
    let message = format!("ATT&CK {what} `{}` is not known and is left out", reference.id.value);
    Loss::file("unknown-attack-reference", Fidelity::Metadata, reference.id.span, message)
}

/// Translates one tactic; the way back from the whole to the split goes by the rule's techniques, and both where they do not say.
fn in_vocabulary(tactic: Tactic, meta: &Metadata, vocabulary: Vocabulary) -> Vec<Tactic> {
    match vocabulary {
        Vocabulary::Whole if SPLIT.contains(&tactic.shortname) => attack::tactic(BEFORE_SPLIT).into_iter().collect(),
        Vocabulary::Split if tactic.shortname == BEFORE_SPLIT => {
            let said = |half: &str| techniques(meta).any(|technique| technique.tactics_v19().any(|name| name == half));
            let mut halves: Vec<&str> = SPLIT.into_iter().filter(|half| said(half)).collect();
            if halves.is_empty() {
                halves = SPLIT.to_vec();
            }
            halves.into_iter().filter_map(attack::tactic).collect()
        }
        _ => vec![tactic],
    }
}

fn techniques(meta: &Metadata) -> impl Iterator<Item = attack::Technique> {
    meta.attack.iter().filter(|reference| !reference.is_tactic).filter_map(|reference| attack::technique(&reference.id.value))
}

/// Returns the technique ids as written, upper case, each once.
pub(super) fn technique_ids(meta: &Metadata) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for reference in meta.attack.iter().filter(|reference| !reference.is_tactic) {
        let id = reference.id.value.to_ascii_uppercase();
        if !out.contains(&id) {
            out.push(id);
        }
    }
    out
}

/// Returns the rule's techniques under its tactics: under the tactic the original puts them, else under those of its tactics that
/// have them. A technique that belongs to none of the rule's tactics stands under its own first one.
pub(super) fn threats(meta: &Metadata, losses: &mut Vec<Loss>) -> Vec<Threat> {
    let mut out: Vec<Threat> = tactics(meta, Vocabulary::Whole, losses)
        .into_iter()
        .map(|tactic| Threat { id: tactic.id, name: tactic.name, shortname: tactic.shortname, techniques: Vec::new() })
        .collect();
    for reference in meta.attack.iter().filter(|reference| !reference.is_tactic) {
        let id = reference.id.value.to_ascii_uppercase();
        let Some(technique) = attack::technique(&id) else {
            losses.push(unknown("technique", reference));
            continue;
        };
        let parent = id.split('.').next().unwrap_or_default().to_owned();
        let known: Vec<&str> = technique.tactics().chain(attack::technique(&parent).into_iter().flat_map(|p| p.tactics())).collect();
        let said = reference.tactic.as_deref().and_then(attack::tactic).map(|tactic| tactic.shortname);
        let belongs = |threat: &Threat| said.map_or_else(|| known.contains(&threat.shortname), |name| name == threat.shortname);
        if !out.iter().any(belongs) {
            let Some(tactic) = known.first().and_then(|name| attack::tactic(name)) else { continue };
            out.push(Threat { id: tactic.id, name: tactic.name, shortname: tactic.shortname, techniques: Vec::new() });
        }
        let places =
            out.iter_mut().filter(|threat| said.map_or_else(|| known.contains(&threat.shortname), |name| name == threat.shortname));
        for threat in places {
            place(threat, &id, &parent, technique);
        }
    }
    out
}

fn place(threat: &mut Threat, id: &str, parent: &str, technique: attack::Technique) {
    let index = threat.techniques.iter().position(|known| known.id == parent).unwrap_or_else(|| {
        let name = attack::technique(parent).map_or("", |parent| parent.name);
        threat.techniques.push(TechniqueRef { id: parent.to_owned(), name, subtechniques: Vec::new() });
        threat.techniques.len() - 1
    });
    let Some((_, number)) = id.split_once('.') else { return };
    let Some(entry) = threat.techniques.get_mut(index) else { return };
    if entry.subtechniques.iter().all(|(known, ..)| known != id) {
        entry.subtechniques.push((id.to_owned(), number.to_owned(), technique.name));
    }
}
