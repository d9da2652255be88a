//! What is asked of a part for every condition and event, found once when its file is read.

use super::format::{Constant, Derived, Field, Part, SigmaNames, Source};
use super::load::PartRef;
use crate::ir::Dialect;
use crate::schema::Catalog;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Values that fields have in every event of a part, by their names.
type Constants = BTreeMap<String, Constant>;

/// Answers about a part.
#[derive(Clone, Debug, Default)]
pub(super) struct PartIndex {
    /// The positions of its entries in the source.
    entries: Vec<usize>,
    /// Of those, the fields of events.
    fields: Vec<usize>,
    /// Of those, the ones that are read out of a text.
    extracts: Vec<usize>,
    sentinel: Constants,
    elastic: Constants,
    sigma: Constants,
    /// The columns of its table; none where the catalog does not know it.
    columns: BTreeSet<Arc<str>>,
}

impl PartIndex {
    /// Finds the answers.
    pub(super) fn of(part: &Part, source: &Source) -> Self {
        let positions = |is_wanted: &dyn Fn(&Field) -> bool| -> Vec<usize> {
            let entries = source.fields.iter().enumerate().filter(|(_, field)| field.is_in(part) && is_wanted(field));
            entries.map(|(at, _)| at).collect()
        };
        let (entries, fields) = (positions(&|_| true), positions(&Field::is_of_events));
        let extracts = positions(&|field| field.is_of_events() && field.extract.is_some());
        let both = |select: &Constants, facts: &Constants| -> Constants { select.clone().into_iter().chain(facts.clone()).collect() };
        let sentinel = both(&part.select.sentinel, &part.facts.sentinel);
        let mut elastic = Constants::new();
        if let Some(side) = &source.elastic {
            elastic.extend(side.constants.clone());
            if let Some(dataset) = &side.dataset {
                let names = std::iter::once(&dataset.field).chain(&dataset.also);
                elastic.extend(names.map(|name| (name.clone(), Constant::Text(dataset.value.clone()))));
            }
        }
        elastic.extend(both(&part.select.elastic, &part.facts.elastic));
        let mut sigma = both(&part.select.sigma, &part.facts.sigma);
        if source.sigma_fields == SigmaNames::Sentinel {
            sigma.extend(sentinel.clone());
        }
        let table = part.table.as_deref().and_then(|table| Catalog::builtin().table(table));
        let columns = table.into_iter().flat_map(|table| table.columns).map(|column| column.name).collect();
        Self { entries, fields, extracts, sentinel, elastic, sigma, columns }
    }
}

impl PartRef {
    /// Returns the fields of the part's events, the preferred entry of a name first.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.at(&self.part.index.fields)
    }

    /// Returns the fields that are read out of a text.
    pub(super) fn extracts(&self) -> impl Iterator<Item = &Field> {
        self.at(&self.part.index.extracts)
    }

    /// Returns the entries that queries from one dialect to another are mapped by, the preferred one of a name first.
    pub(super) fn asked(&self, from: Dialect, to: Dialect) -> impl Iterator<Item = &Field> {
        self.entries().filter(move |field| field.is_asked(from, to))
    }

    /// Returns every entry of the part, with those of computed fields.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Field> {
        self.at(&self.part.index.entries)
    }

    fn at<'p>(&'p self, positions: &'p [usize]) -> impl Iterator<Item = &'p Field> {
        positions.iter().filter_map(|at| self.source.fields.get(*at))
    }

    /// Returns the fields that follow from others in the part.
    pub(super) fn derived(&self) -> impl Iterator<Item = &Derived> {
        self.source.derived.iter().filter(|derived| derived.parts.is_empty() || derived.parts.contains(&self.part.id))
    }

    /// Tells whether its table has a column; `None` where the catalog does not know the table.
    pub(super) fn has_column(&self, name: &str) -> Option<bool> {
        let columns = &self.part.index.columns;
        (!columns.is_empty()).then(|| columns.contains(name))
    }

    /// Returns what holds for every event of the part in a dialect.
    pub fn implied(&self, dialect: Dialect) -> &Constants {
        match dialect {
            Dialect::Sentinel | Dialect::Kql => &self.part.index.sentinel,
            Dialect::Elastic => &self.part.index.elastic,
            Dialect::Sigma => &self.part.index.sigma,
        }
    }
}
