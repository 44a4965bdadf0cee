//! One log event, as every input delivers it and every output shows it.

/// A log event: a time, the raw text, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Event time, milliseconds since the Unix epoch, UTC (`@timestamp`).
    pub timestamp: i64,
    /// The raw text, byte for byte as it arrived apart from replaced invalid UTF-8 (`@message`).
    pub message: String,
    /// Stream name (`@logStream`).
    pub log_stream: String,
    /// `account-id:log-group-name` (`@log`).
    pub log: String,
}
