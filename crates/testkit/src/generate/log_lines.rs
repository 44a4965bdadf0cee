//! Lines of known statements, the same for the same seed: what mining patterns is judged by.

mod statements;

use std::fmt::Write;

use statements::STATEMENTS;

/// First time of the lines, milliseconds.
const START: i64 = 1_714_521_600_000;

/// A line and the number of the statement that wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Index of the statement.
    pub statement: usize,
    /// The line, without a line end.
    pub text: String,
    /// When it was written, milliseconds since the epoch.
    pub time: i64,
}

/// An endless supply of lines.
#[derive(Debug, Clone)]
pub struct LogLines {
    random: u64,
    time: i64,
    weights: u64,
}

impl LogLines {
    /// Number of statements.
    pub const STATEMENTS: usize = STATEMENTS.len();

    /// The lines of a seed.
    pub fn new(seed: u64) -> LogLines {
        LogLines {
            random: seed,
            time: START,
            weights: STATEMENTS
                .iter()
                .map(|(weight, _)| u64::from(*weight))
                .sum(),
        }
    }

    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next_random() % bound
    }

    /// One of some, the first ones more often.
    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let count = choices.len() as u64;
        let (a, b) = (self.below(count), self.below(count));
        choices[a.min(b) as usize]
    }

    /// A number whose size varies by magnitudes.
    fn number(&mut self) -> u64 {
        let digits = 1 + self.below(5) as u32;
        self.below(10u64.pow(digits))
    }

    /// A made-up word; the same index gives the same word.
    fn word(index: u64) -> String {
        const SYLLABLES: &[&str] = &[
            "ba", "lo", "ren", "ti", "mar", "ku", "vel", "so", "dan", "pi", "gor", "ne", "sha",
            "lin", "tor", "ca",
        ];
        let mut word = String::new();
        let mut rest = index + 16;
        while rest > 0 {
            word.push_str(SYLLABLES[(rest % 16) as usize]);
            rest /= 16;
        }
        word
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.next_random());
        }
        text.truncate(digits);
        text
    }

    /// The time in parts: year, month, day, hour, minute, second, millisecond.
    fn parts(&self) -> [i64; 7] {
        let (days, millis) = (
            self.time.div_euclid(86_400_000),
            self.time.rem_euclid(86_400_000),
        );
        // Days in years that begin in March, so that a leap day is the last one.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        [
            era * 400 + year_of_era + i64::from(month <= 2),
            month,
            day,
            millis / 3_600_000,
            millis / 60_000 % 60,
            millis / 1_000 % 60,
            millis % 1_000,
        ]
    }

    fn time_as(&self, form: &str) -> String {
        let [year, month, day, hour, minute, second, millis] = self.parts();
        let name = &"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * (month as usize - 1)..][..3];
        let clock = format!("{hour:02}:{minute:02}:{second:02}");
        let date = format!("{year}-{month:02}-{day:02}");
        match form {
            "syslog" => format!("{name} {day:>2} {clock}"),
            "iso" => format!("{date}T{clock}.{millis:03}Z"),
            "isonano" => format!("{date}T{clock}.{millis:03}417"),
            "java" => format!("{date} {clock}.{millis:03} "),
            "comma" => format!("{date} {clock},{millis:03}"),
            "slash" => format!("{year}/{month:02}/{day:02} {clock}"),
            "clf" => format!("{day:02}/{name}/{year}:{clock} +0000"),
            "daymonth" => format!("{day:02} {name} {year} {clock}.{millis:03}"),
            _ => format!("{month:02}{day:02} {clock}.{millis:03}417"),
        }
    }

    fn fill(&mut self, name: &str, out: &mut String) {
        let value = match name {
            "syslog" => format!("{} {}", self.time_as(name), self.value("host")),
            "iso" | "isonano" | "java" | "comma" | "slash" | "clf" | "daymonth" => {
                self.time_as(name)
            }
            "klogi" => format!("I{}", self.time_as(name)),
            "klogw" => format!("W{}", self.time_as(name)),
            "kloge" => format!("E{}", self.time_as(name)),
            "epoch" => (self.time / 1_000).to_string(),
            "epochms" => self.time.to_string(),
            "ip" => format!(
                "{}.{}.{}.{}",
                10 + self.below(200),
                self.below(256),
                self.below(256),
                self.below(256)
            ),
            "mac" => {
                let hex = self.hex(12);
                let pairs: Vec<&str> = (0..6).map(|at| &hex[2 * at..2 * at + 2]).collect();
                pairs.join(":")
            }
            "port" => (1 + self.below(65_535)).to_string(),
            "pid" => (1 + self.below(32_768)).to_string(),
            "num" => self.number().to_string(),
            "float" => format!("{}.{:03}", self.number() % 1_000, self.below(1_000)),
            "ms" => format!("{}ms", self.number()),
            "duration" => match self.below(4) {
                0 => format!("{}µs", 1 + self.below(999)),
                1 => format!("{}m{}s", 1 + self.below(50), self.below(60)),
                2 => format!("{}.{:02}s", self.below(60), self.below(100)),
                _ => format!("{}.{}ms", self.below(999), self.below(1_000)),
            },
            "size" => match self.below(3) {
                0 => format!("{}KB", self.number()),
                1 => format!("{}MB", 1 + self.below(900)),
                _ => format!("{}.{}GB", self.below(9), self.below(10)),
            },
            "status" => self
                .one_of(&["200", "200", "200", "304", "201", "302", "404", "403", "500", "503"])
                .to_owned(),
            "bool" => self.one_of(&["true", "false"]).to_owned(),
            "hex8" => self.hex(8),
            "hex10" => self.hex(10),
            "hex16" => self.hex(16),
            "hex24" => self.hex(24),
            "uuid" => format!(
                "{}-{}-{}-{}-{}",
                self.hex(8),
                self.hex(4),
                self.hex(4),
                self.hex(4),
                self.hex(12)
            ),
            "ulid" => format!("01{}", self.hex(24).to_uppercase()),
            "queue" => self.hex(10).to_uppercase(),
            "base64" => {
                const ALPHABET: &[u8] =
                    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
                (0..43)
                    .map(|_| char::from(ALPHABET[self.below(64) as usize]))
                    .collect()
            }
            "user" => {
                // A few who log in all the time, and many.
                let index = self.below(400).min(self.below(400));
                match index {
                    0..20 => self.one_of(&["root", "admin", "ubuntu", "deploy"]).to_owned(),
                    20..60 => format!("{}{}", Self::word(index), index % 10),
                    _ => Self::word(index),
                }
            }
            "client" => match self.below(4) {
                0 => self.value("user"),
                _ => "-".to_owned(),
            },
            "protocol" => self.one_of(&["HTTP/1.1", "HTTP/2.0", "HTTP/1.0"]).to_owned(),
            "word" => {
                let index = self.below(900);
                Self::word(1_000 + index)
            }
            "host" => match self.below(4) {
                0 => self.one_of(&["bastion", "mail", "gateway"]).to_owned(),
                _ => format!("ip-10-0-{}-{}", self.below(4), self.below(60)),
            },
            "service" => self
                .one_of(&[
                    "nginx", "postgresql", "docker", "payments", "catalog", "frontend", "checkout",
                    "search-api", "ingest", "billing", "auth", "redis", "node-exporter", "vector",
                    "worker", "mailer",
                ])
                .to_owned(),
            "namespace" => self
                .one_of(&["default", "kube-system", "prod", "staging", "monitoring"])
                .to_owned(),
            "pod" => format!("{}-{}-{}", self.value("service"), self.hex(10), self.hex(5)),
            "iface" => self.one_of(&["eth0", "eth1", "docker0", "ens5"]).to_owned(),
            "device" => self.one_of(&["nvme0n1p1", "sda1", "dm-0", "xvdf"]).to_owned(),
            "domain" => format!("{}.example.{}", self.value("word"), self.one_of(&["com", "org"])),
            "email" => format!("{}@{}", self.value("user"), self.value("domain")),
            "version" => format!("v{}.{}.{}", self.below(5), self.below(20), self.below(10)),
            "method" => self.one_of(&["GET", "GET", "GET", "POST", "PUT", "DELETE"]).to_owned(),
            "path" => match self.below(5) {
                0 => "/".to_owned(),
                1 => format!("/api/{}/{}", self.value("word"), self.number()),
                2 => format!("/static/{}.js", self.value("word")),
                3 => format!("/search?q={}&page={}", self.value("word"), self.below(9)),
                _ => format!("/{}/{}/{}", self.value("word"), self.value("word"), self.value("word")),
            },
            "url" => format!("https://{}{}", self.value("domain"), self.value("path")),
            "referer" => match self.below(3) {
                0 => "-".to_owned(),
                _ => self.value("url"),
            },
            "agent" => self
                .one_of(&[
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
                    "curl/8.5.0",
                    "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
                    "kube-probe/1.29",
                    "python-requests/2.31.0",
                ])
                .to_owned(),
            "file" => match self.below(3) {
                0 => format!("/var/lib/{}/{}.db", self.value("word"), self.number()),
                1 => format!("/usr/local/bin/{}", self.value("word")),
                _ => format!("/home/{}/{}.py", self.value("user"), self.value("word")),
            },
            "class" => {
                let index = self.below(300);
                let mut name = Self::word(5_000 + index);
                name[..1].make_ascii_uppercase();
                format!("com.example.{}.{name}", Self::word(3_000 + index % 20))
            }
            "source" => {
                let index = self.below(300);
                let mut name = Self::word(5_000 + index);
                name[..1].make_ascii_uppercase();
                format!("{name}.java")
            }
            "call" => {
                let index = self.below(150);
                format!("{}{}", self.one_of(&["get", "set", "do", "run"]), Self::word(index))
            }
            "region" => self.one_of(&["us-east-1", "eu-central-1", "ap-south-1"]).to_owned(),
            "zone" => self.one_of(&["use1-az1", "use1-az2", "use1-az3"]).to_owned(),
            "account" => self.one_of(&["123456789012", "210987654321"]).to_owned(),
            "eni" => format!("eni-0{}", self.hex(16)),
            "vpc" => format!("vpc-0{}", self.hex(16)),
            "subnet" => format!("subnet-0{}", self.hex(16)),
            "instance" => match self.below(3) {
                0 => "-".to_owned(),
                _ => format!("i-0{}", self.hex(16)),
            },
            "action" => self.one_of(&["ACCEPT", "REJECT"]).to_owned(),
            "direction" => self.one_of(&["ingress", "egress"]).to_owned(),
            "reason" => self
                .one_of(&[
                    "connection reset by peer",
                    "timeout",
                    "no space left on device",
                    "permission denied",
                    "host is down",
                ])
                .to_owned(),
            other => unreachable!("a statement asks for `{other}`, which nothing fills in"),
        };
        out.push_str(&value);
    }

    fn value(&mut self, name: &str) -> String {
        let mut out = String::new();
        self.fill(name, &mut out);
        out
    }
}

impl Iterator for LogLines {
    type Item = LogLine;

    fn next(&mut self) -> Option<LogLine> {
        self.time += self.below(20) as i64;
        let mut left = self.below(self.weights);
        let mut statement = 0;
        while left >= u64::from(STATEMENTS[statement].0) {
            left -= u64::from(STATEMENTS[statement].0);
            statement += 1;
        }
        let mut text = String::new();
        let mut rest = STATEMENTS[statement].1;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let tail = &rest[at + 1..];
            // A doubled brace is one.
            if tail.as_bytes().first() == Some(&rest.as_bytes()[at]) {
                text.push_str(&rest[at..at + 1]);
                rest = &tail[1..];
                continue;
            }
            let end = tail.find('}').unwrap_or(tail.len());
            self.fill(&tail[..end], &mut text);
            rest = tail.get(end + 1..).unwrap_or("");
        }
        text.push_str(rest);
        Some(LogLine {
            statement,
            text,
            time: self.time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_writes_and_a_seed_repeats() {
        let mut seen = [false; LogLines::STATEMENTS];
        for line in LogLines::new(7).take(50_000) {
            assert!(!line.text.contains('\n'));
            seen[line.statement] = true;
        }
        assert!(seen.iter().all(|seen| *seen));
        let again: Vec<LogLine> = LogLines::new(7).take(100).collect();
        assert_eq!(LogLines::new(7).take(100).collect::<Vec<_>>(), again);
        assert_ne!(LogLines::new(8).take(100).collect::<Vec<_>>(), again);
    }
}
