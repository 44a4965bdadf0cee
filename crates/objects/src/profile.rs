//! The files in which the AWS tools keep profiles: `~/.aws/credentials` and `~/.aws/config`.
//!
//! Sections in brackets, `key = value` lines, comments behind `#` or `;`. The config file writes
//! `[profile name]` except for `[default]`. Indented lines belong to the key above and say nothing
//! that is needed here.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How the environment is asked; an empty variable counts as none.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// One profile of both files.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Whether a file has a section of this name.
    pub exists: bool,
    /// The files that were looked at, for messages.
    pub files: String,
    values: HashMap<String, String>,
}

impl Profile {
    /// Reads the profile that `AWS_PROFILE` names, else `default`. Files that do not exist are
    /// empty; others that cannot be read are an error.
    pub fn read(variable: Variable) -> Result<Profile, String> {
        let name = variable("AWS_PROFILE")
            .or_else(|| variable("AWS_DEFAULT_PROFILE"))
            .unwrap_or_else(|| "default".to_owned());
        let config = file(variable, "AWS_CONFIG_FILE", "config");
        let credentials = file(variable, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
        let mut profile = Profile {
            exists: false,
            files: format!("{} and {}", credentials.display(), config.display()),
            name,
            values: HashMap::new(),
        };
        // What the credentials file says goes before what the config file says.
        profile.add(&text_of(&config)?, config_section);
        profile.add(&text_of(&credentials)?, credentials_section);
        Ok(profile)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<String> {
        self.values.get(key).cloned()
    }

    /// Adds the section of this profile; `name_of` turns a section's title into a profile's name.
    fn add(&mut self, text: &str, name_of: fn(&str) -> Option<&str>) {
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with(char::is_whitespace) || line.starts_with(['#', ';']) {
                continue;
            }
            let line = without_comment(line);
            if let Some(title) = line.strip_prefix('[') {
                let title = title.trim_end_matches(']').trim();
                inside = name_of(title) == Some(self.name.as_str());
                self.exists |= inside;
            } else if inside && let Some((key, value)) = line.split_once('=') {
                let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
                if !value.is_empty() {
                    self.values.insert(key, value.to_owned());
                }
            }
        }
    }
}

/// The line up to a comment, which begins after a space.
fn without_comment(line: &str) -> &str {
    let end = [" #", " ;", "\t#", "\t;"]
        .iter()
        .filter_map(|mark| line.find(mark))
        .min();
    line[..end.unwrap_or(line.len())].trim_end()
}

/// Where a file is: where the variable says, else in `.aws` of the home folder.
fn file(variable: Variable, name: &str, default: &str) -> PathBuf {
    let home = || {
        let home = variable("HOME").or_else(|| variable("USERPROFILE"));
        PathBuf::from(home.unwrap_or_default())
    };
    match variable(name) {
        Some(path) => match path.strip_prefix("~/") {
            Some(below) => home().join(below),
            None => PathBuf::from(path),
        },
        None => home().join(".aws").join(default),
    }
}

/// The profile that a section of the config file is about.
fn config_section(title: &str) -> Option<&str> {
    let named = title.strip_prefix("profile ").map(str::trim_start);
    named.or((title == "default").then_some(title))
}

/// The profile that a section of the credentials file is about.
fn credentials_section(title: &str) -> Option<&str> {
    Some(title)
}

/// What some editors put in front of text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn text_of(path: &Path) -> Result<String, String> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
            Ok(String::from_utf8_lossy(text).into_owned())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(format!(
            "the AWS settings in {} cannot be read: {error}",
            path.display()
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn profile(name: &str, config: &str, credentials: &str) -> Profile {
        let mut profile = Profile {
            name: name.to_owned(),
            exists: false,
            files: String::new(),
            values: HashMap::new(),
        };
        profile.add(config, config_section);
        profile.add(credentials, credentials_section);
        profile
    }

    #[test]
    fn sections_comments_and_precedence() {
        let config = "# mine\n[default]\nregion=eu-west-1\n\n[profile work]\nregion = us-west-2 ; oregon\ns3 =\n  addressing_style = path\noutput = json\naws_secret_access_key = old\n[sso-session work]\nregion = nowhere\n";
        let credentials = "[work]\nAWS_Access_Key_ID = AKIA#1\naws_secret_access_key = a=b/c+d\n\n[other]\naws_access_key_id = X\n";
        let work = profile("work", config, credentials);
        assert!(work.exists);
        for (key, value) in [
            ("region", Some("us-west-2")),
            ("aws_access_key_id", Some("AKIA#1")),
            ("aws_secret_access_key", Some("a=b/c+d")),
            ("s3", None),
            ("addressing_style", None),
        ] {
            assert_eq!(work.get(key).as_deref(), value, "{key}");
        }
        let default = profile("default", config, credentials);
        assert_eq!(default.get("region").as_deref(), Some("eu-west-1"));
        assert_eq!(default.get("aws_access_key_id"), None);
        assert!(!profile("nobody", config, credentials).exists);
    }

    #[test]
    fn places_of_the_files() {
        for (set, expected) in [
            (vec![("HOME", "/h")], "/h/.aws/config"),
            (vec![("USERPROFILE", "/u")], "/u/.aws/config"),
            (
                vec![("HOME", "/h"), ("AWS_CONFIG_FILE", "/etc/aws")],
                "/etc/aws",
            ),
            (vec![("HOME", "/h"), ("AWS_CONFIG_FILE", "~/aws")], "/h/aws"),
        ] {
            let variable = |name: &str| {
                let found = set.iter().find(|(own, _)| *own == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let path = file(&variable, "AWS_CONFIG_FILE", "config");
            assert_eq!(path, PathBuf::from(expected));
        }
    }
}
