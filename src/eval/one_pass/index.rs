//! Finds the predicates that have all their hints in an event.

use super::hints::{Group, Hint, Place, number_key};
use super::record::{Names, Record};
use crate::eval::matching::text_of;
use crate::ir::{Value, text};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// A group of a predicate.
#[derive(Clone, Copy, Debug)]
struct Target {
    predicate: usize,
    group: u8,
}

/// Who looks for a text, and where in a value.
#[derive(Debug)]
struct Seeker {
    place: Place,
    targets: Vec<Target>,
    /// Its number among all.
    number: usize,
}

/// The texts that are looked for in one field, or in any.
#[derive(Debug)]
struct Texts {
    automaton: AhoCorasick,
    /// By text.
    seekers: Vec<Vec<Seeker>>,
}

/// The hints of all predicates, the other way round.
#[derive(Debug)]
pub(super) struct Index {
    /// By field.
    texts: Vec<Option<Texts>>,
    /// Those of keywords.
    anywhere: Option<Texts>,
    count: usize,
    numbers: FxHashMap<(usize, u64), Vec<Target>>,
    /// Fields whose numbers somebody looks for.
    numeric: FxHashSet<usize>,
    /// By field.
    present: Vec<Vec<Target>>,
    /// The mask of each predicate that has all its groups; 0 where it has no hints.
    complete: Vec<u8>,
    /// Predicates without hints.
    always: Vec<usize>,
}

/// Texts with their seekers, as they are collected.
type Sought = FxHashMap<String, Vec<Seeker>>;

/// Collects hints.
#[derive(Debug, Default)]
pub(super) struct Builder {
    /// By field; `None` for keywords.
    texts: FxHashMap<Option<usize>, Sought>,
    count: usize,
    numbers: FxHashMap<(usize, u64), Vec<Target>>,
    present: FxHashMap<usize, Vec<Target>>,
    groups: FxHashMap<usize, u8>,
}

impl Builder {
    /// Adds the groups of a predicate.
    pub(super) fn add(&mut self, predicate: usize, groups: Vec<Group>, names: &Names) {
        let mut mask = 0;
        for (group, hints) in (0_u8..).zip(groups) {
            mask |= 1 << group;
            for hint in hints {
                self.add_hint(hint, Target { predicate, group }, names);
            }
        }
        self.groups.insert(predicate, mask);
    }

    fn add_hint(&mut self, hint: Hint, target: Target, names: &Names) {
        match hint {
            Hint::Present { field } => {
                let Some(field) = names.number(&field) else { return };
                self.present.entry(field).or_default().push(target);
            }
            Hint::Number { field, key } => {
                let Some(field) = names.number(&field) else { return };
                self.numbers.entry((field, key)).or_default().push(target);
            }
            Hint::Text { field, text, place } => {
                let field = field.and_then(|name| names.number(&name));
                let seekers = self.texts.entry(field).or_default().entry(text).or_default();
                if let Some(known) = seekers.iter_mut().find(|known| known.place == place) {
                    known.targets.push(target);
                } else {
                    seekers.push(Seeker { place, targets: vec![target], number: self.count });
                    self.count += 1;
                }
            }
        }
    }

    /// Makes the index of `predicates` predicates over `fields` fields.
    pub(super) fn finish(self, predicates: usize, fields: usize) -> Index {
        let mut sought = self.texts;
        let mut fails = false;
        let mut found = |field: Option<usize>| {
            let texts = sought.remove(&field).map(texts);
            fails |= matches!(texts, Some(None));
            texts.flatten()
        };
        let anywhere = found(None);
        let texts = (0..fields).map(|field| found(Some(field))).collect();
        let complete: Vec<u8> = (0..predicates).map(|predicate| self.groups.get(&predicate).copied().unwrap_or(0)).collect();
        let without = |predicate: &usize| self.groups.get(predicate) == Some(&0);
        let always = (0..predicates).filter(|predicate| fails || without(predicate)).collect();
        let mut present = self.present;
        Index {
            texts,
            anywhere,
            count: self.count,
            numeric: self.numbers.keys().map(|(field, _)| *field).collect(),
            numbers: self.numbers,
            present: (0..fields).map(|field| present.remove(&field).unwrap_or_default()).collect(),
            complete,
            always,
        }
    }
}

/// Bytes of texts at most of which a DFA is made: it is faster, and takes hundreds of bytes for each of them.
const MOST_IN_DFA: usize = 20_000;

/// Builds the automaton of texts; `None` where there are too many.
fn texts(sought: Sought) -> Option<Texts> {
    let mut sorted: Vec<(String, Vec<Seeker>)> = sought.into_iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    let bytes: usize = sorted.iter().map(|(text, _)| text.len()).sum();
    let kind = if bytes > MOST_IN_DFA { AhoCorasickKind::ContiguousNFA } else { AhoCorasickKind::DFA };
    let patterns = sorted.iter().map(|(text, _)| text);
    let automaton = AhoCorasick::builder().kind(Some(kind)).prefilter(false).build(patterns).ok()?;
    Some(Texts { automaton, seekers: sorted.into_iter().map(|(_, seekers)| seekers).collect() })
}

/// What a thread knows of the event that it looks at.
#[derive(Debug)]
pub struct Scratch {
    masks: Vec<u8>,
    touched: Vec<usize>,
    /// By seeker: whether it has found its text.
    seen: Vec<bool>,
    seen_list: Vec<usize>,
    candidates: Vec<usize>,
    folded: String,
}

impl Scratch {
    fn clear(&mut self) {
        for predicate in self.touched.drain(..) {
            if let Some(mask) = self.masks.get_mut(predicate) {
                *mask = 0;
            }
        }
        for number in self.seen_list.drain(..) {
            if let Some(seen) = self.seen.get_mut(number) {
                *seen = false;
            }
        }
        self.candidates.clear();
    }
}

impl Index {
    /// Returns the memory that a thread needs.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            masks: vec![0; self.complete.len()],
            touched: Vec::new(),
            seen: vec![false; self.count],
            seen_list: Vec::new(),
            candidates: Vec::new(),
            folded: String::new(),
        }
    }

    /// Returns the predicates that an event has all hints of, each once.
    pub(super) fn candidates<'s>(&self, event: &Record, scratch: &'s mut Scratch) -> impl Iterator<Item = usize> + use<'s> {
        scratch.clear();
        scratch.candidates.extend(&self.always);
        for (field, value) in event.known() {
            self.look_at(Some(*field), value, scratch);
        }
        for (_, value) in event.others() {
            self.look_at(None, value, scratch);
        }
        scratch.candidates.iter().copied()
    }

    fn look_at(&self, field: Option<usize>, value: &Value, scratch: &mut Scratch) {
        if let Some(field) = field {
            self.hit(self.present.get(field).into_iter().flatten(), scratch);
            if self.numeric.contains(&field)
                && let Some(targets) = number_key(value).and_then(|key| self.numbers.get(&(field, key)))
            {
                self.hit(targets, scratch);
            }
        }
        let own = field.and_then(|field| self.texts.get(field)).and_then(Option::as_ref);
        if own.is_none() && self.anywhere.is_none() {
            return;
        }
        let Some(found) = text_of(value) else { return };
        let mut folded = std::mem::take(&mut scratch.folded);
        folded.clear();
        if found.is_ascii() {
            folded.push_str(&found);
            folded.make_ascii_lowercase();
        } else {
            folded.push_str(&text::fold(&found));
        }
        for texts in own.into_iter().chain(&self.anywhere) {
            for hit in texts.automaton.find_overlapping_iter(&folded) {
                let (starts, ends) = (hit.start() == 0, hit.end() == folded.len());
                for seeker in texts.seekers.get(hit.pattern().as_usize()).into_iter().flatten() {
                    if (starts || !seeker.place.starts) && (ends || !seeker.place.ends) {
                        self.seek(seeker, scratch);
                    }
                }
            }
        }
        scratch.folded = folded;
    }

    fn seek(&self, seeker: &Seeker, scratch: &mut Scratch) {
        let Some(seen) = scratch.seen.get_mut(seeker.number) else { return };
        if !std::mem::replace(seen, true) {
            scratch.seen_list.push(seeker.number);
            self.hit(&seeker.targets, scratch);
        }
    }

    fn hit<'t>(&self, targets: impl IntoIterator<Item = &'t Target>, scratch: &mut Scratch) {
        for target in targets {
            let Some(mask) = scratch.masks.get_mut(target.predicate) else { continue };
            let before = *mask;
            *mask |= 1 << target.group;
            if before == 0 {
                scratch.touched.push(target.predicate);
            }
            if before != *mask && self.complete.get(target.predicate) == Some(mask) {
                scratch.candidates.push(target.predicate);
            }
        }
    }
}
