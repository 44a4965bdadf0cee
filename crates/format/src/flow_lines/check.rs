//! Conditions on the values of a line, looked at before anything is made of it.

use flowgauge_event::address::parse_ipv4_at;

use super::addresses::is_ipv4_at;
use super::index::token;
use super::layout::Layout;
use super::plan::{Record, Row};
use super::separators::with_fast_instructions;
use crate::columns::{BLOCK_BUFFER, INLINE_BYTES, block_view, view};
use crate::{Condition, Facet, Test};

/// The conditions of a query, prepared for the lines of one layout.
pub(super) struct Checks {
    /// Comparisons of texts, which are cheap.
    texts: Vec<Check<Is>>,
    /// Tests of addresses.
    addresses: Vec<Check<InSubnet>>,
}

/// A condition on a value or a piece of a line.
#[derive(Debug, Clone, Copy)]
struct Check<K> {
    /// Place of the value or number of the piece.
    place: usize,
    /// Number of pieces, when it is one.
    pieces: Option<usize>,
    kind: K,
}

/// The view of the only text that meets a condition. It lives inside the view, so that views are the
/// same exactly when texts are.
#[derive(Debug, Clone, Copy)]
struct Is(u128);

/// See [`Test::InSubnet`].
#[derive(Debug, Clone, Copy)]
struct InSubnet {
    network: u32,
    mask: u32,
    inside: bool,
    /// How the text of every address in the subnet begins, and the bits that count: most addresses
    /// outside are known by it, which is cheaper than to parse them.
    beginning: u128,
    beginning_mask: u128,
    /// Whether an address that begins like that is always inside.
    whole_octets: bool,
}

impl InSubnet {
    fn new(network: u32, mask: u32, inside: bool) -> InSubnet {
        let whole_octets = mask.leading_ones() as usize / 8;
        let octets = network.to_be_bytes();
        let texts: Vec<String> = octets[..whole_octets].iter().map(u8::to_string).collect();
        // Behind the last of four octets there is no dot.
        let mut text = texts.join(".");
        if (1..4).contains(&whole_octets) {
            text.push('.');
        }
        let mut bytes = [0; 16];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        InSubnet {
            network,
            mask,
            inside,
            beginning: u128::from_le_bytes(bytes),
            beginning_mask: !(u128::MAX << (8 * text.len())),
            // A whole address is also the beginning of longer ones.
            whole_octets: whole_octets < 4 && mask.count_ones() as usize == 8 * whole_octets,
        }
    }

    /// Whether the text at `start` begins like the addresses of the subnet; `None` when too little of the
    /// block is left to see it at once.
    #[inline(always)]
    fn begins_at(self, block: &[u8], start: usize) -> Option<bool> {
        let bytes = block.get(start..)?.first_chunk()?;
        Some(u128::from_le_bytes(*bytes) & self.beginning_mask == self.beginning)
    }
}

/// What is asked of a text.
trait Kind: Copy {
    /// Whether the text at those offsets, if there is one, meets the condition.
    fn is_met(self, block: &[u8], found: Option<(usize, usize)>) -> bool;
}

impl Kind for Is {
    #[inline(always)]
    fn is_met(self, block: &[u8], found: Option<(usize, usize)>) -> bool {
        found.is_some_and(|(start, end)| block_view(block, start, end - start) == self.0)
    }
}

impl Kind for InSubnet {
    #[inline(always)]
    fn is_met(self, block: &[u8], found: Option<(usize, usize)>) -> bool {
        let is_inside = found.is_some_and(|(start, end)| match self.begins_at(block, start) {
            Some(false) => false,
            Some(true) if self.whole_octets => is_ipv4_at(block, start, end),
            _ => {
                let address = parse_ipv4_at(block, start, end);
                address.is_some_and(|address| address & self.mask == self.network)
            }
        });
        is_inside == self.inside
    }
}

/// Whether there is a check of a condition for lines of that layout.
pub(super) fn is_checked(condition: &Condition, layout: &Layout) -> bool {
    let fits = match &condition.test {
        Test::Is(text) => text.len() <= INLINE_BYTES,
        Test::InSubnet { .. } => true,
    };
    fits && place(condition, layout).is_some()
}

/// Place of the value or number of the piece that a condition is about, and the number of pieces.
fn place(condition: &Condition, layout: &Layout) -> Option<(usize, Option<usize>)> {
    match condition.of.facet {
        Facet::Piece { at, of } => Some((at, Some(of))),
        _ if condition.of.name.starts_with('@') => None,
        _ => Some((layout.place(&condition.of.name)?, None)),
    }
}

impl Checks {
    /// The checks of those conditions that have one.
    pub(super) fn new(conditions: &[Condition], layout: &Layout) -> Checks {
        let mut checks = Checks {
            texts: Vec::new(),
            addresses: Vec::new(),
        };
        for condition in conditions.iter().filter(|one| is_checked(one, layout)) {
            let Some((place, pieces)) = place(condition, layout) else {
                continue;
            };
            match &condition.test {
                Test::Is(text) => checks.texts.push(Check {
                    place,
                    pieces,
                    kind: Is(view(text.as_bytes(), BLOCK_BUFFER, 0)),
                }),
                &Test::InSubnet {
                    network,
                    mask,
                    inside,
                } => checks.addresses.push(Check {
                    place,
                    pieces,
                    kind: InSubnet::new(network, mask, inside),
                }),
            }
        }
        checks
    }

    /// Whether a line meets all conditions.
    pub(super) fn are_met(&self, block: &[u8], row: &impl Row) -> bool {
        self.texts_are_met(block, row)
            && self.addresses.iter().all(|check| check.is_met(block, row))
    }

    /// Whether a line meets the conditions that compare texts.
    #[inline(always)]
    pub(super) fn texts_are_met(&self, block: &[u8], row: &impl Row) -> bool {
        self.texts.iter().all(|check| check.is_met(block, row))
    }

    /// Keeps the plain records that meet the conditions on addresses; they have `places` values, the
    /// first of which end at the separators `firsts`.
    pub(super) fn keep_addresses(
        &self,
        block: &[u8],
        separators: &[u32],
        places: usize,
        firsts: &mut Vec<u32>,
    ) {
        for check in &self.addresses {
            with_fast_instructions(
                #[inline(always)]
                || check.keep_records(block, separators, places, firsts),
            );
        }
    }
}

impl<K: Kind> Check<K> {
    /// Whether a line meets the condition.
    #[inline(always)]
    fn is_met(&self, block: &[u8], row: &impl Row) -> bool {
        let found = match self.pieces {
            None => row.value(self.place),
            Some(pieces) => row.piece(block, self.place, pieces),
        };
        self.kind.is_met(block, found)
    }

    /// Keeps the plain records that meet the condition.
    #[inline(always)]
    fn keep_records(&self, block: &[u8], separators: &[u32], places: usize, firsts: &mut Vec<u32>) {
        // The pieces of a plain record are its values. What does not change from line to line is told
        // apart here, not in every turn of a loop.
        let (kind, place) = (self.kind, self.place);
        if place + 1 < places {
            keep(
                firsts,
                #[inline(always)]
                |first| kind.is_met(block, Some(token(separators, first, place))),
            );
        } else {
            keep(firsts, |first| {
                let record = Record {
                    block,
                    separators,
                    first,
                    places,
                };
                kind.is_met(block, Some(record.span(place)))
            });
        }
    }
}

/// Keeps what is wanted, in order. Every value is written and only the wanted ones are counted:
/// which lines a query wants is what branch predictors cannot learn.
#[inline(always)]
fn keep(values: &mut Vec<u32>, wanted: impl Fn(u32) -> bool) {
    let mut kept = 0;
    for at in 0..values.len() {
        let value = values[at];
        values[kept] = value;
        kept += usize::from(wanted(value));
    }
    values.truncate(kept);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_subnet_by_its_beginning_is_the_subnet() {
        let addresses = [
            "0.0.0.0",
            "1.0.0.0",
            "10.0.0.1",
            "10.1.2.3",
            "10.1.2.34",
            "100.1.2.3",
            "101.0.0.1",
            "110.1.2.3",
            "255.255.255.255",
            "-",
            "10",
            "10.1.2",
            "10.1.2.3.4",
            "2001:db8::1",
        ];
        for network in [
            "0.0.0.0",
            "10.0.0.0",
            "10.1.2.3",
            "100.1.2.0",
            "255.255.255.255",
        ] {
            let network = network.parse::<Ipv4Addr>().expect(network).to_bits();
            for length in 0..=32 {
                let mask = !u32::MAX.checked_shr(length).unwrap_or(0);
                let network = network & mask;
                for inside in [true, false] {
                    let test = InSubnet::new(network, mask, inside);
                    for address in addresses {
                        let parsed = address.parse::<Ipv4Addr>();
                        let is_in = parsed.is_ok_and(|own| own.to_bits() & mask == network);
                        for rest in ["", " 10.0.0.1 443 49152"] {
                            let block = format!("{address}{rest}");
                            let met = test.is_met(block.as_bytes(), Some((0, address.len())));
                            assert_eq!(met, is_in == inside, "{block} {test:?}");
                        }
                    }
                }
            }
        }
    }
}
