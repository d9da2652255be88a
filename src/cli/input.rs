//! What a command reads: files and standard input, decoded.

use super::Failure;
use crate::diagnostic::Diagnostic;
use crate::source::{self, load};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The path that stands for standard input.
pub(super) const STDIN: &str = "-";

/// A text, or what of it can be shown and why it is none.
pub(super) type Text = Result<String, (String, Diagnostic)>;

/// The bytes of a file, or of standard input where the path is `-`.
pub(super) fn bytes(path: &str) -> Result<Vec<u8>, Failure> {
    let read = if path == STDIN {
        let mut all = Vec::new();
        io::stdin().lock().read_to_end(&mut all).map(|_| all)
    } else {
        #[expect(clippy::disallowed_methods, reason = "`cli` is where files are read")]
        std::fs::read(path)
    };
    read.map_err(|error| unreadable(path, &error))
}

/// Says that a path cannot be read.
pub(super) fn unreadable(path: &str, error: &io::Error) -> Failure {
    Failure::new(format!("cannot read `{path}`: {}", reason(error)))
}

/// The text of a file or of standard input.
pub(super) fn text(path: &str) -> Result<Text, Failure> {
    let bytes = bytes(path)?;
    Ok(source::decode(&bytes).map_err(|fault| (String::from_utf8_lossy(&bytes).into_owned(), Diagnostic::from(fault))))
}

/// The rule files under the paths; without a path those under the working folder. `-` is kept as it is.
pub(super) fn files(paths: &[String]) -> Result<Vec<String>, Failure> {
    let (stdin, named): (Vec<&String>, Vec<&String>) = paths.iter().partition(|path| *path == STDIN);
    let mut roots: Vec<PathBuf> = named.into_iter().map(PathBuf::from).collect();
    if roots.is_empty() && stdin.is_empty() {
        roots.push(PathBuf::from("."));
    }
    if let Some(missing) = roots.iter().find(|root| !root.exists()) {
        return Err(Failure::new(format!("cannot read `{}`: there is no such file or folder", missing.display())));
    }
    let found = load::walk(&roots).map_err(|error| Failure::new(format!("cannot read {error}")))?;
    Ok(stdin.into_iter().cloned().chain(found.iter().map(|path| display(path))).collect())
}

/// Lists the rule files of a folder itself, not of folders in it, sorted.
pub(super) fn of_folder(folder: &str) -> Result<Vec<String>, Failure> {
    let found = load::folder(Path::new(folder)).map_err(|error| Failure::new(format!("cannot read {error}")))?;
    Ok(found.iter().map(|path| display(path)).collect())
}

/// A path as messages name it: with `/`, and without a leading `./`.
fn display(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or_else(|| text.clone(), str::to_owned)
}

/// Says what went wrong without the operating system's error number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
