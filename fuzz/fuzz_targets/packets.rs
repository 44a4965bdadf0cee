//! A link type (one byte), how much of the frame the capture kept (one byte), a frame.

#![no_main]

use flowgauge_flow::packet::{FragmentCache, Frame, LinkType, decode};
use flowgauge_flow::{Direction, InterfaceKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [link, kept, frame @ ..] = data else {
        return;
    };
    let Ok(link) = LinkType::from_number(u32::from(*link)) else {
        return;
    };
    let whole = decode(link, frame, frame.len());
    let kept = frame.len().min(usize::from(*kept));
    let cut = decode(link, &frame[..kept], frame.len());
    match (cut, whole) {
        // What is told of a cut frame is told of the whole one.
        (Frame::Ip(cut), Frame::Ip(whole)) => {
            assert_eq!((cut.tuple, cut.bytes), (whole.tuple, whole.bytes));
            assert_eq!((cut.tcp_flags, cut.fragment), (whole.tcp_flags, whole.fragment));
        }
        (Frame::Ip(cut), whole) => panic!("{cut:?} became {whole:?}"),
        _ => {}
    }
    if let Frame::Ip(mut packet) = whole {
        assert!(packet.bytes as usize <= frame.len());
        assert!(packet.transport.len() <= frame.len());
        FragmentCache::default().resolve(&mut packet, 0);
        let question = packet.question(InterfaceKey(0), Direction::Ingress, 0);
        assert!(question.payload <= packet.bytes);
    }
});
