//! Old versions of files, from git.

use super::Failure;
use std::process::Command;

/// Runs `git` and returns what it prints.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let done = Command::new("git").args(arguments).output();
    let done = done.map_err(|error| Failure::new(format!("cannot run `git`: {error}")))?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said = said.lines().next().unwrap_or("it gave no reason").trim_start_matches("fatal: ").to_owned();
    Err(Failure::new(format!("git: {said}")))
}

/// Returns the files under the paths that differ from a commit, relative to the working folder, sorted.
pub(super) fn changed(base: &str, paths: &[String]) -> Result<Vec<String>, Failure> {
    commit(base)?;
    let mut arguments = vec!["diff", "--relative", "--name-only", "--no-renames", "-z", base, "--"];
    arguments.extend(paths.iter().map(String::as_str));
    let listed = git(&arguments)?;
    let mut arguments = vec!["ls-files", "--others", "--exclude-standard", "-z", "--"];
    arguments.extend(paths.iter().map(String::as_str));
    let untracked = git(&arguments)?;
    let names = listed.split(|byte| *byte == 0).chain(untracked.split(|byte| *byte == 0));
    let mut names: Vec<String> = names.filter(|name| !name.is_empty()).map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// Returns the content that a file had in a commit; `None` where it was not there.
pub(super) fn show(base: &str, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let listed = git(&["ls-tree", "--name-only", "-z", base, "--", path])?;
    if listed.is_empty() {
        return Ok(None);
    }
    git(&["show", &format!("{base}:./{path}")]).map(Some)
}

/// Makes sure that a name is that of a commit, and no option.
fn commit(base: &str) -> Result<(), Failure> {
    git(&["rev-parse", "--quiet", "--verify", "--end-of-options", &format!("{base}^{{commit}}")])
        .map(drop)
        .map_err(|_| Failure::new(format!("`{base}` is no commit of this repository")))
}
