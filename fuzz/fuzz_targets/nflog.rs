//! Datagrams of the packet log, and the packets in them.

#![no_main]

use flowgauge_flow::inventory::InterfaceKey;
use flowgauge_flow::packet::{Frame, decode_ip};
use flowgauge_flow::tap::offload::Offload;
use flowgauge_flow::tap::{netlink, nflog};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut offload = Offload::default();
    let mut seen = 0;
    for message in netlink::messages(data) {
        seen += netlink::HEADER + message.body.len();
        assert!(seen <= data.len());
        let Some(logged) = nflog::logged(&message) else {
            continue;
        };
        if let Frame::Ip(packet) = decode_ip(logged.payload, logged.payload.len()) {
            for mtu in [0, 68, 1500] {
                let (packets, bytes) = offload.wire(InterfaceKey(0), &packet, mtu);
                assert!(packets >= 1 && bytes >= u64::from(packet.bytes));
            }
        }
    }
});
