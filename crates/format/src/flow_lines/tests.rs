//! The decoder as its users see it: files in, columns out.

use flowgauge_event::{TimeRange, limits};
use proptest::prelude::*;

use crate::columns::{BLOCK_BUFFER, Column, ColumnData, Columns};
use crate::flow_fields::DEFAULT_FORMAT;
use crate::{Confidence, Decoder, Facet, FileContext, Format, Request, registry};
use crate::{tgw_flow, vpc_flow};

mod left_to_the_decoder;

const ALL: TimeRange = TimeRange {
    start: None,
    end: None,
};

const SSH: &str = "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
const RDP: &str = "2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK";
const QUIET: &str =
    "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA";
const OVERLOAD: &str =
    "2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA";
const PING: &str = "2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 0 0 1 4 336 1432917027 1432917142 ACCEPT OK";
const IPV6: &str = "2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK";

fn context() -> FileContext {
    FileContext {
        path: "logs/flow.log".to_owned(),
        file_name: "flow.log".to_owned(),
        folder: Some("logs".to_owned()),
        account: Some("999999999999".to_owned()),
        region: Some("ap-southeast-2".to_owned()),
        fallback_time: Some(7),
        log_format: None,
    }
}

/// A request: numbers and times are asked for as `#name` and `%name`.
fn request(name: &str) -> Request {
    let (name, facet) = match name.split_at(1) {
        ("#", name) => (name, Facet::Number),
        ("%", name) => (name, Facet::Time),
        _ => (name, Facet::Text),
    };
    Request {
        name: name.to_owned(),
        facet,
    }
}

fn value(column: &Column, row: usize, block: &str, scratch: &[u8]) -> String {
    if let Some((_, float)) = column.floats().iter().find(|(own, _)| *own == row) {
        assert!(column.missing().contains(&row));
        return format!("{float:?}");
    }
    if column.missing().contains(&row) {
        return "∅".to_owned();
    }
    match &column.data {
        ColumnData::Integer(values) => values[row].to_string(),
        ColumnData::Text(views) => {
            let bytes = views[row].to_le_bytes();
            let number = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
            let len = number(0) as usize;
            let text = if len <= 12 {
                &bytes[4..4 + len]
            } else {
                let buffer = if number(8) == BLOCK_BUFFER {
                    block.as_bytes()
                } else {
                    scratch
                };
                let offset = number(12) as usize;
                assert_eq!(&buffer[offset..offset + 4], &bytes[4..8], "prefix");
                &buffer[offset..offset + len]
            };
            String::from_utf8_lossy(text).into_owned()
        }
    }
}

fn rows(block: &str, out: &Columns) -> Vec<String> {
    for column in &out.columns {
        assert_eq!(column.len(), out.rows, "{:?}", column.request);
    }
    let row = |row| {
        let values = out.columns.iter();
        let values = values.map(|column| value(column, row, block, &out.scratch));
        values.collect::<Vec<_>>().join("|")
    };
    (0..out.rows).map(row).collect()
}

fn decode(decoder: &dyn Decoder, block: &str, names: &str, range: TimeRange) -> Columns {
    let requests: Vec<_> = names.split(' ').map(request).collect();
    let mut out = Columns::new(&requests);
    decoder.decode(block, range, &mut out);
    out
}

/// Opens `file` as the registry sniffs it and decodes what comes after the header.
fn read_as(file: &str, names: &str, context: &FileContext) -> (&'static str, Vec<String>, Columns) {
    let format = registry::sniff(file, context);
    let decoder = (format.open)(file, context).expect("open");
    let block = &file[decoder.header_bytes()..];
    let out = decode(decoder.as_ref(), block, names, ALL);
    (format.name, rows(block, &out), out)
}

fn read(file: &str, names: &str) -> Vec<String> {
    read_as(file, names, &context()).1
}

#[test]
fn worked_records_of_the_default_format() {
    let file = [SSH, RDP, QUIET, OVERLOAD, PING, IPV6].join("\n");
    let names = "%@timestamp srcAddr DSTADDR dst_port #dstPort bytes #bytes action logStatus";
    assert_eq!(
        read(&file, names),
        [
            "1418530010000|172.31.16.139|172.31.16.21|22|22|4249|4249|ACCEPT|OK",
            "1418530010000|172.31.9.69|172.31.9.12|3389|3389|4249|4249|REJECT|OK",
            "1431280876000|-|-|-|∅|-|∅|-|NODATA",
            "1431280876000|-|-|-|∅|-|∅|-|SKIPDATA",
            "1432917027000|203.0.113.12|172.31.16.139|0|0|336|336|ACCEPT|OK",
            "1477913708000|2001:db8:1234:a100:8d6e:3477:df66:f105|2001:db8:1234:a102:3304:8879:34cf:4071|22|22|8855|8855|ACCEPT|OK",
        ]
    );
}

#[test]
fn numbers_that_are_no_integers_stand_beside_them() {
    let record = |bytes: &str| SSH.replace(" 4249 ", &format!(" {bytes} "));
    let texts = [
        "1e3",
        "1000.0",
        "1000",
        "+1000",
        "-7",
        "999.5",
        "99999999999999999999",
        "1e999",
        "x",
        "-",
    ];
    let numbers = [
        "1000.0", "1000.0", "1000", "1000", "-7", "999.5", "1e20", "∅", "∅", "∅",
    ];
    let file = texts.map(record).join("\n");
    // With a doubled blank a record is taken apart by itself.
    let loose = file.replace(" ACCEPT", "  ACCEPT");
    for file in [file, loose] {
        assert_eq!(read(&file, "#bytes"), numbers);
        assert_eq!(read(&file, "bytes"), texts);
    }
}

#[test]
fn system_fields() {
    let bare = SSH.replace("123456789010 eni-1235b8ca123456789", "- -");
    let names = "@message @logStream @log @aws.account @aws.region @data_source_name @data_source_type @data_format %@ingestionTime @timestamp @entity.Name vpcId";
    let common = "amazon_vpc|flow|Default|1418530070000|2014-12-14 04:06:50.000|∅|∅";
    assert_eq!(
        read(&format!("{SSH}\n{bare}\n{SSH}\n"), names),
        [
            format!(
                "{SSH}|eni-1235b8ca123456789-all|123456789010:logs/flow.log|123456789010|ap-southeast-2|{common}"
            ),
            format!(
                "{bare}|flow.log|999999999999:logs/flow.log|999999999999|ap-southeast-2|{common}"
            ),
            format!(
                "{SSH}|eni-1235b8ca123456789-all|123456789010:logs/flow.log|123456789010|ap-southeast-2|{common}"
            ),
        ]
    );
    let nameless = FileContext {
        account: None,
        region: None,
        ..context()
    };
    let (_, rows, _) = read_as(&bare, "@log @aws.account @aws.region", &nameless);
    assert_eq!(rows, ["unknown:logs/flow.log|∅|∅"]);
}

#[test]
fn headers_of_every_version() {
    let tcp = "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43416 5001 52.213.180.42 10.0.0.62 6 568 8 1566848875 1566848933 ACCEPT 2 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43638 10.0.0.62 52.213.180.42 6  967 14 1566933133 1566933193 ACCEPT 19 OK
";
    assert_eq!(
        read(
            tcp,
            "#version vpcId pktSrcaddr #tcpFlags #packets %@timestamp @data_format"
        ),
        [
            "3|vpc-abcdefab012345678|52.213.180.42|2|8|1566848875000|Custom",
            "3|vpc-abcdefab012345678|10.0.0.62|19|14|1566933133000|Custom",
        ],
        "the second line has a doubled blank"
    );

    let nat = "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr\n- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5\n";
    assert_eq!(
        read(nat, "instanceId dstAddr pktDstAddr %@timestamp @log"),
        ["-|10.0.0.220|203.0.113.5|7|999999999999:logs/flow.log"],
        "without start, end and account the context helps out"
    );

    let regional = "resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr\nnat-1234567890abcdef - - - 107.22.182.139 203.0.113.5 107.22.182.139 203.0.113.5\n";
    assert_eq!(
        read(regional, "resourceId interfaceId @logStream srcAddr"),
        ["nat-1234567890abcdef|-|flow.log|107.22.182.139"]
    );

    let gateway = "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status
3 eni-22222222222222222 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb - 10.40.2.236 10.40.2.31 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK
";
    assert_eq!(
        read(gateway, "#tcp_flags pkt-dstaddr dstaddr"),
        ["19|10.20.33.164|10.40.2.31"]
    );

    let path = "version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status
5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK
5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK
";
    assert_eq!(
        read(
            path,
            "azId pktSrcAwsService #trafficPath flowDirection @aws.region"
        ),
        [
            "apse2-az3|S3|∅|ingress|ap-southeast-2",
            "apse2-az3|-|8|egress|ap-southeast-2",
        ]
    );

    let tags = "version instance-tag next-hop-az-id next-hop-interface-type encryption-status end\n11 my%2Dapp use1-az4 nat_gateway 3 1616729349\n";
    assert_eq!(
        read(
            tags,
            "instanceTag nextHopAzId next_hop_interface_type #encryptionStatus %@timestamp"
        ),
        ["my%2Dapp|use1-az4|nat_gateway|3|1616729349000"],
        "without start, the end is the time"
    );
}

#[test]
fn fields_that_no_schema_lists_are_text() {
    let file = "version account-id srcaddr dstaddr next-hop-color\n12 1 10.0.0.1 10.0.0.2 blue\n";
    assert_eq!(
        read(file, "nextHopColor next_hop_color srcaddr"),
        ["blue|blue|10.0.0.1"]
    );
}

#[test]
fn transit_gateway_records() {
    let line = "6 TransitGateway 123456789012 tgw-0123456789abcdef0 tgw-attach-0123456789abcdef0 123456789012 123456789012 vpc-1 vpc-2 subnet-1 subnet-2 eni-1 eni-2 use1-az1 use1-az2 tgw-attach-1 10.0.0.1 10.1.0.1 443 50000 6 12 3456 1620000000 1620000059 OK IPv4 0 1 2 3 19 us-east-1 egress - S3";
    let names = "tgwId tgwSrcEni #packetsLostTtlExpired #bytes @data_source_type @data_format @logStream %@timestamp";
    let expected =
        "tgw-0123456789abcdef0|eni-1|3|3456|tgw_flow|Default|flow.log|1620000000000".to_owned();
    let (format, rows, _) = read_as(&format!("{line}\n"), names, &context());
    assert_eq!((format, rows), ("tgw-flow", vec![expected.clone()]));
    let header = crate::flow_fields::TGW_DEFAULT_FORMAT.replace(['$', '{', '}'], "");
    let (format, rows, _) = read_as(&format!("{header}\n{line}\n"), names, &context());
    assert_eq!((format, rows), ("tgw-flow", vec![expected]));
}

#[test]
fn a_field_list_makes_a_headerless_file_readable() {
    let with = |format: &str| FileContext {
        log_format: Some(format.to_owned()),
        ..context()
    };
    let given = with("${bytes} ${srcaddr} ${bytes}");
    let (format, rows, _) = read_as(
        "5 10.0.0.1 6\nbytes srcaddr bytes\n",
        "#bytes srcAddr",
        &given,
    );
    assert_eq!((format, rows), ("vpc-flow", vec!["5|10.0.0.1".to_owned()]));
    let (format, ..) = read_as("tgw-1 5\n", "bytes", &with("${tgw-id} ${bytes}"));
    assert_eq!(format, "tgw-flow");
    let given = with("${version} ${srcaddr}");
    let (_, rows, _) = read_as(&format!("{}\n{SSH}\n", default_header()), "srcaddr", &given);
    assert_eq!(rows, ["172.31.16.139"], "the header of the file is right");

    let error = |format: &Format, context: &FileContext| {
        let opened = (format.open)("a b c\n", context);
        opened.err().expect("an error")
    };
    assert_eq!(
        error(&vpc_flow::FORMAT, &with("${tgw-id} ${acton}")),
        "flow logs have no field `acton`: did you mean `${action}`"
    );
    assert_eq!(
        error(&vpc_flow::FORMAT, &with("${tgw-id}")),
        "VPC flow logs have no field `tgw-id`, only transit gateway flow logs do"
    );
    assert_eq!(
        error(&tgw_flow::FORMAT, &with("${action}")),
        "transit gateway flow logs have no field `action`, only VPC flow logs do"
    );
    assert_eq!(
        error(&vpc_flow::FORMAT, &context()),
        "the lines have 3 values, but the default format has 14: name the fields with `--format '${version} ${account-id} …'`"
    );
}

fn default_header() -> String {
    DEFAULT_FORMAT.replace(['$', '{', '}'], "")
}

#[test]
fn sniffing() {
    let header = default_header();
    let given = FileContext {
        log_format: Some("${nonsense}".to_owned()),
        ..context()
    };
    let none = &context();
    use Confidence::{Certain, Likely, No};
    for (head, context, vpc, tgw) in [
        (SSH, none, Certain, No),
        (QUIET, none, Certain, No),
        (header.as_str(), none, Certain, No),
        (
            "what is this\n2 123456789010 eni-1 - - - - - - - 1 2 - NODATA\n",
            none,
            Likely,
            No,
        ),
        ("version resource-type tgw-id\n", none, No, Certain),
        ("version srcaddr dstaddr", none, Certain, Certain),
        ("start end", none, Likely, Likely),
        ("start", none, No, No),
        ("", none, No, No),
        ("3 vpc-1 subnet-1 10.0.0.1 10.0.0.2 ACCEPT OK", none, No, No),
        ("2 a b c d e f g h i j k ACCEPT OK", none, No, No),
        ("anything", &given, Certain, No),
    ] {
        assert_eq!((vpc_flow::FORMAT.sniff)(head, context), vpc, "{head}");
        assert_eq!((tgw_flow::FORMAT.sniff)(head, context), tgw, "{head}");
    }
}

#[test]
fn line_ends_blanks_and_repeated_headers() {
    let header = default_header();
    let spaced = RDP.replace(' ', "   ");
    let file = format!("{header}\r\n{SSH}\r\n\r\n  \n{header}\r\n{spaced}  \r\n{header}\n  {PING}");
    let (_, rows, out) = read_as(&file, "@message logStatus dstPort version", &context());
    assert_eq!(
        rows,
        [
            format!("{SSH}|OK|22|2"),
            format!("{spaced}  |OK|3389|2"),
            format!("  {PING}|OK|0|2"),
        ]
    );
    assert_eq!((out.events, out.malformed, out.cut), (3, 0, 0));
    assert_eq!(
        out.event_bytes as usize,
        SSH.len() + spaced.len() + 2 + PING.len() + 2
    );
}

#[test]
fn lines_that_are_no_records() {
    let long = "x".repeat(limits::EVENT_BYTES - 1) + "äöü";
    let short = "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 -";
    let wordy = SSH.replacen('2', "two", 1);
    let trailing = format!("{short} \r");
    let file = format!("{SSH}\n{short}\n{wordy}\n{long}\n{trailing}\n{RDP}");
    let (_, rows, out) = read_as(
        &file,
        "@message %@timestamp srcAddr #bytes @logStream",
        &context(),
    );
    let bad = |line: &str| format!("{line}|7|∅|∅|flow.log");
    assert_eq!(
        rows,
        [
            format!("{SSH}|1418530010000|172.31.16.139|4249|eni-1235b8ca123456789-all"),
            bad(short),
            bad(&wordy),
            bad(&long[..limits::EVENT_BYTES - 1]),
            bad(&format!("{short} ")),
            format!("{RDP}|1418530010000|172.31.9.69|4249|eni-1235b8ca123456789-all"),
        ]
    );
    assert_eq!((out.events, out.malformed, out.cut), (6, 4, 1));
}

#[test]
fn only_the_asked_time_range_becomes_rows() {
    let file = [SSH, QUIET, "no record", PING, IPV6].join("\n");
    let opened = (vpc_flow::FORMAT.open)(&file, &context()).expect("open");
    let range = |start, end| TimeRange { start, end };
    for (range, expected) in [
        (
            range(Some(1_431_280_876_000), Some(1_432_917_027_000)),
            vec!["-", "203.0.113.12"],
        ),
        (
            range(Some(1_431_280_876_001), Some(1_432_917_026_999)),
            vec![],
        ),
        (
            range(None, Some(1_418_530_010_000)),
            vec!["172.31.16.139", "∅"],
        ),
        (range(None, Some(6)), vec![]),
    ] {
        let out = decode(opened.as_ref(), &file, "srcAddr", range);
        assert_eq!(rows(&file, &out), expected, "{range:?}");
        assert_eq!((out.events, out.timeless), (5, 0));
        assert_eq!(out.event_bytes as usize, file.len() - 4);
        // Without a time of its file, the line that is no record has none.
        let nowhere = FileContext {
            fallback_time: None,
            ..context()
        };
        let opened = (vpc_flow::FORMAT.open)(&file, &nowhere).expect("open");
        let out = decode(opened.as_ref(), &file, "srcAddr", range);
        assert_eq!((out.events, out.timeless), (5, 1));
    }
}

#[test]
fn discovery_and_names() {
    let file = "account-id srcaddr bytes account-id\n1 - 5 1\nnot a record\n\n1 10.0.0.1 5 1\n";
    let decoder = (vpc_flow::FORMAT.open)(file, &context()).expect("open");
    let (mut events, mut names) = (0, Vec::new());
    decoder.discover(
        &file[decoder.header_bytes()..],
        &mut || events += 1,
        &mut |name| names.push(name.to_owned()),
    );
    assert_eq!(events, 3);
    assert_eq!(
        names.join(" "),
        "accountId srcAddr bytes accountId srcAddr bytes"
    );
    let fields = decoder.fields().expect("fields");
    let integers = fields.iter().filter(|field| field.integer);
    assert_eq!((fields.len(), integers.count()), (3, 1));
    assert!(decoder.case_insensitive());
    assert_eq!(decoder.canonical("SRC_ADDR").as_deref(), Some("srcAddr"));
    assert_eq!(decoder.canonical("dstaddr"), None);
}

#[test]
fn a_lone_carriage_return_is_no_event() {
    let decoder = (vpc_flow::FORMAT.open)("", &context()).expect("open");
    let mut events = 0;
    decoder.discover("\r", &mut || events += 1, &mut |_| {});
    assert_eq!(events, 0);
}

#[test]
fn a_known_field_with_other_hyphens_is_found_by_its_name() {
    let file =
        "version account-id interface-id tcpf-lags start end action\n2 1 eni-1 3 1 2 ACCEPT\n";
    let decoder = (vpc_flow::FORMAT.open)(file, &context()).expect("open");
    for field in decoder.fields().expect("fields") {
        assert_eq!(decoder.canonical(&field.name), Some(field.name));
    }
}

/// The decoder's rules in the fewest words: what the fast loops must agree with.
fn naive(block: &str, header: &str, fields: usize, version: Option<usize>) -> Vec<String> {
    let lines = block
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line));
    let rows = lines.filter_map(|line| {
        let values: Vec<_> = line.split(' ').filter(|value| !value.is_empty()).collect();
        if values.is_empty() || values.join(" ") == header {
            return None;
        }
        let fits = values.len() == fields
            && version.is_none_or(|place| {
                values[place].len() <= 3 && values[place].bytes().all(|b| b.is_ascii_digit())
            });
        let value = |place: usize| if fits { values[place] } else { "∅" };
        let float = |text: &str| {
            let is_digits = text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte));
            let float = text.parse::<f64>().ok();
            float.filter(|float| is_digits && float.is_finite())
        };
        let number = match (value(1).parse::<i64>(), float(value(1))) {
            (Ok(integer), _) => integer.to_string(),
            (Err(_), Some(float)) => format!("{float:?}"),
            (Err(_), None) => "∅".to_owned(),
        };
        let (first, last) = (value(0), value(fields - 1));
        Some(format!("{line}|{first}|{number}|{last}"))
    });
    rows.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Blocks of several chunks.
    #[test]
    fn the_fast_loops_agree_with_a_naive_split(
        lines in prop::collection::vec(
            prop_oneof![
                8 => "[1-9]{1,4} [0-9]{1,18} [a-zä0-9.]{1,30}",
                1 => "[0-9 ]{0,12}",
                1 => "(-|[a-z]{0,3}|[0-9]{0,3}) {0,2}(-|[0-9]{0,20}) {0,2}[ -~]{0,20}",
                1 => Just("version bytes action".to_owned()),
                1 => Just("srcaddr bytes action".to_owned()),
            ],
            0..400,
        ),
        ends in prop::collection::vec(prop_oneof![9 => Just("\n"), 1 => Just("\r\n")], 400),
        with_version: bool,
    ) {
        let first = if with_version { "version" } else { "srcaddr" };
        let header = format!("{first} bytes action");
        let block: String = lines.iter().zip(&ends).flat_map(|(line, end)| [line, *end]).collect();
        let block = block.repeat(4);
        let decoder = (vpc_flow::FORMAT.open)(&header, &context()).expect("open");
        let out = decode(decoder.as_ref(), &block, &format!("@message {first} #bytes action"), ALL);
        let version = with_version.then_some(0);
        prop_assert_eq!(rows(&block, &out), naive(&block, &header, 3, version));
    }
}
