//! Binary search in sorted, tab-separated text.
//!
//! INVARIANT: the text is sorted by the bytes of each line's first field and ends with a line break (`data/generate.py`; tested).

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

    fn line_at_or_after(self, key: &str) -> Option<&'static str> {
        self.0.get(self.lower_bound(key)..)?.lines().next()
    }

    /// Returns the offset of the first line whose key is not less than `key`.
    fn lower_bound(self, key: &str) -> usize {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let start = self.line_start(usize::midpoint(low, high));
            let line = self.0.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
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
        before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1)
    }
}

fn key_of(line: &'static str) -> &'static str {
    line.split('\t').next().unwrap_or("")
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
}
