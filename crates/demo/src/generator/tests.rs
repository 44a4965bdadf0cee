use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::answers::Tally;
use crate::class::Class;
use crate::record::Status;
use crate::site::Tier;

fn day(seed: u64, records: u64) -> Vec<Record> {
    Generator::new(seed, records)
        .expect("enough records")
        .collect()
}

#[test]
fn a_day_has_the_records_asked_for_in_order() {
    for records in [1_000, 5_432, 60_000] {
        let day = day(3, records);
        assert_eq!(day.len() as u64, records);
        assert!(
            day.windows(2)
                .all(|pair| (pair[0].end, pair[0].interface) <= (pair[1].end, pair[1].interface))
        );
        for record in &day {
            assert!(record.start <= record.end, "{record:?}");
            let window = |second: i64| (second - crate::DAY_START).div_euclid(60);
            assert_eq!(window(record.start), window(record.end), "{record:?}");
            assert!((0..1_440).contains(&window(record.end)), "{record:?}");
            if record.status == Status::Ok {
                let header = if record.source.is_ipv4() { 20 } else { 40 };
                assert!(
                    record.packets > 0 && record.bytes >= header * record.packets,
                    "{record:?}"
                );
            }
        }
    }
    assert_eq!(Generator::new(1, 999).err(), Some(PlanError::TooFew(999)));
}

#[test]
fn a_day_is_a_function_of_its_seed() {
    assert_eq!(day(7, 5_000), day(7, 5_000));
    assert_ne!(day(7, 5_000), day(8, 5_000));
}

#[test]
fn a_window_does_not_depend_on_those_before() {
    let mut generator = Generator::new(9, 20_000).expect("enough records");
    let first = window_start(700);
    let expected: Vec<Record> = generator
        .by_ref()
        .skip_while(|record| record.end < first)
        .collect();
    generator.seek(700);
    assert_eq!(generator.collect::<Vec<_>>(), expected);
}

#[test]
fn quiet_interfaces_are_silent_where_no_data_says_so() {
    let mut generator = Generator::new(5, 100_000).expect("enough records");
    let mut silent = BTreeSet::new();
    let mut busy = BTreeSet::new();
    while let Some(record) = generator.advance() {
        let window = record.end.div_euclid(60);
        match record.status {
            Status::NoData => assert!(silent.insert((record.interface, window))),
            Status::Ok => {
                busy.insert((record.interface, window));
            }
            Status::SkipData => {}
        }
    }
    assert_eq!(silent.len(), 1_000);
    assert_eq!(silent.intersection(&busy).count(), 0);
    assert!(
        silent
            .iter()
            .all(|&(index, _)| generator.site().interface(index).quiet)
    );
}

/// The answers are counted again from the records, the slow and plain way.
#[test]
fn answers_are_what_the_records_say() {
    let mut generator = Generator::new(11, 50_000).expect("enough records");
    let records: Vec<Record> = generator.by_ref().collect();
    let mut tally = Tally::default();
    records.iter().for_each(|record| tally.add(record));
    let answers = tally.answers(11, generator.site()).expect("a whole day");
    let ok = || records.iter().filter(|record| record.status == Status::Ok);

    assert_eq!(answers.records, 50_000);
    assert_eq!(answers.log_status.values().sum::<u64>(), 50_000);
    assert_eq!(answers.log_status["NODATA"], 500);
    assert_eq!(
        answers.log_status["SKIPDATA"],
        answers.skip_data.len() as u64
    );

    let mut talkers = BTreeMap::<_, u64>::new();
    ok().for_each(|record| *talkers.entry(record.source).or_default() += record.bytes);
    for (rank, talker) in answers.top_talkers.iter().enumerate() {
        assert_eq!(talkers[&talker.name], talker.count);
        let above = talkers
            .values()
            .filter(|&&bytes| bytes > talker.count)
            .count();
        assert!(above <= rank);
    }

    // The sweep is the only source and port that reached every interface.
    let mut reached = BTreeMap::<_, BTreeSet<_>>::new();
    ok().filter(|record| !record.accepted).for_each(|record| {
        reached
            .entry((record.source, record.destination_port))
            .or_default()
            .insert(record.destination);
    });
    let most = reached
        .iter()
        .max_by_key(|(_, targets)| targets.len())
        .expect("not empty");
    assert_eq!(*most.0, (answers.sweep.source, answers.sweep.port));
    assert_eq!(most.1.len() as u64, answers.sweep.interfaces);
    assert_eq!(most.1.len(), generator.site().interfaces.len());
    assert_eq!(
        reached
            .values()
            .filter(|targets| targets.len() == most.1.len())
            .count(),
        1
    );

    // The port scan is the pair with the most refused ports.
    let mut ports = BTreeMap::<_, BTreeSet<_>>::new();
    ok().filter(|record| !record.accepted).for_each(|record| {
        ports
            .entry((record.source, record.destination))
            .or_default()
            .insert(record.destination_port);
    });
    let most = ports
        .iter()
        .max_by_key(|(_, ports)| ports.len())
        .expect("not empty");
    assert_eq!(
        *most.0,
        (answers.port_scan.source, answers.port_scan.target)
    );
    assert_eq!(most.1.len() as u64, answers.port_scan.ports);

    // The exfiltration is the largest transfer from inside to outside.
    let inside = |address: &std::net::IpAddr| address.to_string().starts_with("10.");
    let mut pairs = BTreeMap::<_, u64>::new();
    ok().filter(|record| inside(&record.source) && !inside(&record.destination))
        .for_each(|record| {
            *pairs
                .entry((record.source, record.destination))
                .or_default() += record.bytes;
        });
    let most = pairs
        .iter()
        .max_by_key(|(_, bytes)| **bytes)
        .expect("not empty");
    let theft = &answers.exfiltration;
    assert_eq!(most, (&(theft.source, theft.destination), &theft.bytes));
    assert_eq!(theft.bytes, 40_000_000_000);

    let traffic: u64 = answers.traffic.iter().map(|slot| slot.bytes).sum();
    assert_eq!(traffic, ok().map(|record| record.bytes).sum::<u64>());
    let classes: u64 = answers.classes.values().map(|total| total.bytes).sum();
    assert_eq!(traffic, classes);
    assert_eq!(answers.refused_pairs.len(), 5);
    let refused = ok()
        .filter(|record| !record.accepted && record.destination_port == 23)
        .count();
    let telnet = answers
        .refused_ports
        .iter()
        .find(|port| port.name == 23)
        .expect("scanned most");
    assert_eq!(telnet.count, refused as u64);
}

#[test]
fn traffic_has_its_shapes() {
    let mut generator = Generator::new(2, 200_000).expect("enough records");
    let mut rejected = 0;
    let mut six = 0;
    let mut web = 0;
    while let Some(record) = generator.advance().copied() {
        rejected += u64::from(record.status == Status::Ok && !record.accepted);
        if record.class == Class::ClientWeb {
            web += 1;
            six += u64::from(record.source.is_ipv6());
            let tier = generator.site().interface(record.interface).tier;
            assert_eq!(tier, Tier::Web);
        }
    }
    // About a tenth of the lines is refused, and 8 % of the web is IPv6.
    assert!((16_000..28_000).contains(&rejected), "{rejected}");
    assert!(
        (0.07..0.09).contains(&(six as f64 / web as f64)),
        "{six} of {web}"
    );
}
