//! `convert --out DIR`: translations as files with a manifest, so that a second run touches only what changed and nobody's edits.

use super::{Failure, input};
use crate::report::translation::{Translation, object};
use crate::source::load;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The manifest's name in the folder.
const MANIFEST: &str = "isoglot-manifest.json";

/// What a folder of translations holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    /// By source path, `#2` and so on for further rules of a file.
    rules: BTreeMap<String, Entry>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// The rule's name.
    rule: Json,
    /// Hash of the file that it was read from.
    source_sha256: String,
    /// The target.
    to: Json,
    /// exact, approximate or refused.
    status: Json,
    /// proven, tested or parsed.
    evidence: Json,
    /// What is lost.
    losses: Json,
    /// The file written, relative to the folder; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    output: Option<String>,
    /// Hash of what was written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    output_sha256: Option<String>,
}

/// A folder of translations that is being brought up to date.
pub(super) struct Folder {
    root: PathBuf,
    before: Manifest,
    after: Manifest,
    /// Source paths that this run has seen.
    seen: Vec<String>,
    /// Files written.
    pub written: usize,
    /// What a person must look at.
    pub notices: Vec<String>,
}

impl Folder {
    /// Opens a folder with the manifest of the last run, if there is one.
    pub(super) fn open(root: &str) -> Result<Self, Failure> {
        let root = PathBuf::from(root);
        let path = root.join(MANIFEST);
        let before = match read(&path)? {
            Some(text) => serde_json::from_str(&text)
                .map_err(|error| Failure::new(format!("`{}` is not a manifest of isoglot: {error}", path.display())))?,
            None => Manifest::default(),
        };
        Ok(Self { root, before, after: Manifest::default(), seen: Vec::new(), written: 0, notices: Vec::new() })
    }

    /// Takes in one translation; `text` is what is to be written, if anything is, and the ending of its file.
    pub(super) fn add(&mut self, shown: &Translation<'_>, number: usize, text: Option<(&str, &str)>) -> Result<(), Failure> {
        let key = if number == 0 { shown.file.to_owned() } else { format!("{}#{}", shown.file, number + 1) };
        self.seen.push(shown.file.to_owned());
        let mut said = object(shown);
        let mut take = |name: &str| said.remove(name).unwrap_or_default();
        let mut entry = Entry {
            rule: take("rule"),
            source_sha256: hash(shown.text),
            to: take("to"),
            status: take("status"),
            evidence: take("evidence"),
            losses: take("losses"),
            output: None,
            output_sha256: None,
        };
        if let Some((text, ending)) = text {
            let name = self.output_name(shown.file, number, ending);
            entry.output_sha256 = Some(self.place(&key, &name, text)?);
            entry.output = Some(name);
        }
        self.after.rules.insert(key, entry);
        Ok(())
    }

    /// Writes a translation where nobody's edits are in the way; returns the hash of what isoglot last wrote there.
    fn place(&mut self, key: &str, name: &str, text: &str) -> Result<String, Failure> {
        let path = self.root.join(name);
        let there = read(&path)?;
        let wanted = hash(text);
        let last = self.before.rules.get(key).filter(|old| old.output.as_deref() == Some(name)).and_then(|old| old.output_sha256.clone());
        match (&there, last) {
            (Some(there), _) if *there == text => {}
            // Edited by someone, and the rule has not changed: the edits stay.
            (Some(there), Some(last)) if hash(there) != last && last == wanted => {}
            (Some(there), last) if last.as_ref().is_none_or(|last| hash(there) != *last) => {
                let beside = format!("{name}.new");
                self.write(&self.root.join(&beside), text)?;
                let change =
                    if last.is_some() { "edited since isoglot wrote it, and its translation has changed" } else { "not isoglot's" };
                self.notices.push(format!("`{name}` is {change}: the new translation is in `{beside}`"));
                return Ok(last.unwrap_or_default());
            }
            _ => self.write(&path, text)?,
        }
        Ok(wanted)
    }

    /// Takes away what this run's rules no longer give, and writes the manifest.
    pub(super) fn close(mut self) -> Result<(usize, Vec<String>), Failure> {
        let kept: Vec<&String> = self.after.rules.values().filter_map(|entry| entry.output.as_ref()).collect();
        let mut rest = BTreeMap::new();
        for (key, old) in &self.before.rules {
            let source = key.split_once('#').map_or(key.as_str(), |(file, _)| file);
            if !self.seen.iter().any(|file| file == source) {
                rest.insert(key.clone(), old.clone());
                continue;
            }
            let Some(name) = old.output.as_ref().filter(|name| !kept.contains(name)) else { continue };
            let path = self.root.join(name);
            match read(&path)? {
                Some(there) if Some(hash(&there)) == old.output_sha256 => {
                    std::fs::remove_file(&path).map_err(|error| Failure::new(format!("cannot remove `{}`: {error}", path.display())))?;
                }
                Some(_) => self.notices.push(format!("`{name}` is no longer a translation of a rule, and was edited: it stays")),
                None => {}
            }
        }
        self.after.rules.extend(rest.into_iter().filter(|(key, _)| !self.after.rules.contains_key(key)).collect::<Vec<_>>());
        let text =
            serde_json::to_string_pretty(&self.after).map_err(|error| Failure::new(format!("cannot write the manifest: {error}")))?;
        let path = self.root.join(MANIFEST);
        if read(&path)?.as_deref() != Some(&format!("{text}\n")) {
            write(&path, &format!("{text}\n"))?;
        }
        Ok((self.written, self.notices))
    }

    fn write(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        self.written += 1;
        write(path, text)
    }

    /// The path of a rule's translation: that of its source with the target's ending, behind its own where two sources share the rest.
    fn output_name(&self, source: &str, number: usize, ending: &str) -> String {
        let relative: Vec<&str> = source.split('/').filter(|piece| !matches!(*piece, "" | "." | "..")).collect();
        let relative = relative.join("/");
        let stem = relative.rsplit_once('.').map_or(relative.as_str(), |(stem, _)| stem);
        let number = if number == 0 { String::new() } else { format!("-{}", number + 1) };
        let name = format!("{stem}{number}.{ending}");
        let is_taken = self.after.rules.values().any(|entry| entry.output.as_ref() == Some(&name));
        if is_taken { format!("{relative}{number}.{ending}") } else { name }
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text of a file; `None` where there is no such file.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = input::bytes(&path.to_string_lossy())?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    load::write(path, text).map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))
}
