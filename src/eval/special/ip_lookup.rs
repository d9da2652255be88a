//! The plugins `ipv4_lookup` and `ipv6_lookup`: rows joined with a table of networks (`ipv4-lookup-plugin`).
//!
//! The columns of the networks come last for IPv4 and first for IPv6 (emu/ipv4-lookup-plugin-01, emu/ipv6-lookup-plugin-01).
//! Rows without a network are left out unless `return_unmatched`.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Frame, text_of};
use super::super::node::{Flow, Row, Sink, operator};
use super::super::operators::{empty_row, free_name};
use super::super::scope::Scope;
use super::Parts;
use super::plugins::column_of;
use crate::ir::{Column, ExprKind, Named, Value, convert};
use ipnet::IpNet;
use std::net::IpAddr;

impl Compiler<'_> {
    pub(super) fn ip_lookup(&mut self, parts: &Parts<'_>, networks_first: bool) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let table = parts.inputs.get(1).ok_or_else(|| parts.invalid("the table of networks is missing"))?;
        let networks = self.plan(table)?;
        let mut scalars = parts.args.iter();
        let address = scalars.next().ok_or_else(|| parts.invalid("the address is missing"))?;
        let address = self.expr(&address.expr, &mut Scope::new(&input.columns))?;
        let network = scalars.next().and_then(|arg: &Named| column_of(arg)).and_then(|name| networks.position(name));
        let network = network.ok_or_else(|| parts.invalid("the network's column is missing"))?;
        let mut extra = Vec::new();
        let mut unmatched = false;
        for arg in scalars {
            match (&*arg.name, &arg.expr.kind) {
                ("", ExprKind::Column(name)) => extra.extend(networks.position(name)),
                ("" | "return_unmatched", _) => unmatched = convert::to_bool(&self.constant(&arg.expr)?) == Some(true),
                _ => {}
            }
        }
        if !extra.is_empty() {
            let message = "further keys of an address look-up are not run";
            return Err(Refusal::new("unsupported-function", parts.span(), message));
        }
        let (first, last) = if networks_first { (&networks, &input) } else { (&input, &networks) };
        let mut columns = first.columns.to_vec();
        for column in last.columns.iter() {
            columns.push(Column { name: free_name(&columns, &column.name), ty: column.ty });
        }
        let joined = move |row: &[Value], fields: &[Value]| -> Row {
            let (first, last) = if networks_first { (fields, row) } else { (row, fields) };
            first.iter().chain(last).cloned().collect()
        };
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let rows = networks.collect(context)?;
            let known: Vec<(IpNet, &Row)> = rows.iter().filter_map(|row| Some((network_of(row.get(network)?)?, row))).collect();
            let nothing = empty_row(&networks.columns);
            input.run(context, &mut |row| {
                let value = address.get(&Frame { row, context });
                let address = text_of(&value, address.ty).trim().parse::<IpAddr>().ok();
                let mut found = false;
                for (_, fields) in known.iter().filter(|(network, _)| address.is_some_and(|address| network.contains(&address))) {
                    found = true;
                    if out(&joined(row, fields))? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                if found || !unmatched { Ok(Flow::More) } else { out(&joined(row, &nothing)) }
            })?;
            context.release(rows.len(), networks.columns.len());
            Ok(())
        };
        Ok((columns, operator(run)))
    }
}

/// Reads a network; an address alone is a network of one.
fn network_of(value: &Value) -> Option<IpNet> {
    let text = value.as_str()?.trim();
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
