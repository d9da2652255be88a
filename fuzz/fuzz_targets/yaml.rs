//! Any text as YAML: no panic, no hang, spans in range.
#![no_main]

use isoglot::source::{decode, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = decode(data) {
        let _ = yaml::parse(&text);
    }
});
