//! Folders and packed files: what lies beside a rule, and log sources of a team's own.

use super::{Failure, input};
use crate::mapping::Sources;
use crate::source;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Unpacked bytes of one .gz file at most: a fixture is no history.
const MOST_UNPACKED: u64 = 1 << 30;

/// The text of a file, unpacked where its name ends in `.gz`.
pub(super) fn unpacked(path: &str) -> Result<input::Text, Failure> {
    if !path.to_ascii_lowercase().ends_with(".gz") {
        return input::text(path);
    }
    let packed = input::bytes(path)?;
    let mut bytes = Vec::new();
    MultiGzDecoder::new(packed.as_slice())
        .take(MOST_UNPACKED)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(format!("cannot unpack `{path}`: {error}")))?;
    if bytes.len() as u64 == MOST_UNPACKED {
        return Err(Failure::new(format!("`{path}` unpacks to more than 1 GiB")));
    }
    Ok(source::decode(&bytes).map_err(|fault| (String::new(), fault.into())))
}

/// What folders hold, each looked at once: thousands of rules may lie in one.
#[derive(Debug, Default)]
pub(super) struct Folders(Mutex<BTreeMap<String, Arc<[String]>>>);

impl Folders {
    /// The rule files and fixtures of a folder itself, not of folders in it, sorted.
    pub(super) fn siblings(&self, folder: &str) -> Result<Arc<[String]>, Failure> {
        // A thread that panicked leaves whole entries behind.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = known.get(folder) {
            return Ok(Arc::clone(files));
        }
        let files = input::of_folder(folder)?.into();
        known.insert(folder.to_owned(), Arc::clone(&files));
        Ok(files)
    }
}

/// Every file below a folder, sorted; none where there is no such folder.
pub(super) fn below(folder: &str) -> Result<Vec<String>, Failure> {
    let mut open = vec![Path::new(folder).to_path_buf()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let unreadable = |error: std::io::Error| Failure::new(format!("cannot read `{}`: {error}", path.display()));
            for entry in std::fs::read_dir(&path).map_err(unreadable)? {
                open.push(entry.map_err(unreadable)?.path());
            }
        } else if path.is_file() {
            found.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort();
    Ok(found)
}

/// The log sources: the built-in ones, with those of a folder before them.
pub(super) fn sources(folder: Option<&str>) -> Result<Sources, Failure> {
    let Some(folder) = folder else { return Ok(Sources::builtin().clone()) };
    let paths: Vec<String> = below(folder)?
        .into_iter()
        .filter(|path| Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")))
        .collect();
    let mut texts = Vec::new();
    for path in &paths {
        texts.push(input::text(path)?.map_err(|(_, fault)| Failure::new(format!("`{path}`: {}", fault.message)))?);
    }
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (sources, problems) = Sources::builtin().with_extra(&borrowed);
    match problems.into_iter().next() {
        Some((number, problem)) => {
            let path = paths.get(number).map_or(folder, String::as_str);
            Err(Failure::new(format!("`{path}`: {}", problem.message)).with_help("`isoglot check` shows the place"))
        }
        None => Ok(sources),
    }
}
