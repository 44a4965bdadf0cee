//! A size of pieces (one byte), a capture file: what comes out does not depend on the pieces.

#![no_main]

use std::io::{self, Cursor, Read};
use std::time::Duration;

use flowgauge_flow::source::pcap::{PcapOptions, PcapSource};
use flowgauge_flow::{Batch, Observation, Source, Supply};
use libfuzzer_sys::fuzz_target;

/// Reads in pieces.
struct Pieces(Cursor<Vec<u8>>, usize);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

/// Everything that a file gives, and how it ended.
fn read(file: &[u8], piece: usize) -> (Vec<Observation>, usize, Result<(), String>) {
    let inventory = flowgauge_fuzz::flow::inventory();
    let reader = Box::new(Pieces(Cursor::new(file.to_vec()), piece));
    let options = PcapOptions::default();
    let mut source = match PcapSource::new(reader, "fuzz", &inventory, options) {
        Ok(source) => source,
        Err(error) => return (Vec::new(), 0, Err(error.to_string())),
    };
    let (mut seen, mut losses) = (Vec::new(), 0);
    let mut batch = Batch::default();
    loop {
        let supply = source.next(&mut batch, Duration::ZERO);
        for observation in &batch.observations {
            assert!(inventory.get(observation.interface).is_some());
            let tuple = &observation.tuple;
            assert_eq!(tuple.source.is_ipv4(), tuple.destination.is_ipv4());
            assert_eq!((observation.packets, observation.first), (1, observation.last));
        }
        seen.append(&mut batch.observations);
        losses += batch.losses.len();
        match supply {
            Ok(Supply::More) => {}
            Ok(Supply::End) => return (seen, losses, Ok(())),
            Err(error) => return (seen, losses, Err(error.to_string())),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let [piece, file @ ..] = data else {
        return;
    };
    // Unpacking reads ahead, so the place of an error in it may differ; plain files are compared.
    let whole = read(file, usize::MAX);
    let pieces = read(file, usize::from(*piece).max(1));
    let packed = matches!(file, [0x1f, 0x8b, ..] | [0x28, 0xb5, ..]);
    if !packed {
        assert_eq!(whole, pieces);
    }
});
