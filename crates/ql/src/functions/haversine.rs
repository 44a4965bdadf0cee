//! `haversine`: distance of two places on Earth (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `haversine(lat1, lon1, lat2, lon2)` and what is known about it before it runs.
pub static HAVERSINE: Function = Function {
    name: "haversine",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "haversine(lat1, lon1, lat2, lon2)",
    summary: "Great-circle distance in kilometres between two places given in degrees, on a \
              sphere of radius 6371 km.",
    required: &[Param::Value, Param::Value, Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("haversine(0, 0, 0, 90)", Some("10007.5434")),
        ("haversine(10, 20, 10, 20)", Some("0")),
        (r#"haversine("x", 0, 0, 0)"#, None),
    ],
    queries: &[],
};
