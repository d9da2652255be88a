//! Any text as kuery: no panic, no hang; what parses prints to the same tree.
#![no_main]

use isoglot::lang::kuery;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(ast) = kuery::parse(text) {
        let printed = kuery::print(&ast);
        assert!(kuery::parse(&printed).is_ok(), "{printed}");
    }
});
