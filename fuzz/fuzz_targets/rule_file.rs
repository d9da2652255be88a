//! Any bytes as a rule file: no panic, no hang, spans in range.
#![no_main]

use isoglot::rulefile::{self, ReadContext};
use isoglot::source::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = decode(data) else { return };
    for name in ["rule.yaml", "rule.toml", "rule.kql", "rules.ndjson"] {
        let file = rulefile::read(name, &text, &ReadContext::builtin());
        for found in &file.diagnostics {
            assert!(found.primary.span.end as usize <= text.len(), "{found:?}");
        }
    }
});
