//! What a query leaves to the decoder: conditions, and the message in pieces.

use std::net::Ipv4Addr;

use super::*;
use crate::{Condition, Test};

#[test]
fn only_rows_that_meet_the_conditions_are_made() {
    let doubled = RDP.replace(' ', "  ");
    let file = [SSH, RDP, "no record", QUIET, &doubled, PING, SSH].join("\r\n");
    let decoder = (vpc_flow::FORMAT.open)(&file, &context()).expect("open");
    let condition = |name: &str, text: &str| Condition {
        of: request(name),
        test: Test::Is(text.to_owned()),
    };
    let subnet = |name: &str, text: &str, length: u32, inside: bool| {
        let mask = u32::MAX << (32 - length);
        Condition {
            of: request(name),
            test: Test::InSubnet {
                network: text.parse::<Ipv4Addr>().expect(text).to_bits() & mask,
                mask,
                inside,
            },
        }
    };
    for (conditions, expected) in [
        (vec![condition("action", "REJECT")], vec!["3389", "3389"]),
        (vec![condition("log_status", "NODATA")], vec!["-"]),
        (
            vec![condition("logStatus", "OK")],
            vec!["22", "3389", "3389", "0", "22"],
        ),
        (
            vec![condition("action", "ACCEPT"), condition("dstPort", "22")],
            vec!["22", "22"],
        ),
        (vec![condition("action", "REJEC")], vec![]),
        (
            vec![subnet("srcAddr", "172.31.16.0", 24, true)],
            vec!["22", "22"],
        ),
        // A line that is no record has no address, which lies in no subnet.
        (
            vec![subnet("srcAddr", "172.31.16.0", 24, false)],
            vec!["3389", "∅", "-", "3389", "0"],
        ),
        (
            vec![
                subnet("srcAddr", "172.31.0.0", 16, true),
                condition("action", "REJECT"),
                subnet("dstAddr", "172.31.9.12", 32, true),
            ],
            vec!["3389", "3389"],
        ),
    ] {
        assert!(
            conditions
                .iter()
                .all(|condition| decoder.applies(condition))
        );
        let mut out = Columns::of_matching(&[request("dstPort")], &conditions);
        decoder.decode(&file, ALL, &mut out);
        assert_eq!(rows(&file, &out), expected, "{conditions:?}");
        assert_eq!((out.events, out.malformed), (7, 1));
    }
    for (name, text) in [
        ("@message", "x"),
        ("region", "eu-west-1"),
        ("interfaceId", "eni-1235b8ca123456789"),
    ] {
        assert!(!decoder.applies(&condition(name, text)), "{name}");
    }
}

#[test]
fn the_message_in_pieces() {
    let short = "2 123456789010 eni-1";
    let doubled = RDP.replacen(' ', "  ", 1);
    let longer = format!("{SSH} and more");
    let loose = SSH.replacen("2 ", "two ", 1);
    let lines = [SSH, RDP, QUIET, short, &doubled, &longer, &loose, PING, " "];
    let file = lines.join("\r\n");
    let decoder = (vpc_flow::FORMAT.open)(&file, &context()).expect("open");
    assert!(decoder.divides("@message", 14));
    assert!(!decoder.divides("@message", 13) && !decoder.divides("action", 14));
    // A line of nothing but blanks is no event.
    let events = &lines[..lines.len() - 1];
    let naive = |line: &str, at: usize| {
        let pieces: Vec<&str> = line.splitn(14, ' ').collect();
        let piece = pieces.get(at).filter(|_| pieces.len() == 14);
        piece.map_or("∅", |piece| piece).to_owned()
    };
    for at in 0..14 {
        let piece = Request {
            name: "@message".to_owned(),
            facet: Facet::Piece { at, of: 14 },
        };
        let mut out = Columns::new(std::slice::from_ref(&piece));
        decoder.decode(&file, ALL, &mut out);
        let expected: Vec<String> = events.iter().map(|line| naive(line, at)).collect();
        assert_eq!(rows(&file, &out), expected, "{at}");

        let wanted = naive(RDP, at);
        let condition = Condition {
            of: piece.clone(),
            test: Test::Is(wanted.clone()),
        };
        if wanted.len() > 12 {
            assert!(!decoder.applies(&condition));
            continue;
        }
        assert!(decoder.applies(&condition));
        let mut out = Columns::of_matching(&[piece], &[condition]);
        decoder.decode(&file, ALL, &mut out);
        let expected: Vec<String> = expected.into_iter().filter(|own| *own == wanted).collect();
        assert_eq!(rows(&file, &out), expected, "{at}");
    }
}
