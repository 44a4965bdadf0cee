//! A few events of every log format, all of one day.

use flowgauge_event::TimeRange;
use flowgauge_ql::{Environment, Options, SavedQuery};

use crate::harness::Files;

/// The day of all events.
pub const DAY: TimeRange = TimeRange {
    start: Some(1_714_521_600_000),
    end: Some(1_714_607_999_999),
};

/// Flow logs in the default format.
const FLOWS: &str = "\
2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1714530010 1714530070 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1714530011 1714530071 REJECT OK
2 123456789010 eni-1235b8ca123456789 - - - - - - - 1714530012 1714530072 - NODATA
2 123456789010 eni-22222222aaaaaaaaa 10.0.1.41 61.216.156.141 443 52001 17 7 900 1714530130 1714530190 ACCEPT OK
";

/// Flow logs with fields of our own choice.
const CUSTOM_FLOWS: &str = "\
version vpc-id flow-direction srcaddr dstaddr srcport dstport protocol bytes packets start end action tcp-flags pkt-srcaddr log-status
5 vpc-1 ingress 10.0.0.62 10.0.0.7 443 5001 6 100701 14 1714529292 1714529349 ACCEPT 19 10.0.0.62 OK
5 vpc-1 egress 10.0.0.7 10.0.0.62 5001 443 6 632 12 1714529292 1714529349 ACCEPT 3 10.0.0.7 OK
5 vpc-1 - - - - - - - - 1714529292 1714529349 - - - NODATA
";

/// Events of applications.
const JSON: &str = r#"{"timestamp":1714521600000,"level":"ERROR","msg":"timeout after 31 ms","request":{"path":"/a/b","ms":31,"tags":["x","y"]},"status":500,"ok":false}
{"timestamp":1714521660000,"level":"INFO","msg":"done","request":{"path":"/a","ms":3.5,"tags":[]},"status":"200","ok":true,"user-agent":"curl/8"}
not a document
{"time":"2024-05-01T00:02:00Z","level":"INFO","items":[{"id":1},{"id":2}],"list":"[1,2]"}
"#;

/// API calls.
const CLOUD_TRAIL: &str = r#"{"Records":[{"eventVersion":"1.08","eventTime":"2024-05-01T22:13:20Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userIdentity":{"type":"IAMUser","userName":"ann"},"errorCode":"AccessDenied","requestParameters":{"instancesSet":{"items":[{"imageId":"ami-1"}]}}},
{"eventVersion":"1.08","eventTime":"2024-05-01T22:14:20Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"10.1.2.3","userIdentity":{"type":"Root"},"resources":[{"ARN":"arn:aws:s3:::b"}]}]}"#;

/// A function's log.
const LAMBDA: &str = "\
START RequestId: 8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90 Version: $LATEST
2024-05-01T18:56:24.046Z\t8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90\tERROR\tTask timed out {\"order\":{\"id\":7}}
END RequestId: 8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90
REPORT RequestId: 8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\tInit Duration: 200.10 ms
";

/// DNS queries.
const ROUTE53: &str = "\
1.0 2024-05-01T08:16:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.168.1.1 -
1.0 2024-05-01T08:15:50.235Z Z123412341234 example.com AAAA NXDOMAIN TCP IAD12 192.168.3.1 192.168.222.0/24
";

/// Anything else.
const TEXT: &str = "\
2024-05-01T10:00:00Z [ERROR] worker-3 user=ann, method:GET latency=12.5
2024-05-01T10:00:01Z [INFO] worker-4 user=bob, method:PUT latency=7

Exception in thread \"main\" at 10.0.0.1:443 — ünïcode
";

/// The lookup tables that examples and published queries name.
const TABLES: &[(&str, &str)] = &[
    ("ports", "dstPort,service\n443,https\n22,ssh\n"),
    ("hosts", "address,name,owner\n10.0.0.1,web,ann\n"),
    (
        "owners",
        "account,region,team\n123456789012,eu-west-1,net\n",
    ),
    (
        "networks",
        "cidr,region,owner,datacenter\n10.0.0.0/8,eu,ann,1\n",
    ),
    (
        "net_table",
        "cidr,region,owner,datacenter\n10.0.0.0/8,eu,ann,1\n",
    ),
    (
        "user_data",
        "user_id,username,email,department\n1,ann,a@example.org,net\n",
    ),
];

/// The saved queries that examples name.
const SAVED: &[(&str, &str)] = &[
    (
        "TopTalkers",
        "stats sum(bytes) as b by srcAddr | sort b desc",
    ),
    (
        "Rejected",
        "# param port\n# param action\nfilter dstPort = {{port}} and action = {{action}}",
    ),
    ("My query", "# param level\nfilter level = {{level}}"),
];

/// How examples are compiled.
pub fn options() -> Options {
    let saved = SAVED
        .iter()
        .map(|(name, text)| SavedQuery::parse(name, text).expect("a saved query"));
    Options {
        environment: Environment {
            saved: saved.collect(),
            ..Environment::default()
        },
        ..Options::default()
    }
}

/// With every log group there is, and the tables.
fn surrounded(files: Files) -> Files {
    TABLES
        .iter()
        .fold(files.with_any_group(), |files, (name, csv)| {
            files.with_table(name, csv)
        })
}

/// Every format at once.
pub fn all() -> Files {
    surrounded(Files::new([
        ("flows.log", FLOWS),
        ("custom.log", CUSTOM_FLOWS),
        ("app.json", JSON),
        ("trail.json", CLOUD_TRAIL),
        ("lambda.log", LAMBDA),
        ("dns.log", ROUTE53),
        ("app.log", TEXT),
    ]))
}

/// Flow logs alone, which the engine reads in another way.
pub fn flow_logs() -> Files {
    surrounded(Files::new([
        ("flows.log", FLOWS),
        ("custom.log", CUSTOM_FLOWS),
    ]))
}
