//! How long a number or a time span like `1.5h` is.

const UNITS: &[&str] = &[
    "d",
    "day",
    "days",
    "h",
    "hour",
    "hours",
    "hr",
    "hrs",
    "m",
    "micro",
    "micros",
    "microsec",
    "microsecond",
    "microseconds",
    "microsecs",
    "milli",
    "millis",
    "millisec",
    "millisecond",
    "milliseconds",
    "millisecs",
    "min",
    "mins",
    "minute",
    "minutes",
    "ms",
    "nano",
    "nanos",
    "nanosec",
    "nanosecond",
    "nanoseconds",
    "nanosecs",
    "s",
    "sec",
    "second",
    "seconds",
    "secs",
    "tick",
    "ticks",
];

/// Measures the number at the start of a text; `None` where a word goes on (`1day1`) or none begins.
pub(super) fn measure(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if let [b'0', b'x' | b'X', hex @ ..] = bytes {
        let digits = hex.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        return (digits > 0 && !is_word(hex.get(digits))).then_some(2 + digits);
    }
    let mut end = digits(bytes, 0);
    if end == 0 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        end = digits(bytes, end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let start = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let stop = digits(bytes, start);
        end = if stop > start { stop } else { end };
    }
    let letters = bytes.get(end..)?.iter().take_while(|byte| is_word(Some(byte))).count();
    let unit = text.get(end..end + letters)?;
    (unit.is_empty() || UNITS.binary_search(&unit).is_ok()).then_some(end + letters)
}

fn digits(bytes: &[u8], from: usize) -> usize {
    from + bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
