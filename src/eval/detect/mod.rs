//! Detection operators over rows: what SIEMs have and relational algebra has not.
//!
//! Operators that tie several events together put out one row a match: the tie's values under the keys' names, `events` (the
//! documents, or the rows as objects), `ordinals` (their positions in the source), `start` and `end`.

mod correlate;
mod events;
mod first_seen;
mod indicators;
mod sequence;
mod tagged;
mod threshold;
mod together;
mod window;

#[cfg(test)]
mod tests;
