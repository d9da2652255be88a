//! `geo_info_from_ip_address`: places of addresses.
//!
//! The engine has MaxMind's GeoLite2 (`geo-info-from-ip-address-function`); here the provider supplies rows under the function's name, with
//! a column `network` and those of the answer. Without them the call is refused.

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::{Compiled, text_of};
use crate::ir::{Column, Expr, Op, Plan, Schema, TableSource, Type, Value};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// The function, and the name under which its rows are supplied.
const NAME: &str = "geo_info_from_ip_address";
/// The members of an answer.
const MEMBERS: [(&str, Type); 5] =
    [("country", Type::String), ("state", Type::String), ("city", Type::String), ("latitude", Type::Real), ("longitude", Type::Real)];

impl Compiler<'_> {
    pub(super) fn geo_info(&mut self, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let columns = [("network", Type::String)].into_iter().chain(MEMBERS).map(|(name, ty)| Column::new(name, ty)).collect();
        let source = TableSource::Function { name: Arc::from(NAME), args: Vec::new() };
        let scan = self.made(Plan::new(Op::Scan(source), Schema::closed(columns), expr.span)).map_err(|refusal| match refusal.code {
            "missing-table" => {
                let message = format!("there are no rows for the function `{NAME}`: networks and where they are");
                Refusal::new("missing-table", expr.span, message)
            }
            _ => refusal,
        })?;
        let rows = scan.collect(self.context)?;
        let network = scan.position("network");
        let members: Vec<(&str, Option<usize>)> = MEMBERS.iter().map(|(name, _)| (*name, scan.position(name))).collect();
        let place = |row: &Vec<Value>| {
            let text = row.get(network?)?.as_str()?.trim();
            let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
            let value = |slot: &Option<usize>| slot.and_then(|slot| row.get(slot)).cloned().unwrap_or_default();
            Some((network, Value::object(members.iter().map(|(name, slot)| (Arc::from(*name), value(slot))).collect())))
        };
        let mut places: Vec<(IpNet, Value)> = rows.iter().filter_map(place).collect();
        places.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix_len()));
        let Some(address) = args.first().map(|arg| self.expr(arg, scope)).transpose()? else {
            return Ok(Compiled::constant(Value::Null, Type::Dynamic));
        };
        Ok(Compiled::computed(Type::Dynamic, move |frame| {
            let value = address.get(frame);
            let Ok(address) = text_of(&value, address.ty).trim().parse::<IpAddr>() else { return Value::Null };
            places.iter().find(|(network, _)| network.contains(&address)).map_or(Value::Null, |(_, place)| place.clone())
        }))
    }
}
