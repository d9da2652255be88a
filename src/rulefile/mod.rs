//! Rule files to rules and back: one file a format. Query texts are handed to `lang`.
