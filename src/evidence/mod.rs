//! Evidence for a translation: parsed back, run on the same events, proven equal or shown different.
