//! Recognises detection idioms in plans (a Kusto anti-join on a baseline is new terms) and expands them again.
