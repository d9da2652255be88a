//! MITRE ATT&CK tactics and techniques (enterprise; no ICS or mobile ids, so an unknown id is a warning at most).
//!
//! © The MITRE Corporation; reproduced with its permission.

use super::records::Records;

static TACTICS: Records = Records(include_str!("data/tactics.txt"));
static TECHNIQUES: Records = Records(include_str!("data/techniques.txt"));

/// A tactic as one or more ATT&CK versions name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tactic {
    /// `TA0001`. One id may have two names over time: TA0005 was Defense Evasion up to v18, Stealth from v19.
    pub id: &'static str,
    /// `initial-access`.
    pub shortname: &'static str,
    /// `Initial Access`.
    pub name: &'static str,
    /// Major versions of ATT&CK with this name, apart by blanks.
    versions: &'static str,
}

/// A technique or sub-technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Technique {
    /// `T1078.004`.
    pub id: &'static str,
    /// `Cloud Accounts`; empty for an id known only as replaced.
    pub name: &'static str,
    tactics: &'static str,
    /// First version that has it as far as is known; empty for replaced ids.
    pub since: &'static str,
    /// The id that took its place.
    pub replaced_by: Option<&'static str>,
    tactics_v19: &'static str,
}

impl Tactic {
    /// Returns the major versions of ATT&CK that use this name.
    pub fn versions(&self) -> impl Iterator<Item = u32> + use<> {
        self.versions.split(' ').filter_map(|v| v.parse().ok())
    }
}

impl Technique {
    /// Returns the short names of its tactics up to version 18.
    pub fn tactics(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.tactics.split(' ').filter(|t| !t.is_empty())
    }

    /// Returns the short names of its tactics from version 19, which split Defense Evasion.
    pub fn tactics_v19(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.tactics_v19.split(' ').filter(|t| !t.is_empty())
    }
}

/// Returns the technique with that id (`T1078`, `T1078.004`).
pub fn technique(id: &str) -> Option<Technique> {
    TECHNIQUES.find_all(id).next().and_then(read_technique)
}

/// Returns the technique with that name, letters of any case.
pub fn technique_named(name: &str) -> Option<Technique> {
    techniques().find(|t| t.name.eq_ignore_ascii_case(name))
}

/// Returns all techniques by id.
pub fn techniques() -> impl Iterator<Item = Technique> {
    TECHNIQUES.0.lines().filter_map(read_technique)
}

/// Returns all tactics by id.
pub fn tactics() -> impl Iterator<Item = Tactic> {
    TACTICS.0.lines().filter_map(read_tactic)
}

/// Returns the tactic with that id, short name or name; letters of any case, and with blanks, hyphens, underscores or nothing
/// between words (`Initial Access`, `initial-access`, `InitialAccess`).
pub fn tactic(text: &str) -> Option<Tactic> {
    let plain = |s: &str| s.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>();
    let wanted = plain(text);
    tactics().find(|t| plain(t.shortname) == wanted || plain(t.id) == wanted)
}

fn read_technique(line: &'static str) -> Option<Technique> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let (id, name, tactics, since) = (next()?, next()?, next()?, next()?);
    let (replaced, tactics_v19) = (next()?, next()?);
    Some(Technique { id, name, tactics, since, replaced_by: Some(replaced).filter(|r| !r.is_empty()), tactics_v19 })
}

fn read_tactic(line: &'static str) -> Option<Tactic> {
    let mut fields = line.split('\t');
    Some(Tactic { id: fields.next()?, shortname: fields.next()?, name: fields.next()?, versions: fields.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_know_their_tactics_and_successors() {
        assert_eq!(technique("T1078.004").map(|t| t.name), Some("Cloud Accounts"));
        assert_eq!(technique("T1002").and_then(|t| t.replaced_by), Some("T1560"));
        assert!(technique("T9999").is_none());
        assert!(technique("T1078").is_some_and(|t| t.tactics().any(|tactic| tactic == "initial-access")));
        assert!(techniques().all(|t| technique(t.id).is_some()));
    }

    #[test]
    fn a_tactic_is_found_by_any_spelling() {
        for text in ["TA0001", "initial-access", "Initial Access", "InitialAccess", "initial_access"] {
            assert_eq!(tactic(text).map(|t| t.id), Some("TA0001"), "{text}");
        }
        assert!(tactic("DefenseImpairment").is_some_and(|t| t.versions().eq([19, 20])));
        assert!(tactic("nothing").is_none());
    }
}
