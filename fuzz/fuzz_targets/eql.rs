//! Any text as EQL: no panic, no hang; what parses prints to something that parses.
#![no_main]

use isoglot::lang::eql;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(query) = eql::parse(text) {
        let printed = eql::print(&query);
        assert!(eql::parse(&printed).is_ok(), "{printed}");
    }
});
