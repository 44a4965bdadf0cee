//! The short way for frequent frames decodes them as the long one does.

use proptest::prelude::*;

use super::*;

/// The beginning of an IPv4 packet with TCP, behind an Ethernet header.
const FRAME: &[u8] = &[
    2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 44, 0, 7, 0x40, 0, 64, 6, 0, 0, 10, 0, 0,
    1, 192, 0, 2, 1, 0, 22, 0x80, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x12, 0xff, 0xff, 0, 0, 0, 0, 1,
    2, 3, 4,
];
const ETHERNET: usize = 14;

#[test]
fn frequent_frames_go_the_short_way() {
    let plain = decode_plain_v4(LinkType::Ethernet, FRAME, FRAME.len());
    assert!(matches!(plain, Some(Frame::Ip(_))));
    let plain = decode_plain_v4(LinkType::Raw, &FRAME[ETHERNET..], FRAME.len() - ETHERNET);
    assert!(matches!(plain, Some(Frame::Ip(_))));
    assert_eq!(
        decode_plain_v4(LinkType::PppEther, FRAME, FRAME.len()),
        None
    );
}

proptest! {
    #[test]
    fn both_ways_are_one(
        changes in proptest::collection::vec((0..FRAME.len(), any::<u8>()), 0..4),
        kept in 0..=FRAME.len(),
        more in 0..3_usize,
        raw in any::<bool>(),
    ) {
        let mut frame = FRAME.to_vec();
        for (at, byte) in changes {
            frame[at] = byte;
        }
        let (link, frame) = match raw {
            true => (LinkType::Raw, frame.get(ETHERNET..kept).unwrap_or_default()),
            false => (LinkType::Ethernet, &frame[..kept]),
        };
        let length = frame.len() + more;
        if let Some(plain) = decode_plain_v4(link, frame, length) {
            prop_assert_eq!(plain, decode(link, frame, length));
        }
    }
}
