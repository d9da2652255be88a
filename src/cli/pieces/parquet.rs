//! Parquet as JSON Lines, a row a line. Only with the feature `parquet`, whose crate is large.

use super::{PIECE, Source};
use crate::eval::Refusal;
use crate::eval::lines::{Opened, Pieces};
use crate::source::Span;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use std::fs::File;
use std::sync::Arc;

/// The rows of a file; standard input has none, since Parquet is read from its end.
#[derive(Debug)]
pub(super) struct Rows(pub Arc<Source>);

impl Rows {
    fn rows(&self) -> Result<RowIter<'static>, Refusal> {
        let file = File::open(&self.0.path).map_err(|error| super::unreadable(self.name(), &error))?;
        Ok(SerializedFileReader::new(file).map_err(|error| self.broken(&error))?.into_iter())
    }

    fn broken(&self, error: &dyn std::fmt::Display) -> Refusal {
        Refusal::new("broken-data", Span::default(), format!("{}: not valid Parquet: {error}", self.name()))
    }
}

impl Pieces for Rows {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        let mut rows = self.rows()?;
        Ok(Box::new(std::iter::from_fn(move || {
            let mut piece = Vec::new();
            while piece.len() < PIECE {
                match rows.next() {
                    Some(Ok(row)) => piece.extend(format!("{}\n", row.to_json_value()).into_bytes()),
                    Some(Err(error)) => return Some(Err(self.broken(&error))),
                    None => break,
                }
            }
            (!piece.is_empty()).then_some(Ok(piece))
        })))
    }
}

#[cfg(test)]
mod tests {
    use parquet::data_type::{ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use serde_json::json;
    use std::fs::File;
    use std::sync::Arc;

    #[test]
    fn rows_are_lines_with_nulls_where_a_value_is_missing() {
        let path = std::env::temp_dir().join(format!("isoglot-{}.parquet", std::process::id()));
        let schema = parse_message_type("message events { required binary User (UTF8); optional int64 Count; }").unwrap();
        let properties = Arc::new(WriterProperties::default());
        let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), Arc::new(schema), properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut users = group.next_column().unwrap().unwrap();
        users.typed::<ByteArrayType>().write_batch(&["ines".into(), "omar".into()], None, None).unwrap();
        users.close().unwrap();
        let mut counts = group.next_column().unwrap().unwrap();
        counts.typed::<Int64Type>().write_batch(&[5], Some(&[1, 0]), None).unwrap();
        counts.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        let table = super::super::table(&[path.to_str().unwrap()], &[]).unwrap().unwrap();
        let rows = table.documents().unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(rows, [json!({"User": "ines", "Count": 5}), json!({"User": "omar", "Count": null})]);
    }
}
