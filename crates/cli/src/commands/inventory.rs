//! `flowgauge inventory`: the networks, subnets and interfaces that a capture knows, with their ids.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use flowgauge_flow::{Interface, Inventory};
use flowgauge_render::{Column, Value, find};
use serde_json::{Map, json};

use super::{Command, Run, command};
use crate::capture::interfaces;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::sink::Sink;
use crate::terminal;

pub(super) const COMMAND: Command = command::<Show>(
    "inventory",
    "Show the networks, subnets and interfaces that captures know, with their ids",
);

#[derive(Debug, Args)]
struct Show {
    /// Interfaces with their ids, addresses and tags (TOML or JSON), completed by those of this machine
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// How they are printed
    #[arg(short, long, value_name = "OUTPUT", default_value = "table")]
    output: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A table of the interfaces
    Table,
    /// Everything, as one JSON document
    Json,
}

impl Run for Show {
    fn run(self) -> Result<(), Failure> {
        let inventory = interfaces::known(self.file.as_deref())?;
        match self.output {
            Form::Table => table(&inventory),
            Form::Json => {
                let text = serde_json::to_string_pretty(&document(&inventory))
                    .map_err(|error| Failure::Input(error.to_string()))?;
                terminal::print(&format!("{text}\n"))
            }
        }
    }
}

/// Where an interface is: its device, in its namespace.
fn place(interface: &Interface) -> String {
    match &interface.namespace {
        Some(namespace) => format!("{namespace}/{}", interface.device),
        None => interface.device.clone(),
    }
}

fn texts(things: &[impl ToString]) -> Vec<String> {
    things.iter().map(ToString::to_string).collect()
}

fn table(inventory: &Inventory) -> Result<(), Failure> {
    let quiet = Progress::default();
    let sink = Sink::standard(&quiet);
    let kind = find("table").ok_or_else(|| Failure::Input("there are no tables".to_owned()))?;
    let settings = sink.settings;
    let mut output = (kind.open)(Box::new(sink), settings);
    let names = ["interface", "device", "subnet", "network", "addresses"];
    let columns: Vec<Column> = names.iter().map(|name| Column::field(*name)).collect();
    output.begin(&columns)?;
    for (_, interface) in inventory.iter() {
        let field = |id| interface.field(id).unwrap_or("-").to_owned();
        let row = [
            field("interface-id"),
            place(interface),
            field("subnet-id"),
            field("vpc-id"),
            texts(&interface.addresses).join(" "),
        ];
        output.row(&row.map(Value::Text))?;
    }
    Ok(output.finish()?)
}

fn document(inventory: &Inventory) -> serde_json::Value {
    let networks = &inventory.networks;
    let interfaces = inventory.iter().map(|(_, interface)| {
        let mut fields = Map::new();
        for (id, value) in &interface.fields {
            fields.insert(id.field().id.to_owned(), json!(value));
        }
        json!({
            "id": interface.field("interface-id"),
            "namespace": interface.namespace,
            "device": interface.device,
            "addresses": texts(&interface.addresses),
            "security-groups": interface.groups,
            "fields": fields,
        })
    });
    json!({
        "vpcs": networks.vpcs.iter().map(|vpc| json!({
            "id": vpc.id,
            "cidrs": texts(&vpc.cidrs),
        })).collect::<Vec<_>>(),
        "subnets": networks.subnets.iter().map(|subnet| json!({
            "id": subnet.id,
            "vpc": subnet.vpc,
            "cidrs": texts(&subnet.cidrs),
        })).collect::<Vec<_>>(),
        "interfaces": interfaces.collect::<Vec<_>>(),
    })
}
