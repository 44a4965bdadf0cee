//! Content that is no log, told by its first bytes: it is refused by name instead of being read as
//! lines of text.

/// Beginnings, what has them, and what to do about it.
const KINDS: &[(&[u8], &str, &str)] = &[
    (b"\xfd7zXZ\0", "xz data", "unpack it with unxz"),
    (b"\x04\x22\x4d\x18", "LZ4 data", "unpack it with unlz4"),
    (b"\x1f\x9d", "data of compress", "unpack it with gunzip"),
    (b"\xff\x06\0\0sNaPpY", "Snappy data", "unpack it first"),
    (b"PK\x03\x04", "a zip archive", "unpack it with unzip"),
    (b"PK\x05\x06", "an empty zip archive", LEAVE_OUT),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it with 7z x"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    (b"\x89PNG\r\n\x1a\n", "a picture", LEAVE_OUT),
    (b"\xff\xd8\xff", "a picture", LEAVE_OUT),
    (b"GIF87a", "a picture", LEAVE_OUT),
    (b"GIF89a", "a picture", LEAVE_OUT),
    (b"%PDF-", "a PDF document", LEAVE_OUT),
    (b"\x7fELF", "a program", LEAVE_OUT),
    (b"SQLite format 3\0", "a SQLite database", LEAVE_OUT),
    (b"ElfFile\0", "a Windows event log", "export it as text"),
    (b"LPKSHHRH", "a journal of systemd", JOURNAL),
    (b"Obj\x01", "an Avro file", "convert it to JSON lines"),
    (b"\xd4\xc3\xb2\xa1", PACKETS, CAPTURE),
    (b"\xa1\xb2\xc3\xd4", PACKETS, CAPTURE),
    (b"\x4d\x3c\xb2\xa1", PACKETS, CAPTURE),
    (b"\xa1\xb2\x3c\x4d", PACKETS, CAPTURE),
    // Where it is not packed, it is read.
    (b"\xff\xfe", "packed UTF-16", RECODE),
    (b"\xfe\xff", "packed UTF-16", RECODE),
];
const LEAVE_OUT: &str = "leave it out";
const JOURNAL: &str = "print it with journalctl -o json --file";
const PACKETS: &str = "a packet capture";
const CAPTURE: &str = "flowgauge capture makes flow logs of it";
const RECODE: &str = "unpack it";

/// Where tar archives say that they are some.
const TAR_MARK: usize = 257;

/// Why content that begins like this cannot be a log, and what to do; `None` for what may be one.
pub fn problem(head: &[u8]) -> Option<String> {
    let (what, advice) = if is_bzip2(head) {
        ("bzip2 data", "unpack it with bunzip2")
    } else if is_pcapng(head) {
        (PACKETS, CAPTURE)
    } else if head
        .get(TAR_MARK..)
        .is_some_and(|mark| mark.starts_with(b"ustar"))
    {
        ("a tar archive", "unpack it with tar -xf")
    } else {
        let mut kinds = KINDS.iter();
        let (_, what, advice) = kinds.find(|(begin, ..)| head.starts_with(begin))?;
        (*what, *advice)
    };
    Some(format!("this is {what} and no log; {advice}"))
}

/// Lines may begin with the three letters; behind them come a level and the mark of a block.
fn is_bzip2(head: &[u8]) -> bool {
    matches!(
        head,
        [
            b'B',
            b'Z',
            b'h',
            b'1'..=b'9',
            b'1',
            b'A',
            b'Y',
            b'&',
            b'S',
            b'Y',
            ..
        ]
    )
}

/// A block of a kind that looks like line ends, its length, and the mark of a byte order.
fn is_pcapng(head: &[u8]) -> bool {
    head.starts_with(b"\n\r\r\n")
        && matches!(
            head.get(8..12),
            Some(b"\x1a\x2b\x3c\x4d" | b"\x4d\x3c\x2b\x1a")
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_its_beginning() {
        let mut tar = vec![b'a'; TAR_MARK];
        tar.extend(b"ustar\0");
        for (head, part) in [
            (&b"BZh91AY&SY\x01"[..], "bzip2"),
            (b"\xfd7zXZ\0\0", "unxz"),
            (b"PK\x03\x04\x14", "zip"),
            (b"\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1a", "flowgauge capture"),
            (b"\xd4\xc3\xb2\xa1\x02\0", "flowgauge capture"),
            (&tar, "tar -xf"),
        ] {
            let problem = problem(head).expect(part);
            assert!(problem.contains(part), "{problem}");
        }
        for head in [
            &b""[..],
            b"BZh9 is a word",
            b"PK\n",
            b"\n\r\r\nlines of DOS",
            b"7z x a.7z\n",
            b"{\"a\":1}\n",
            &tar[..TAR_MARK],
        ] {
            assert_eq!(problem(head), None);
        }
    }
}
