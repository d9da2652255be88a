//! A Sigma rule on one product's log where a category says the same of every product.
//!
//! `service: sysmon` with `EventID: 1` is found by Sysmon's users only; `category: process_creation` by those of Defender and of the security
//! log too (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-taxonomy.html>).
//!
//! ```sigma bad
//! logsource:
//!   product: windows
//!   service: sysmon
//! detection:
//!   selection:
//!     EventID: 1
//!     Image|endswith: '\whoami.exe'
//!   condition: selection
//! ```
//!
//! ```sigma good
//! logsource:
//!   product: windows
//!   category: process_creation
//! detection:
//!   selection:
//!     Image|endswith: '\whoami.exe'
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::TableSource;
use crate::lang::sigma::ast::ValueKind;

pub(super) static LINT: Lint = Lint::new("specific-log-source", include_str!("specific_log_source.rs"), check).info();

/// The services of Windows, their event ids, and the category of each: the taxonomy's rows.
const CATEGORIES: [(&str, i64, &str); 33] = [
    ("sysmon", 1, "process_creation"),
    ("sysmon", 2, "file_change"),
    ("sysmon", 3, "network_connection"),
    ("sysmon", 4, "sysmon_status"),
    ("sysmon", 5, "process_termination"),
    ("sysmon", 6, "driver_load"),
    ("sysmon", 7, "image_load"),
    ("sysmon", 8, "create_remote_thread"),
    ("sysmon", 9, "raw_access_thread"),
    ("sysmon", 10, "process_access"),
    ("sysmon", 11, "file_event"),
    ("sysmon", 12, "registry_event"),
    ("sysmon", 13, "registry_set"),
    ("sysmon", 14, "registry_rename"),
    ("sysmon", 15, "create_stream_hash"),
    ("sysmon", 16, "sysmon_status"),
    ("sysmon", 17, "pipe_created"),
    ("sysmon", 18, "pipe_created"),
    ("sysmon", 19, "wmi_event"),
    ("sysmon", 20, "wmi_event"),
    ("sysmon", 21, "wmi_event"),
    ("sysmon", 22, "dns_query"),
    ("sysmon", 23, "file_delete"),
    ("sysmon", 24, "clipboard_change"),
    ("sysmon", 25, "process_tampering"),
    ("sysmon", 26, "file_delete_detected"),
    ("sysmon", 27, "file_block_executable"),
    ("sysmon", 28, "file_block_shredding"),
    ("sysmon", 29, "file_executable_detected"),
    ("sysmon", 255, "sysmon_error"),
    ("security", 4688, "process_creation"),
    ("powershell", 4103, "ps_module"),
    ("powershell", 4104, "ps_script"),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let source = context.rule.source.as_ref().map(|source| &source.value);
    let Some(TableSource::LogSource { category: None, product: Some(product), service: Some(service) }) = source else { return };
    if &**product != "windows" {
        return;
    }
    context.sigma_items(&mut |item| {
        for value in item.values.iter().filter(|_| item.field.as_deref() == Some("EventID")) {
            let ValueKind::Integer(id) = value.kind else { continue };
            if let Some((.., category)) = CATEGORIES.iter().find(|(of, event, _)| *of == &**service && *event == id) {
                let finding = LINT.at(value.span, format!("event {id} of `{service}` has the category `{category}`"));
                found.push(finding.with_help(format!("write `category: {category}` and leave out the service and the event's id")));
            }
        }
    });
}
