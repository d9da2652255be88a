//! A tab or line break inside a value that a field is compared with.
//!
//! In the quotes of kuery, EQL and Lucene `\t`, `\r` and `\n` are control characters, so that `"C:\temp"` looks for a tab and finds no path.
//! A backslash is written twice (<https://www.elastic.co/docs/reference/query-languages/kql>). Analysed text is left alone. YAML reads them
//! in double quotes: a Sigma value with backslashes belongs in single ones.
//!
//! ```elastic bad
//! query = 'file.path: "C:\temp\run.exe"'
//! ```
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     TargetFilename|startswith: "C:\temp\run"
//!   condition: selection
//! ```
//!
//! ```elastic good
//! query = 'file.path: "C:\\temp\\run.exe"'
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Matcher, PatternPart};
use crate::lang::sigma::ast::ValueKind;

pub(super) static LINT: Lint = Lint::new("control-character", include_str!("control_character.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.sigma_items(&mut |item| {
        for value in &item.values {
            let ValueKind::Text(text) = &value.kind else { continue };
            if let Some(name) = control(text) {
                found.push(LINT.at(value.span, format!("the value holds {name}")).with_help("write it in single quotes"));
            }
        }
    });
    for condition in context.conditions() {
        let control = match condition.matcher {
            Matcher::Wildcard { pattern, .. } => {
                pattern.parts.iter().find_map(|part| if let PatternPart::Text(text) = part { control(text) } else { None })
            }
            _ => condition.equal_text().and_then(control),
        };
        if let Some(name) = control {
            let finding = LINT.at(condition.place(), format!("the value holds {name}"));
            found.push(finding.with_help("a backslash that stands for itself is written twice: `\\\\t`"));
        }
    }
}

/// Names the first control character of a text.
fn control(text: &str) -> Option<String> {
    Some(match text.chars().find(|c| c.is_control())? {
        '\t' => "a tab".to_owned(),
        '\r' | '\n' => "a line break".to_owned(),
        other => format!("the control character U+{:04X}", u32::from(other)),
    })
}
