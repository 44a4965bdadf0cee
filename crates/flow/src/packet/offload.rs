//! What segmentation offload hides: a frame that the network card cuts into many packets.

/// Packets on the wire and their bytes of the network layer for one of `total` bytes whose IP and
/// transport headers take `headers`, cut into segments of at most `segment` bytes of payload (flow log
/// spec 8.4). A `segment` of 0 means that nothing is cut.
pub fn segments(total: u64, headers: u64, segment: u64) -> (u64, u64) {
    let payload = total.saturating_sub(headers);
    if segment == 0 || payload <= segment {
        return (1, total);
    }
    let packets = payload.div_ceil(segment);
    (packets, payload + packets * headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_frame_becomes_packets_with_headers_of_their_own() {
        for (total, headers, segment, expected) in [
            (1500, 52, 1448, (1, 1500)),
            (1501, 52, 1448, (2, 1449 + 104)),
            (64_000, 52, 1448, (45, 63_948 + 45 * 52)),
            (64_000, 52, 0, (1, 64_000)),
            (40, 60, 1448, (1, 40)),
        ] {
            assert_eq!(segments(total, headers, segment), expected, "{total}");
        }
    }
}
