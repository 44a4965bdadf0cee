//! The row of a lookup table whose address range holds an address, for `cidrlookup`.
//!
//! The ranges are a constant: disjoint stretches of addresses in order, made from the table once.
//! A row costs one binary search.

use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Int64Builder,
    StringViewArray,
};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;

use crate::function::{Args, Scalar};
use crate::functions::ip_address::{Subnet, parse_ip};

/// `_range_row(address, ranges)`: the number of the row, from 0; missing where no range holds the
/// address.
pub static RANGE_ROW: Scalar = Scalar {
    name: "_range_row",
    returns: |_| DataType::Int64,
    invoke,
};

/// A place among all addresses: the family, then the bits, highest byte first.
type Place = [u8; 17];

/// Bytes of a stretch: where it begins, then the row that holds it.
const STRETCH: i32 = 25;

/// No row.
const NONE: i64 = -1;

fn invoke(args: &Args) -> Result<ArrayRef> {
    let Some(ColumnarValue::Scalar(ScalarValue::List(list))) = args.values.get(1) else {
        return internal_err!("_range_row needs a constant list");
    };
    let stretches = list.values().as_fixed_size_binary();
    let addresses = args.texts(0)?;
    let mut out = Int64Builder::with_capacity(args.rows);
    for address in &addresses {
        let row = address
            .and_then(parse_ip)
            .map_or(NONE, |address| row_of(stretches, &place(address)));
        out.append_option((row != NONE).then_some(row));
    }
    Ok(Arc::new(out.finish()))
}

/// The row of the last stretch that does not begin after a place.
fn row_of(stretches: &FixedSizeBinaryArray, place: &Place) -> i64 {
    let (mut low, mut high) = (0, stretches.len());
    while low < high {
        let middle = (low + high) / 2;
        if stretches.value(middle)[..17] <= place[..] {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    match low.checked_sub(1).map(|last| &stretches.value(last)[17..]) {
        Some(&[a, b, c, d, e, f, g, h]) => i64::from_be_bytes([a, b, c, d, e, f, g, h]),
        _ => NONE,
    }
}

fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(address) => place_of(4, u128::from(address.to_bits())),
        IpAddr::V6(address) => place_of(6, address.to_bits()),
    }
}

fn place_of(family: u8, bits: u128) -> Place {
    let mut place = [family; 17];
    place[1..].copy_from_slice(&bits.to_be_bytes());
    place
}

/// A range of a table.
struct Range {
    family: u8,
    first: u128,
    last: u128,
    row: i64,
}

impl Range {
    fn parse(text: &str, row: i64) -> Option<Range> {
        Some(match Subnet::parse(text)? {
            Subnet::V4 { network, mask } => Range {
                family: 4,
                first: u128::from(network),
                last: u128::from(network | !mask),
                row,
            },
            Subnet::V6 { network, mask } => Range {
                family: 6,
                first: network,
                last: network | !mask,
                row,
            },
        })
    }
}

/// The stretches of a column of ranges; cells that are no range count for nothing. Where ranges
/// lie in each other the smallest one holds, of equal ones the first.
pub fn ranges(column: &StringViewArray) -> ArrayRef {
    let mut ranges: Vec<Range> = column
        .iter()
        .zip(0..)
        .filter_map(|(cell, row)| Range::parse(cell?, row))
        .collect();
    // A range stands behind those that it lies in, and in front of equal ones that come later.
    ranges.sort_by_key(|range| (range.family, range.first, u128::MAX - range.last, range.row));
    ranges.dedup_by_key(|range| (range.family, range.first, range.last));
    let mut stretches: Vec<(Place, i64)> = Vec::new();
    let mut begin = |place: Place, row: i64| match stretches.last_mut() {
        // A smaller range begins where the larger one does.
        Some(last) if last.0 == place => last.1 = row,
        _ => stretches.push((place, row)),
    };
    // The ranges around the current place, the smallest last.
    let mut around: Vec<&Range> = Vec::new();
    let leave = |around: &mut Vec<&Range>, begin: &mut dyn FnMut(Place, i64)| {
        if let Some(left) = around.pop()
            && let Some(next) = left.last.checked_add(1)
        {
            let row = around.last().map_or(NONE, |outer| outer.row);
            begin(place_of(left.family, next), row);
        }
    };
    for range in &ranges {
        while around
            .last()
            .is_some_and(|outer| outer.family != range.family || outer.last < range.first)
        {
            leave(&mut around, &mut begin);
        }
        begin(place_of(range.family, range.first), range.row);
        around.push(range);
    }
    while !around.is_empty() {
        leave(&mut around, &mut begin);
    }
    let mut out = FixedSizeBinaryBuilder::with_capacity(stretches.len(), STRETCH);
    for (place, row) in stretches {
        let mut bytes = [0; STRETCH as usize];
        bytes[..17].copy_from_slice(&place);
        bytes[17..].copy_from_slice(&row.to_be_bytes());
        // The width is the one that the builder was made with.
        if out.append_value(bytes).is_err() {
            out.append_null();
        }
    }
    Arc::new(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_range_holds() {
        let table = [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.0/24",
            "10.1.9.9/16",
            "0.0.0.0/0",
            "no range",
            "255.255.255.255",
            "2001:db8::/32",
            "::/0",
            "10.1.2.255/32",
        ];
        let stretches = ranges(&StringViewArray::from(table.to_vec()));
        let stretches = stretches.as_fixed_size_binary();
        for (address, expected) in [
            ("10.1.2.3", 2),
            ("10.1.2.255", 9),
            ("10.1.3.0", 1),
            ("10.1.1.255", 1),
            ("10.2.0.0", 0),
            ("10.0.0.0", 0),
            ("9.255.255.255", 4),
            ("11.0.0.0", 4),
            ("255.255.255.255", 6),
            ("2001:db8::1", 7),
            ("2001:db9::", 8),
            ("::", 8),
            ("ffff::", 8),
        ] {
            let address = parse_ip(address).expect("an address");
            assert_eq!(row_of(stretches, &place(address)), expected, "{address}");
        }
    }

    #[test]
    fn families_do_not_meet() {
        let stretches = ranges(&StringViewArray::from(vec!["::/0"]));
        let stretches = stretches.as_fixed_size_binary();
        let address = parse_ip("1.2.3.4").expect("an address");
        assert_eq!(row_of(stretches, &place(address)), NONE);
        let stretches = ranges(&StringViewArray::from(vec!["1.0.0.0/8", "3.0.0.0/8"]));
        let stretches = stretches.as_fixed_size_binary();
        for (text, expected) in [
            ("0.9.9.9", NONE),
            ("1.2.3.4", 0),
            ("2.0.0.1", NONE),
            ("3.0.0.1", 1),
            ("4.0.0.0", NONE),
            ("::1", NONE),
        ] {
            let address = parse_ip(text).expect("an address");
            assert_eq!(row_of(stretches, &place(address)), expected, "{text}");
        }
    }
}
