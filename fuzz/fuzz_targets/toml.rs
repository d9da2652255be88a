//! Any text as TOML: no panic, no hang, spans in range.
#![no_main]

use isoglot::source::{decode, toml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = decode(data) {
        let _ = toml::parse(&text);
    }
});
