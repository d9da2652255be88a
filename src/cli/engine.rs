//! What the command line says of the evaluator: threads and limits.

use crate::eval::{Limits, Settings};
use clap::Args;
use std::num::NonZeroUsize;
use std::time::Duration;

/// Options of commands that run queries.
#[derive(Args, Clone, Debug)]
pub(super) struct Engine {
    /// Memory at most that operators hold rows in, as `512M` or `4G`
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "4G", display_order = 800)]
    memory: u64,
    /// Seconds at most that a query runs; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 300, display_order = 801)]
    timeout: u64,
    /// Threads that read data [default: one for each core]
    #[arg(long, value_name = "N", display_order = 802)]
    threads: Option<NonZeroUsize>,
}

impl Engine {
    /// Returns the settings of a run at an instant.
    pub(super) fn at(&self, now: i64) -> Settings {
        let time = (self.timeout > 0).then(|| Duration::from_secs(self.timeout));
        let limits = Limits { memory: self.memory, time, ..Limits::default() };
        let threads = self.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        Settings { limits, threads, ..Settings::at(now) }
    }
}

/// Reads `512M`, `4G`, `100000`.
fn size(text: &str) -> Result<u64, String> {
    let units = [('k', 10), ('m', 20), ('g', 30), ('t', 40)];
    let lower = text.trim().to_ascii_lowercase();
    let lower = lower.strip_suffix("ib").or_else(|| lower.strip_suffix('b')).unwrap_or(&lower);
    let unit = units.iter().find(|(letter, _)| lower.ends_with(*letter));
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = unit.map_or(0, |(_, shift)| *shift);
    let bytes = digits.parse::<u64>().ok().filter(|n| lower.len() == digits.len() + usize::from(unit.is_some()) && *n > 0);
    bytes.and_then(|n| n.checked_mul(1 << shift)).ok_or_else(|| "not a size; write `512M` or `4G`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_bytes_with_or_without_a_unit() {
        for (text, expected) in [
            ("100", Some(100)),
            ("2k", Some(2048)),
            ("512M", Some(512 << 20)),
            ("4GiB", Some(4 << 30)),
            ("1 G", None),
            ("0", None),
            ("G", None),
        ] {
            assert_eq!(size(text).ok(), expected, "{text}");
        }
    }
}
