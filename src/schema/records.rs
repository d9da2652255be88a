//! Binary search in sorted, tab-separated text.
//!
//! INVARIANT: the text is sorted by the bytes of each line's first field and ends with a line break (`data/generate.py`; tested).

use memchr::{memchr, memrchr};

/// Sorted lines; the first field of a line is its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records(pub(super) &'static str);

impl Records {
    /// Returns the fields after the key of the first line with that key.
    pub(super) fn find(self, key: &str) -> Option<std::str::Split<'static, char>> {
        let line = self.line_at_or_after(key)?;
        let mut fields = line.split('\t');
        (fields.next() == Some(key)).then_some(fields)
    }

    /// Returns every line with that key.
    pub(super) fn find_all(self, key: &str) -> impl Iterator<Item = &'static str> + use<'_> {
        let start = self.lower_bound(key);
        self.0.get(start..).unwrap_or("").lines().take_while(move |line| key_of(line) == key)
    }

    /// Returns the keys in order.
    pub(super) fn keys(self) -> impl Iterator<Item = &'static str> + use<> {
        self.0.lines().map(key_of)
    }

    /// Returns the keys that begin with a text, in order.
    pub(super) fn keys_under(self, start: &str) -> impl Iterator<Item = &'static str> + use<'_> {
        let first = self.lower_bound(start);
        self.0.get(first..).unwrap_or("").lines().map(key_of).take_while(move |key| key.starts_with(start))
    }

    fn line_at_or_after(self, key: &str) -> Option<&'static str> {
        self.0.get(self.lower_bound(key)..)?.lines().next()
    }

    /// Returns the offset of the first line whose key is not less than `key`.
    fn lower_bound(self, key: &str) -> usize {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let start = self.line_start(usize::midpoint(low, high));
            let line = self.0.get(start..).map_or("", first_line);
            if key_of(line).as_bytes() < key.as_bytes() {
                low = start + line.len() + 1;
            } else {
                high = start;
            }
        }
        low
    }

    /// Returns the start of the line that holds the byte at `offset`.
    fn line_start(self, offset: usize) -> usize {
        let before = self.0.as_bytes().get(..offset).unwrap_or(&[]);
        memrchr(b'\n', before).map_or(0, |at| at + 1)
    }
}

fn first_line(text: &'static str) -> &'static str {
    memchr(b'\n', text.as_bytes()).and_then(|end| text.get(..end)).unwrap_or(text)
}

fn key_of(line: &'static str) -> &'static str {
    memchr(b'\t', line.as_bytes()).and_then(|end| line.get(..end)).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_others_are_not() {
        let records = Records("a\t1\nb\t2\t3\nb\t4\nd\n");
        for (key, expected) in [("a", Some("1")), ("b", Some("2")), ("c", None), ("d", None), ("", None), ("e", None)] {
            assert_eq!(records.find(key).and_then(|mut fields| fields.next()), expected, "{key}");
        }
        assert_eq!(records.find_all("b").count(), 2);
        assert!(records.find("d").is_some());
    }

    #[test]
    fn keys_under_a_text_begin_with_it() {
        let records = Records("a\na.b\t1\na.c\nab\nb.a\n");
        for (start, expected) in [("a.", "a.b a.c"), ("a", "a a.b a.c ab"), ("c", ""), ("b.", "b.a")] {
            assert_eq!(records.keys_under(start).collect::<Vec<_>>().join(" "), expected, "{start}");
        }
    }
}
