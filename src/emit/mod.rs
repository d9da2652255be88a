//! Writes a rule in another dialect, and says what is lost.
