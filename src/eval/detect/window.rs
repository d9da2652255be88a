//! The events of the last time span of one group, with what is counted of them: an event is looked at once, when it comes in.

use super::super::key::Keys;
use super::events::Event;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// An event with what a correlation measures of it.
pub(super) struct Seen {
    pub(super) event: Event,
    /// The rule that it matched.
    pub(super) rule: usize,
    /// The values that are counted.
    pub(super) values: Vec<Keys>,
    /// The numbers that are summed.
    pub(super) numbers: Vec<f64>,
}

/// A sliding window.
#[derive(Default)]
pub(super) struct Window {
    /// In the order of time.
    pub(super) events: VecDeque<Seen>,
    /// How often each value is in it.
    values: FxHashMap<Keys, usize>,
    /// How many events each rule has in it.
    rules: FxHashMap<usize, usize>,
}

impl Window {
    /// Adds an event and lets go of those that are more than `span` older.
    pub(super) fn push(&mut self, seen: Seen, span: i64) {
        let now = seen.event.time;
        for value in &seen.values {
            *self.values.entry(value.clone()).or_default() += 1;
        }
        *self.rules.entry(seen.rule).or_default() += 1;
        self.events.push_back(seen);
        while self.events.front().is_some_and(|first| now - first.event.time > span)
            && let Some(old) = self.events.pop_front()
        {
            old.values.iter().for_each(|value| forget(&mut self.values, value));
            forget(&mut self.rules, &old.rule);
        }
    }

    /// Tells whether an instant is more than `span` behind its first event.
    pub(super) fn is_over(&self, time: i64, span: i64) -> bool {
        self.events.front().is_some_and(|first| time - first.event.time > span)
    }

    /// Starts anew.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many different values are in it.
    pub(super) fn distinct(&self) -> usize {
        self.values.len()
    }

    /// How many rules have a match in it.
    pub(super) fn rules(&self) -> usize {
        self.rules.len()
    }

    /// Tells whether a rule has a match in it.
    pub(super) fn has(&self, rule: usize) -> bool {
        self.rules.contains_key(&rule)
    }

    /// All numbers.
    pub(super) fn numbers(&self) -> impl Iterator<Item = f64> {
        self.events.iter().flat_map(|seen| seen.numbers.iter().copied())
    }

    /// The share of the newest event's rarest value among the values of all, in percent.
    pub(super) fn share(&self) -> Option<f64> {
        let all: usize = self.values.values().sum();
        let newest = self.events.back()?.values.iter();
        let rarest = newest.filter_map(|value| self.values.get(value)).min()?;
        Some(*rarest as f64 / all as f64 * 100.0)
    }
}

fn forget<K: std::hash::Hash + Eq>(counts: &mut FxHashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
