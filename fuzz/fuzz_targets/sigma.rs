//! Any text as a Sigma rule: no panic, no hang, spans in range.
#![no_main]

use isoglot::ir::Dialect;
use isoglot::rulefile::{self, ReadContext};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let context = ReadContext { dialect: Some(Dialect::Sigma), ..ReadContext::builtin() };
    for found in &rulefile::read("rule.yml", text, &context).diagnostics {
        assert!(found.primary.span.end as usize <= text.len(), "{found:?}");
    }
});
