//! Any text as Kusto: no panic, no hang, spans in range; what parses prints to something that parses to the same.
#![no_main]

use isoglot::lang::kusto;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = kusto::parse(text);
    for found in &parsed.diagnostics {
        assert!(found.primary.span.end as usize <= text.len(), "{found:?}");
    }
    if parsed.diagnostics.is_empty() {
        let printed = kusto::print(&parsed.query);
        assert!(kusto::parse(&printed).diagnostics.is_empty(), "{printed}");
    }
});
