//! The names by which a correlation refers to its rules.

use super::{Correlation, Test};
use uuid::Uuid;

impl Correlation {
    /// Names its rules apart from those of other files. Names are looked up in all rules that are given together (Sigma correlation
    /// rules specification, "Rules"): each gets a piece of the translation's own id.
    pub(super) fn named_apart(mut self, own: &Uuid) -> Self {
        let id = own.simple().to_string();
        let end = format!("_{}", id.get(..8).unwrap_or(&id));
        let of_tests = std::iter::once(&mut self.test).chain(self.inner.iter_mut().map(|inner| &mut inner.test)).flat_map(Test::names);
        let names = of_tests.chain([&mut self.first]).chain(self.steps.iter_mut().map(|step| &mut step.name));
        names.for_each(|name| name.push_str(&end));
        self.inner.iter_mut().for_each(|inner| inner.name.push_str(&end));
        self
    }
}

impl Test {
    /// The names of rules that it refers to.
    fn names(&mut self) -> impl Iterator<Item = &mut String> {
        let of_aliases = self.aliases.iter_mut().flat_map(|alias| alias.fields.iter_mut()).map(|(rule, _)| rule);
        self.rules.iter_mut().chain(of_aliases)
    }
}
