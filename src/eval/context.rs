//! What every compiled piece of a run shares: the clock, the limits, the rows of enclosing sub-plans, the random state.
//!
//! One context belongs to one thread; compiled nodes hold no state of a run.

use super::node::Row;
use super::{Limits, Refusal, Settings, Usage};
use crate::source::Span;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Instant;

/// How many rows pass between two looks at the clock.
const CLOCK_EVERY: u64 = 4096;
/// How many computed regular expressions are kept.
const REGEXES: usize = 1024;
/// Bytes of a single computed text at most.
const TEXT_LIMIT: usize = 16 << 20;

/// The state of a run.
#[derive(Debug)]
pub(super) struct Context {
    /// The query's fixed `now`.
    pub(super) now: i64,
    /// Threads that may read.
    pub(super) threads: usize,
    limits: Limits,
    started: Option<Instant>,
    rows: Cell<u64>,
    held: Cell<u64>,
    /// The most that was held.
    peak: Cell<u64>,
    fault: RefCell<Option<Refusal>>,
    each: RefCell<Vec<Arc<Vec<Row>>>>,
    random: Cell<u64>,
    regexes: RefCell<FxHashMap<String, Option<Regex>>>,
    /// The piece of a source that the rows come from, and how many of its lines are read.
    piece: RefCell<Option<Arc<Vec<u8>>>>,
    lines: Cell<u64>,
    /// How many lines the source has before the piece.
    before: Cell<u64>,
}

/// What a context for another thread is made of.
#[derive(Clone, Debug)]
pub(super) struct Seed {
    now: i64,
    limits: Limits,
    started: Option<Instant>,
}

impl Seed {
    /// Builds a context that reads pieces.
    pub(super) fn context(&self) -> Context {
        let settings = Settings { now: self.now, limits: self.limits.clone(), seed: 0, threads: 1, prune: false };
        Context { started: self.started, ..Context::new(&settings) }
    }
}

impl Context {
    /// Starts a run.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            now: settings.now,
            threads: settings.threads,
            limits: settings.limits.clone(),
            started: settings.limits.time.map(|_| Instant::now()),
            rows: Cell::new(0),
            held: Cell::new(0),
            peak: Cell::new(0),
            fault: RefCell::new(None),
            each: RefCell::new(Vec::new()),
            random: Cell::new(settings.seed),
            regexes: RefCell::new(FxHashMap::default()),
            piece: RefCell::new(None),
            lines: Cell::new(0),
            before: Cell::new(0),
        }
    }

    /// Returns what contexts of other threads are made of.
    pub(super) fn seed(&self) -> Seed {
        Seed { now: self.now, limits: self.limits.clone(), started: self.started }
    }

    /// Goes on with the next piece, before which there are as many lines; none of its own is read yet.
    pub(super) fn begin_piece(&self, bytes: Vec<u8>, before: u64) {
        *self.piece.borrow_mut() = Some(Arc::new(bytes));
        self.before.set(before);
        self.lines.set(0);
    }

    /// Returns the piece that rows come from.
    pub(super) fn piece(&self) -> Arc<Vec<u8>> {
        self.piece.borrow().clone().unwrap_or_default()
    }

    /// Tells whether rows come from one piece of a source.
    pub(super) fn has_piece(&self) -> bool {
        self.piece.borrow().is_some()
    }

    /// Counts a line of the piece; returns its number in the source, from 0.
    pub(super) fn next_line(&self) -> u64 {
        let number = self.lines.get();
        self.lines.set(number + 1);
        self.before.get() + number
    }

    /// Returns how many lines of the piece are read.
    pub(super) fn lines(&self) -> u64 {
        self.lines.get()
    }

    /// Returns how many rows were counted since the last call.
    pub(super) fn take_rows(&self) -> u64 {
        self.rows.take()
    }

    /// Counts rows that another thread made.
    pub(super) fn add_rows(&self, rows: u64, span: Span) -> Result<(), Refusal> {
        self.rows.set(self.rows.get() + rows);
        self.tick(span)
    }

    /// Counts a row and refuses when a limit is reached or an expression failed.
    pub(super) fn tick(&self, span: Span) -> Result<(), Refusal> {
        let rows = self.rows.get() + 1;
        self.rows.set(rows);
        if rows > self.limits.rows {
            return Err(Refusal::new("row-limit", span, format!("the query makes more than {} rows", self.limits.rows)));
        }
        if rows.is_multiple_of(CLOCK_EVERY) {
            self.check_time(span)?;
        }
        self.check()
    }

    fn check_time(&self, span: Span) -> Result<(), Refusal> {
        let (Some(started), Some(limit)) = (self.started, self.limits.time) else { return Ok(()) };
        if started.elapsed() > limit {
            return Err(Refusal::new("time-limit", span, format!("the query runs longer than {} s", limit.as_secs())));
        }
        Ok(())
    }

    /// Returns the failure that an expression left behind, if any.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.fault.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// Leaves a failure behind for the next [`Self::check`]: expressions have no other way to fail.
    pub(super) fn fail(&self, refusal: Refusal) {
        self.fault.borrow_mut().get_or_insert(refusal);
    }

    /// Fails if a computed text is too long to go on with.
    pub(super) fn check_text(&self, text: &str, span: Span) {
        if text.len() > TEXT_LIMIT {
            self.fail(Refusal::new("memory-limit", span, format!("a text grows longer than {TEXT_LIMIT} bytes")));
        }
    }

    /// Accounts for a row that an operator keeps; given back with [`Self::release`].
    pub(super) fn hold(&self, width: usize, span: Span) -> Result<(), Refusal> {
        let held = self.held.get() + row_size(width);
        self.held.set(held);
        self.peak.set(self.peak.get().max(held));
        if held > self.limits.memory {
            let megabytes = self.limits.memory >> 20;
            let message = format!("the query holds more than {megabytes} MiB of rows here");
            return Err(Refusal::new("memory-limit", span, message));
        }
        Ok(())
    }

    /// Returns what the run took so far.
    pub(super) fn usage(&self) -> Usage {
        Usage { rows: self.rows.get(), memory: self.peak.get() }
    }

    /// Gives back what [`Self::hold`] accounted for.
    pub(super) fn release(&self, rows: usize, width: usize) {
        self.held.set(self.held.get().saturating_sub(row_size(width) * rows as u64));
    }

    /// Runs `work` with `rows` as the rows of `Op::Each`.
    pub(super) fn with_each<T>(&self, rows: Vec<Row>, work: impl FnOnce() -> T) -> T {
        self.each.borrow_mut().push(Arc::new(rows));
        let result = work();
        self.each.borrow_mut().pop();
        result
    }

    /// Returns the rows of the innermost enclosing sub-plan.
    pub(super) fn each(&self) -> Arc<Vec<Row>> {
        self.each.borrow().last().cloned().unwrap_or_default()
    }

    /// Returns the next number of a fixed pseudo-random sequence (`SplitMix64`).
    pub(super) fn random(&self) -> u64 {
        let state = self.random.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.random.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Tells whether a text matches a regular expression that is known only now; an invalid one matches nothing.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut regexes = self.regexes.borrow_mut();
        if regexes.len() > REGEXES {
            regexes.clear();
        }
        if !regexes.contains_key(pattern) {
            regexes.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        regexes.get(pattern).and_then(Option::as_ref).is_some_and(|regex| regex.is_match(text))
    }
}

/// Estimates the bytes of a row: a cell is 24 bytes, and most texts that cells lead to are short.
fn row_size(width: usize) -> u64 {
    (24 + 48 * width) as u64
}
