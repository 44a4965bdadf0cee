//! The questions that `flowgauge demo` asks its own data, and how each answer is checked against
//! what was planted.

use std::collections::BTreeMap;
use std::fmt::Display;

use flowgauge_demo::Answers;
use flowgauge_demo::answers::Count;
use flowgauge_render::Value;

/// A question.
pub struct Question {
    /// What is asked, in words.
    pub title: &'static str,
    /// What is asked, in Logs Insights.
    pub query: &'static str,
    /// Name of the output that suits the answer.
    pub output: &'static str,
    /// Whether the rows say what was planted.
    pub check: fn(&Answers, &[Vec<Value>]) -> bool,
}

/// Every question, in the order in which one looks into a site.
pub const QUESTIONS: &[Question] = &[
    Question {
        title: "What is in the log?",
        query: "stats count(*) as records by logStatus | sort records desc",
        output: "table",
        check: |planted, rows| {
            let expected = planted.log_status.iter().filter(|(_, count)| **count > 0);
            texts(rows)
                == expected
                    .map(|(status, count)| vec![(*status).to_owned(), count.to_string()])
                    .sorted()
        },
    },
    Question {
        title: "Who sends the most?",
        query: "filter logStatus = 'OK' | stats sum(bytes) as sent by srcAddr | sort sent desc | limit 10",
        output: "chart",
        check: |planted, rows| is_ranking(rows, &planted.top_talkers),
    },
    Question {
        title: "How does the traffic change over the day?",
        query: "filter logStatus = 'OK' | stats sum(bytes) as traffic by bin(5m), action",
        output: "chart",
        check: |planted, rows| {
            let slots = planted.traffic.iter().map(|slot| {
                let time = flowgauge_event::format_timestamp(slot.start * 1_000);
                vec![time, slot.action.to_owned(), slot.bytes.to_string()]
            });
            texts(rows) == slots.sorted()
        },
    },
    Question {
        title: "Who is refused at SSH and RDP?",
        query: "filter action = 'REJECT' and dstPort in [22, 3389] | stats count(*) as attempts by srcAddr | sort attempts desc | limit 10",
        output: "table",
        check: |planted, rows| is_ranking(rows, &planted.refused_admin_sources),
    },
    Question {
        title: "Which ports are refused most?",
        query: "filter action = 'REJECT' | stats count(*) as refused by dstPort | sort refused desc | limit 10",
        output: "chart",
        check: |planted, rows| is_ranking(rows, &planted.refused_ports),
    },
    Question {
        title: "Does anybody sweep the site for one port?",
        query: "filter action = 'REJECT' | stats countDistinct(dstAddr) as targets by srcAddr, dstPort | sort targets desc | limit 3",
        output: "table",
        check: |planted, rows| {
            let sweep = &planted.sweep;
            is_first(rows, &[&sweep.source, &sweep.port, &sweep.interfaces])
        },
    },
    Question {
        title: "Does anybody scan the ports of one host?",
        query: "filter action = 'REJECT' | stats countDistinct(dstPort) as ports by srcAddr, dstAddr | sort ports desc | limit 3",
        output: "table",
        check: |planted, rows| {
            let scan = &planted.port_scan;
            is_first(rows, &[&scan.source, &scan.target, &scan.ports])
        },
    },
    Question {
        title: "Where does data leave the site?",
        query: "filter isIpv4InSubnet(srcAddr, '10.0.0.0/8') and not isIpv4InSubnet(dstAddr, '10.0.0.0/8') | stats sum(bytes) as sent by srcAddr, dstAddr | sort sent desc | limit 3",
        output: "table",
        check: |planted, rows| {
            let theft = &planted.exfiltration;
            is_first(rows, &[&theft.source, &theft.destination, &theft.bytes])
        },
    },
    Question {
        title: "Which own clients are refused, from the message alone?",
        query: "parse @message '* * * * * * * * * * * * * *' as v, account, eni, source, target, sport, port, proto, pkts, octets, first, last, verdict, status | filter verdict = 'REJECT' and isIpv4InSubnet(source, '10.0.0.0/8') and port < 30000 | stats count(*) as attempts by source, target, port | sort attempts desc",
        output: "table",
        check: |planted, rows| {
            let pairs = planted.refused_pairs.iter().map(|pair| {
                vec![
                    pair.source.to_string(),
                    pair.destination.to_string(),
                    pair.port.to_string(),
                    pair.records.to_string(),
                ]
            });
            texts(rows) == pairs.sorted()
        },
    },
    Question {
        title: "Where were records lost?",
        query: "filter logStatus = 'SKIPDATA' | stats count(*) as windows by interfaceId | sort windows desc",
        output: "table",
        check: |planted, rows| {
            let mut windows = BTreeMap::<&str, u64>::new();
            for lost in &planted.skip_data {
                *windows.entry(&lost.interface).or_default() += 1;
            }
            let expected = windows
                .into_iter()
                .map(|(interface, count)| vec![interface.to_owned(), count.to_string()]);
            texts(rows) == expected.sorted()
        },
    },
];

/// Rows as they print, in an order that does not depend on ties.
fn texts(rows: &[Vec<Value>]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|row| {
            row.iter()
                .map(|value| value.print().unwrap_or_default().into_owned())
                .collect()
        })
        .sorted()
}

/// Collecting in order, which `Iterator` lacks.
trait Sorted: Iterator {
    fn sorted(self) -> Vec<Self::Item>;
}

impl<I: Iterator> Sorted for I
where
    I::Item: Ord,
{
    fn sorted(self) -> Vec<I::Item> {
        let mut items: Vec<I::Item> = self.collect();
        items.sort();
        items
    }
}

fn is_first(rows: &[Vec<Value>], expected: &[&dyn Display]) -> bool {
    rows.first().is_some_and(|row| {
        row.len() == expected.len()
            && row.iter().zip(expected).all(|(value, expected)| {
                value
                    .print()
                    .is_some_and(|text| text == expected.to_string())
            })
    })
}

/// Whether rows of a name and a number are the ranking. Names with the same number may come in
/// any order, and the last number may have other names than the ranking kept.
fn is_ranking<K: Display>(rows: &[Vec<Value>], ranking: &[Count<K>]) -> bool {
    let found: Vec<(String, String)> = texts_in_order(rows);
    let Some(last) = ranking.last() else {
        return rows.is_empty();
    };
    let counts = found.iter().map(|(_, count)| count.as_str());
    let expected: Vec<String> = ranking.iter().map(|row| row.count.to_string()).collect();
    let above = ranking.iter().filter(|row| row.count > last.count);
    counts.eq(expected.iter().map(String::as_str))
        && above
            .into_iter()
            .all(|row| found.contains(&(row.name.to_string(), row.count.to_string())))
}

fn texts_in_order(rows: &[Vec<Value>]) -> Vec<(String, String)> {
    let text = |value: Option<&Value>| {
        value
            .and_then(Value::print)
            .unwrap_or_default()
            .into_owned()
    };
    rows.iter()
        .map(|row| (text(row.first()), text(row.get(1))))
        .collect()
}

#[cfg(test)]
mod tests;
