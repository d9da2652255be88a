//! What exists in the world: tables and columns of Sentinel, event fields of Elastic, saved functions, ATT&CK. Facts only, no rules.
