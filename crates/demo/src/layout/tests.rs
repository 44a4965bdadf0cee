use super::*;
use crate::class::Class;
use crate::generator::Generator;

/// The fourteen fields of version 2 to the 54 of version 11.
#[test]
fn the_table_has_every_field_once() {
    assert_eq!(FIELDS.len(), 54);
    for (version, count) in [
        (2, 14),
        (3, 21),
        (4, 25),
        (5, 29),
        (7, 39),
        (8, 40),
        (9, 41),
        (10, 42),
        (11, 54),
    ] {
        let known = FIELDS
            .iter()
            .filter(|field| field.version <= version)
            .count();
        assert_eq!(known, count, "version {version}");
    }
    for field in FIELDS {
        assert_eq!(
            FIELDS
                .iter()
                .filter(|other| other.name == field.name)
                .count(),
            1
        );
    }
    assert_eq!(
        Layout::parse(DEFAULT_FORMAT).expect("it parses").header(),
        Layout::default().header()
    );
}

#[test]
fn formats_that_are_refused() {
    for format in [
        "",
        " ",
        "${srcaddr} ",
        "${srcaddr}  ${dstaddr}",
        "srcaddr",
        "$${srcaddr}",
        "${}",
        "${SrcAddr}",
    ] {
        assert_eq!(
            Layout::parse(format).err(),
            Some(LayoutError::Malformed(format.to_owned()))
        );
    }
    assert_eq!(
        Layout::parse("${srcaddr} ${tgw-id}").err(),
        Some(LayoutError::UnknownField("tgw-id".to_owned()))
    );
    let twice = Layout::parse("'${srcaddr} ${srcaddr}'").expect("it parses");
    assert_eq!(twice.header(), "srcaddr srcaddr");
}

fn lines(layout: &Layout, class: Class, count: usize) -> Vec<String> {
    let mut generator = Generator::new(1, 20_000).expect("enough records");
    let mut lines = Vec::new();
    while lines.len() < count {
        let record = *generator.advance().expect("the class occurs");
        if record.class == class {
            let mut out = Vec::new();
            layout.write_line(&record, generator.site(), &mut out);
            lines.push(String::from_utf8(out).expect("text"));
        }
    }
    lines
}

#[test]
fn a_window_without_data_keeps_what_is_known() {
    let default = &lines(&Layout::default(), Class::NoData, 1)[0];
    let cells: Vec<&str> = default.trim_end().split(' ').collect();
    assert_eq!(cells.len(), 14);
    assert_eq!(&cells[..2], ["2", "123456789012"]);
    assert_eq!(&cells[3..10], ["-"; 7]);
    assert_eq!(&cells[12..], ["-", "NODATA"]);
    let (start, end): (i64, i64) = (
        cells[10].parse().expect("digits"),
        cells[11].parse().expect("digits"),
    );
    assert_eq!((start % 60, end), (0, start + 59));

    let custom =
        Layout::parse("${version} ${region} ${srcaddr} ${tcp-flags} ${type} ${log-status}")
            .expect("it parses");
    assert_eq!(
        lines(&custom, Class::NoData, 1)[0],
        "4 eu-central-1 - - - NODATA\n"
    );
}

#[test]
fn a_nat_gateway_shows_both_addresses() {
    let layout = Layout::parse("${interface-type} ${instance-tag} ${srcaddr} ${dstaddr} ${pkt-srcaddr} ${pkt-dstaddr} ${flow-direction} ${traffic-path}")
        .expect("it parses");
    let seen = lines(&layout, Class::Outbound, 60);
    // The request on its way into the gateway: instance, gateway, instance, host.
    let inner = seen
        .iter()
        .map(|line| line.trim_end().split(' ').collect::<Vec<_>>())
        .find(|cells| cells[0] == "nat_gateway" && cells[6] == "ingress" && cells[2] == cells[4])
        .expect("a record of the gateway");
    assert_eq!((inner[1], inner[7]), ("-", "-"));
    assert!(inner[2].starts_with("10.") && inner[3].starts_with("10."));
    assert!(
        inner[3] != inner[5] || inner[2].starts_with("192."),
        "{inner:?}"
    );
}

#[test]
fn every_field_prints_something_without_blanks() {
    let all: Vec<String> = FIELDS
        .iter()
        .map(|field| format!("${{{}}}", field.name))
        .collect();
    let layout = Layout::parse(&all.join(" ")).expect("it parses");
    for line in lines(&layout, Class::ClientWeb, 500) {
        let cells: Vec<&str> = line.trim_end().split(' ').collect();
        assert_eq!(cells.len(), 54, "{line}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{line}");
        assert_eq!(cells[0], "11");
    }
}

#[test]
fn addresses_print_as_usual() {
    let mut generator = Generator::new(1, 1_000).expect("enough records");
    let layout = Layout::parse("${srcaddr}").expect("it parses");
    let mut record = *generator.advance().expect("a record");
    record.status = Status::Ok;
    for text in [
        "0.0.0.0",
        "255.255.255.255",
        "10.0.100.9",
        "1.20.3.199",
        "2001:db8::1",
    ] {
        record.source = text.parse().expect("an address");
        let mut out = Vec::new();
        layout.write_line(&record, generator.site(), &mut out);
        assert_eq!(String::from_utf8(out).expect("text"), format!("{text}\n"));
    }
}
