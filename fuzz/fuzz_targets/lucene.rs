//! Any text as Lucene: no panic, no hang; what parses prints to something that parses.
#![no_main]

use isoglot::lang::lucene;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(query) = lucene::parse(text) {
        let printed = lucene::print(&query);
        assert!(lucene::parse(&printed).is_ok(), "{printed}");
    }
});
