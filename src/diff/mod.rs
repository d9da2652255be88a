//! What changed between two versions of a rule, in meaning.
