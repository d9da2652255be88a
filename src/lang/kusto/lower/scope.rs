//! Names that statements bind: `let`s, lambdas, parameters.
//!
//! Scopes form a tree. A lambda remembers where it was defined, so that its body sees exactly the names bound before it, at any call.

use super::super::ast;
use crate::ir::{Expr, Plan};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Binding<'a> {
    /// A scalar, inlined where it is used.
    Scalar(Rc<Inline>),
    /// A table, shared by all its uses.
    Table(Arc<Plan>),
    /// A lambda.
    Function(Rc<Lambda<'a>>),
    /// A pattern.
    Pattern(Rc<Pattern<'a>>),
    /// The entities of an `entity_group`.
    Entities(&'a [ast::Expr]),
    /// A database: the alias of `macro-expand`.
    Database,
    /// Bound to something that did not resolve; using it is no second error.
    Broken,
}

/// A scalar to inline, with its measures.
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) expr: Expr,
    pub(super) size: usize,
    pub(super) depth: usize,
}

/// A function that the query defines.
#[derive(Debug)]
pub(super) struct Lambda<'a> {
    pub(super) parameters: &'a [ast::Parameter],
    pub(super) body: &'a [ast::Statement],
    /// Whether it is a `view`, which wildcards of `union` and `search *` see.
    pub(super) view: bool,
    pub(super) place: Place,
    /// The result, where it has no parameters.
    pub(super) cached: OnceCell<Bound>,
}

/// The cases of `declare pattern`, and where it stands.
#[derive(Debug)]
pub(super) struct Pattern<'a> {
    pub(super) cases: &'a [ast::PatternCase],
    pub(super) place: Place,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// A value.
    Scalar(Expr),
    /// A table.
    Table(Arc<Plan>),
    /// Nothing; why is reported.
    Nothing,
}

/// A point in the tree of scopes: what is bound in the scope after it is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    scope: usize,
    upto: usize,
}

/// The tree of scopes.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    scopes: Vec<Scope<'a>>,
}

#[derive(Debug, Default)]
struct Scope<'a> {
    parent: Option<Place>,
    bindings: usize,
    names: FxHashMap<String, Vec<(usize, Binding<'a>)>>,
}

impl<'a> Scopes<'a> {
    /// Opens a scope inside `parent`.
    pub(super) fn open(&mut self, parent: Option<Place>) -> Place {
        self.scopes.push(Scope { parent, ..Scope::default() });
        Place { scope: self.scopes.len() - 1, upto: 0 }
    }

    /// Binds a name; the returned place sees it.
    pub(super) fn bind(&mut self, place: Place, name: &str, binding: Binding<'a>) -> Place {
        let Some(scope) = self.scopes.get_mut(place.scope) else { return place };
        scope.bindings += 1;
        let upto = scope.bindings;
        scope.names.entry(name.to_owned()).or_default().push((upto, binding));
        Place { upto, ..place }
    }

    /// Returns what the name means at a place.
    pub(super) fn find(&self, place: Place, name: &str) -> Option<&Binding<'a>> {
        let mut at = Some(place);
        while let Some(Place { scope, upto }) = at {
            let scope = self.scopes.get(scope)?;
            let seen = scope.names.get(name).and_then(|list| list.iter().rev().find(|(order, _)| *order <= upto));
            if let Some((_, binding)) = seen {
                return Some(binding);
            }
            at = scope.parent;
        }
        None
    }

    /// Tells whether the name is bound in the very scope of the place.
    pub(super) fn is_bound_here(&self, place: Place, name: &str) -> bool {
        self.scopes.get(place.scope).and_then(|s| s.names.get(name)).is_some_and(|l| l.iter().any(|(order, _)| *order <= place.upto))
    }

    /// Returns every name visible at a place with its binding.
    pub(super) fn visible(&self, place: Place) -> Vec<(&str, &Binding<'a>)> {
        let mut names = Vec::new();
        let mut at = Some(place);
        while let Some(Place { scope, upto }) = at {
            let Some(scope) = self.scopes.get(scope) else { break };
            for (name, list) in &scope.names {
                names.extend(list.iter().rev().find(|(order, _)| *order <= upto).map(|(_, binding)| (name.as_str(), binding)));
            }
            at = scope.parent;
        }
        names
    }
}
