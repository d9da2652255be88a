//! Files: walking, reading, writing. The only file access outside `cli`.

#![expect(clippy::disallowed_methods, reason = "this is the loader: the one place outside `cli` that touches files")]

use super::{Fault, decode};
use ignore::WalkBuilder;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Endings that a folder walk reads, in any case of letters.
pub const EXTENSIONS: [&str; 6] = ["yaml", "yml", "toml", "kql", "csl", "ndjson"];

/// Lists the rule files under the paths, sorted; a path that is a file is taken whatever its ending.
/// Folders are walked with `.gitignore` respected. A path that cannot be read is an error of the run.
pub fn walk(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if std::fs::metadata(path).map_err(|e| named(path, &e))?.is_file() {
            files.push(path.clone());
            continue;
        }
        files.extend(rule_files(path, None)?);
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Lists the rule files of a folder itself, not of folders in it, sorted; otherwise as [`walk`].
pub fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = rule_files(path, Some(1))?;
    files.sort();
    Ok(files)
}

fn rule_files(folder: &Path, depth: Option<usize>) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkBuilder::new(folder).require_git(false).max_depth(depth).build() {
        let entry = entry.map_err(io::Error::other)?;
        if entry.file_type().is_some_and(|t| t.is_file()) && has_rule_extension(entry.path()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Reads a file as text. The outer error ends the run; the inner one is a finding about the file.
pub fn read(path: &Path) -> io::Result<Result<String, Fault>> {
    let bytes = std::fs::read(path).map_err(|e| named(path, &e))?;
    Ok(decode(&bytes))
}

/// Writes a file whole or not at all: to a temporary file beside it, which is then renamed. Missing folders are made.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| named(folder, &e))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Ok(old) = std::fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        std::fs::rename(&temporary, path)
    });
    written.map_err(|e| {
        // The first error is the one to report; a temporary file that cannot be removed changes nothing about it.
        drop(std::fs::remove_file(&temporary));
        named(path, &e)
    })
}

fn has_rule_extension(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| EXTENSIONS.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
