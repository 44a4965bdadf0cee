//! `haversine(lat1, lon1, lat2, lon2)` (spec 7.1).

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use datafusion::common::Result;

use super::numeric::float_type;
use crate::function::{Args, Scalar};

/// Mean radius of the Earth in kilometres.
const EARTH_RADIUS_KM: f64 = 6371.0;

/// `haversine(lat1, lon1, lat2, lon2)`: kilometres between two places given in degrees.
pub static HAVERSINE: Scalar = Scalar {
    name: "haversine",
    returns: float_type,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let [lat1, lon1, lat2, lon2] = [
        args.numbers(0)?,
        args.numbers(1)?,
        args.numbers(2)?,
        args.numbers(3)?,
    ];
    let distances: Float64Array = (0..args.rows)
        .map(|row| {
            let from = (lat1.get(row)?.as_f64(), lon1.get(row)?.as_f64());
            let to = (lat2.get(row)?.as_f64(), lon2.get(row)?.as_f64());
            let km = distance(from, to);
            km.is_finite().then_some(km)
        })
        .collect();
    Ok(Arc::new(distances))
}

/// Great-circle distance of two (latitude, longitude) pairs.
fn distance(from: (f64, f64), to: (f64, f64)) -> f64 {
    let radians = |place: (f64, f64)| (place.0.to_radians(), place.1.to_radians());
    let (from, to) = (radians(from), radians(to));
    let lat = ((to.0 - from.0) / 2.0).sin();
    let lon = ((to.1 - from.1) / 2.0).sin();
    let chord = lat * lat + from.0.cos() * to.0.cos() * lon * lon;
    // Rounding can carry the chord out of the range in which root and arc sine are defined.
    2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
}
