//! Gzip streams of any number of members.
//!
//! What follows the last member is treated as `gzip` does: zeros are the padding of tapes and
//! block devices and mean nothing; other bytes are left out with a warning.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use flate2::bufread::GzDecoder;

use crate::statistics::Statistics;

/// Unpacks a gzip stream.
pub struct GzipReader<R> {
    /// The member that is read; none behind the last one and behind a broken one.
    member: Option<GzDecoder<R>>,
    name: String,
    /// Told about bytes that are left out; absent while an input is only looked at.
    statistics: Option<Arc<Statistics>>,
}

impl<R: BufRead> GzipReader<R> {
    /// A reader that stands in front of the first member.
    pub fn new(inner: R, name: &str, statistics: Option<Arc<Statistics>>) -> GzipReader<R> {
        GzipReader {
            member: Some(GzDecoder::new(inner)),
            name: name.to_owned(),
            statistics,
        }
    }

    /// Looks at what follows a member.
    fn next_member(&mut self, mut inner: R) -> io::Result<Option<GzDecoder<R>>> {
        if inner.fill_buf()?.first() == Some(&0x1f) {
            return Ok(Some(GzDecoder::new(inner)));
        }
        loop {
            let rest = inner.fill_buf()?;
            let Some(other) = rest.iter().position(|&byte| byte != 0) else {
                let padding = rest.len();
                if padding == 0 {
                    return Ok(None);
                }
                inner.consume(padding);
                continue;
            };
            inner.consume(other);
            let left_out = io::copy(&mut inner, &mut io::sink())?;
            if let Some(statistics) = &self.statistics {
                statistics.note(format!(
                    "{}: {left_out} bytes behind the gzip data are no gzip data and were left out",
                    self.name
                ));
            }
            return Ok(None);
        }
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // A broken member leaves the reader ended.
        while let Some(mut member) = self.member.take() {
            let count = member.read(buffer)?;
            if count > 0 {
                self.member = Some(member);
                return Ok(count);
            }
            self.member = self.next_member(member.into_inner())?;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn member(text: &str) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("to memory");
        packed.finish().expect("to memory")
    }

    /// Text and notes of a stream whose reader sees `step` bytes at a time.
    fn unpack(stored: &[u8], step: usize) -> io::Result<(String, Vec<String>)> {
        let statistics = Arc::new(Statistics::default());
        let inner = io::BufReader::with_capacity(step, stored);
        let mut text = String::new();
        GzipReader::new(inner, "x.gz", Some(Arc::clone(&statistics))).read_to_string(&mut text)?;
        Ok((text, statistics.warnings()))
    }

    #[test]
    fn members_padding_and_what_else_follows() {
        let one = member("one\n");
        let two = [one.clone(), member("two\n")].concat();
        let left_out = "x.gz: 4 bytes behind the gzip data are no gzip data and were left out";
        for (stored, text, warnings) in [
            (one.clone(), "one\n", vec![]),
            (two.clone(), "one\ntwo\n", vec![]),
            ([two.clone(), vec![0; 1000]].concat(), "one\ntwo\n", vec![]),
            (
                [one.clone(), b"\0\0junk".to_vec()].concat(),
                "one\n",
                vec![left_out],
            ),
        ] {
            for step in [1, 7, 8192] {
                let (found, notes) = unpack(&stored, step).expect("it unpacks");
                assert_eq!(found, text);
                assert_eq!(notes, warnings);
            }
        }
        let broken = unpack(&two[..two.len() - 3], 8192).expect_err("cut");
        assert_eq!(broken.kind(), io::ErrorKind::UnexpectedEof);
    }
}
