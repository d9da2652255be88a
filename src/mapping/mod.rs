//! Log sources side by side (`targets/sources/`): maps rules and events from one dialect to another.
