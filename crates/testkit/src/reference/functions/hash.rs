//! Hash functions (spec 7.9): lower-case hexadecimal of the UTF-8 bytes.

use flowgauge_event::Value;
use md5::Md5;
use sha2::{Digest, Sha256};

use super::{Answer, Arguments};

pub(super) fn call(name: &str, args: &Arguments<'_, '_>) -> Answer {
    let hash: fn(&str) -> Vec<u8> = match name {
        "md5" => |text| Md5::digest(text).to_vec(),
        "sha256" => |text| Sha256::digest(text).to_vec(),
        _ => return Ok(None),
    };
    Ok(Some(args.text(0)?.map_or(Value::Missing, |text| {
        Value::Text(
            hash(&text)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    })))
}

#[cfg(test)]
mod tests {
    use crate::reference::functions::tests::check;

    #[test]
    fn results() {
        check(&[
            ("md5", &["abc"], Some("900150983cd24fb0d6963f7d28e17f72")),
            (
                "sha256",
                &[""],
                Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ),
        ]);
    }
}
