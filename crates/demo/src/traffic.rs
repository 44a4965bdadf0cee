//! Ordinary traffic: the records of one connection of each class.

mod exchange;
mod inside;
mod outside;
mod refused;

use crate::class::{CLASSES, Class};
use crate::plan::{Plan, window_start};
use crate::record::Record;
use crate::rng::Rng;

/// One window in the making.
pub(crate) struct Window<'a> {
    plan: &'a Plan,
    number: usize,
    start: i64,
    night: bool,
    rng: Rng,
    out: &'a mut Vec<Record>,
}

/// Appends the records of every ordinary connection of a window.
pub(crate) fn emit(plan: &Plan, number: usize, out: &mut Vec<Record>) {
    for info in &CLASSES {
        let Some(connection) = connection(info.class) else {
            continue;
        };
        let mut window = Window {
            plan,
            number,
            start: window_start(number),
            night: Plan::is_night(number),
            rng: Rng::keyed(plan.seed, 16 + info.class as u64, number as u64),
            out,
        };
        for _ in 0..plan.counts[number][info.class as usize] {
            connection(&mut window);
        }
    }
}

/// What writes one connection of a class; the incidents write their own.
fn connection<'a>(class: Class) -> Option<fn(&mut Window<'a>)> {
    Some(match class {
        Class::Scan => Window::scan_refused,
        Class::ScanAnswered => Window::scan_answered,
        Class::ClientWeb => Window::client_web,
        Class::WebApp => Window::web_app,
        Class::AppData => Window::app_data,
        Class::Outbound => Window::outbound,
        Class::S3 => Window::s3,
        Class::Dns => Window::dns,
        Class::Services => Window::services,
        Class::Backup => Window::backup,
        Class::Refused => Window::refused,
        Class::Sweep
        | Class::PortScan
        | Class::Exfiltration
        | Class::Asymmetric
        | Class::NoData
        | Class::SkipData => return None,
    })
}
