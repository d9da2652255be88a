//! Worlds of events in another dialect's shape.

use crate::eval::world::World;
use crate::ir::Dialect;
use crate::mapping::{self, PartRef, Sources};
use serde_json::Value as Json;

/// Returns the world with every event in the target's shape, and the names of sources whose events have no counterpart there.
/// Watchlists and external data stay as they are: translations never read them.
pub fn translated(world: &World, from: Dialect, to: Dialect, sources: &Sources) -> (World, Vec<String>) {
    let is_kusto = |dialect| matches!(dialect, Dialect::Sentinel | Dialect::Kql);
    if from == to || (is_kusto(from) && is_kusto(to)) {
        return (world.clone(), Vec::new());
    }
    let mut out = World { watchlists: world.watchlists.clone(), external: world.external.clone(), ..World::default() };
    let mut unmapped: Vec<String> = Vec::new();
    for (name, events) in &world.events {
        for event in events {
            match part(name, event, from, sources).and_then(|part| Some((source_name(&part, to)?, part))) {
                Some((target, part)) => out.add(&target, mapping::map_event(event, from, to, &part)),
                None if unmapped.contains(name) => {}
                None => unmapped.push(name.clone()),
            }
        }
    }
    (out, unmapped)
}

/// Finds what an event belongs to: a table by its name, anything else by what is in the event.
fn part(name: &str, event: &Json, dialect: Dialect, sources: &Sources) -> Option<PartRef> {
    match dialect {
        Dialect::Sentinel | Dialect::Kql => {
            sources.parts().find(|at| at.part.is_read_by(dialect) && at.part.table.as_deref() == Some(name))
        }
        Dialect::Elastic => mapping::part_of_event(event, dialect, sources),
        Dialect::Sigma => sources
            .parts()
            .filter(|part| part.part.sigma.iter().any(|log_source| log_source_name(log_source) == name))
            .find(|part| mapping::part_of_event(event, dialect, sources).is_none_or(|seen| seen.part.id == part.part.id)),
    }
}

/// The table, a concrete index, or the Sigma log source in which a part's events stand.
fn source_name(part: &PartRef, to: Dialect) -> Option<String> {
    match to {
        Dialect::Sentinel | Dialect::Kql => part.part.table.as_ref().map(ToString::to_string),
        Dialect::Elastic => Some(part.source.elastic.as_ref()?.index.first()?.replace('*', "default")),
        Dialect::Sigma => part.part.sigma.first().map(log_source_name),
    }
}

fn log_source_name(log_source: &crate::mapping::format::LogSource) -> String {
    let parts = [&log_source.product, &log_source.category, &log_source.service];
    parts.into_iter().flatten().map(|part| &**part).collect::<Vec<_>>().join("/")
}
