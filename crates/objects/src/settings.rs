//! Who asks, which region, which server: from the environment and the profile, in the order of the
//! AWS tools.

use crate::profile::{Profile, Variable};

/// Where the credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Keys that are known.
    Keys {
        /// Access key id.
        id: String,
        /// Secret access key.
        secret: String,
        /// Session token of temporary keys.
        token: Option<String>,
    },
    /// A token of another identity provider, exchanged for keys of a role.
    WebIdentity {
        /// File that holds the token.
        token_file: String,
        /// The role.
        role: String,
        /// Name of the session.
        session: Option<String>,
        /// Address of the token service instead of AWS's.
        endpoint: Option<String>,
    },
    /// The container service, below its fixed address.
    Container {
        /// Path with a leading slash.
        path: String,
    },
    /// The container service of a Kubernetes pod.
    Pod {
        /// Address.
        url: String,
        /// File that holds the token to show there.
        token_file: String,
    },
    /// The role of the virtual machine.
    Instance {
        /// Address of the metadata service instead of the usual one.
        endpoint: Option<String>,
    },
    /// Nothing was found and the metadata service must not be asked.
    None,
}

/// Everything needed to reach buckets.
#[derive(Debug)]
pub struct Settings {
    /// Where the credentials come from.
    pub source: Source,
    /// The region, when one is set.
    pub region: Option<String>,
    /// Address of an S3-compatible server instead of AWS.
    pub endpoint: Option<String>,
    /// Whether the caller pays for requests.
    pub request_payer: bool,
    /// Places that hold no credentials, for messages.
    pub empty: Vec<String>,
}

impl Settings {
    /// Reads the environment and the profile. `endpoint_url` goes before both. The error says what
    /// is wrong with them.
    pub fn read(variable: Variable, endpoint_url: Option<&str>) -> Result<Settings, String> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let profile = Profile::read(&set)?;
        let endpoint = match endpoint_url {
            Some(url) => Some(("--endpoint-url", url.to_owned())),
            None => ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]
                .into_iter()
                .find_map(|name| set(name).map(|url| (name, url)))
                .or_else(|| profile.get("endpoint_url").map(|url| ("endpoint_url", url))),
        };
        if let Some((name, url)) = &endpoint
            && !url.starts_with("http://")
            && !url.starts_with("https://")
        {
            return Err(format!(
                "{name} is `{url}`, which begins with neither http:// nor https://"
            ));
        }
        let mut empty = Vec::new();
        Ok(Settings {
            source: source(&set, &profile, &mut empty)?,
            region: set("AWS_REGION")
                .or_else(|| set("AWS_DEFAULT_REGION"))
                .or_else(|| profile.get("region")),
            endpoint: endpoint.map(|(_, url)| url),
            request_payer: set("AWS_REQUEST_PAYER").is_some_and(|value| value != "false"),
            empty,
        })
    }
}

fn source(
    variable: Variable,
    profile: &Profile,
    empty: &mut Vec<String>,
) -> Result<Source, String> {
    let token = variable("AWS_SESSION_TOKEN");
    match (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    ) {
        (Some(id), Some(secret)) => return Ok(Source::Keys { id, secret, token }),
        (None, None) => empty.push("AWS_ACCESS_KEY_ID (not set)".to_owned()),
        (Some(_), None) => {
            return Err("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not".to_owned());
        }
        (None, Some(_)) => {
            return Err("AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not".to_owned());
        }
    }
    if let (Some(token_file), Some(role)) = (
        variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
        variable("AWS_ROLE_ARN"),
    ) {
        return Ok(Source::WebIdentity {
            token_file,
            role,
            session: variable("AWS_ROLE_SESSION_NAME"),
            endpoint: variable("AWS_ENDPOINT_URL_STS"),
        });
    }
    empty.push("AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN (not set)".to_owned());
    if let Some(keys) = profile_keys(variable, profile)? {
        return Ok(keys);
    }
    let Profile { name, files, .. } = profile;
    let lacks = if profile.exists { "keys" } else { "section" };
    empty.push(format!("profile `{name}` of {files} (no such {lacks})"));
    if let Some(path) = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        return Ok(Source::Container { path });
    }
    if let (Some(url), Some(token_file)) = (
        variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
    ) {
        return Ok(Source::Pod { url, token_file });
    }
    empty.push("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (not set)".to_owned());
    if variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        empty.push("instance metadata (disabled)".to_owned());
        return Ok(Source::None);
    }
    let endpoint = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
        .map(|endpoint| endpoint.trim_end_matches('/').to_owned());
    Ok(Source::Instance { endpoint })
}

/// The keys of a profile; an error when it is named but missing, or signs in by means that are not
/// supported.
fn profile_keys(variable: Variable, profile: &Profile) -> Result<Option<Source>, String> {
    let Profile { name, files, .. } = profile;
    if !profile.exists && variable("AWS_PROFILE").is_some() {
        return Err(format!(
            "AWS_PROFILE is `{name}`, but {files} have no such profile"
        ));
    }
    let id = profile.get("aws_access_key_id");
    let secret = profile.get("aws_secret_access_key");
    if let (Some(id), Some(secret)) = (id, secret) {
        let token = profile.get("aws_session_token");
        return Ok(Some(Source::Keys { id, secret, token }));
    }
    let other = [
        "sso_session",
        "sso_start_url",
        "credential_process",
        "role_arn",
        "login_session",
    ];
    match other.into_iter().find(|key| profile.get(key).is_some()) {
        Some(key) => Err(format!(
            "the AWS profile `{name}` signs in with {key}, which is not supported here; \
             `aws configure export-credentials --profile {name} --format env` prints variables to set instead"
        )),
        None => Ok(None),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Settings from variables, without profile files.
    fn read(set: &[(&str, &str)], endpoint_url: Option<&str>) -> Result<Settings, String> {
        let variable = |name: &str| {
            let found = set.iter().find(|(own, _)| *own == name);
            match (found, name) {
                (Some((_, value)), _) => Some((*value).to_owned()),
                (None, "HOME") => Some("/no/such/home".to_owned()),
                _ => None,
            }
        };
        Settings::read(&variable, endpoint_url)
    }

    #[test]
    fn sources_in_their_order() {
        let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
        let web = [
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"),
            ("AWS_ROLE_ARN", "arn"),
        ];
        let container = [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c")];
        let pod = [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://p"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/p"),
        ];
        let disabled = [("AWS_EC2_METADATA_DISABLED", "true")];
        // Each is put in front of those that come after it.
        let mut set: Vec<(&str, &str)> = vec![("AWS_SESSION_TOKEN", "")];
        let mut seen = Vec::new();
        let steps: [&[(&str, &str)]; 6] = [&[], &disabled, &pod, &container, &web, &keys];
        for more in steps {
            set.extend(more);
            let settings = read(&set, None).unwrap();
            let name = format!("{:?}", settings.source);
            let name = name.split([' ', '{']).next().unwrap().to_owned();
            seen.push((name, settings.empty.len()));
        }
        let expected = [
            ("Instance", 4),
            ("None", 5),
            ("Pod", 3),
            ("Container", 3),
            ("WebIdentity", 1),
            ("Keys", 0),
        ];
        let expected: Vec<(String, usize)> = expected
            .into_iter()
            .map(|(name, empty)| (name.to_owned(), empty))
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn regions_and_endpoints_in_their_order() {
        let mut set = Vec::new();
        for (variable, value) in [
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_REGION", "eu-north-1"),
        ] {
            set.push((variable, value));
            let region = read(&set, None).unwrap().region;
            assert_eq!(region.as_deref(), Some(value));
        }
        for (variable, value) in [
            ("AWS_ENDPOINT_URL", "http://a:1"),
            ("AWS_ENDPOINT_URL_S3", "https://b"),
        ] {
            set.push((variable, value));
            let endpoint = read(&set, None).unwrap().endpoint;
            assert_eq!(endpoint.as_deref(), Some(value));
        }
        let endpoint = read(&set, Some("http://c")).unwrap().endpoint;
        assert_eq!(endpoint.as_deref(), Some("http://c"));
    }

    #[test]
    fn halves_and_mistakes_are_told() {
        for (set, endpoint, expected) in [
            (
                vec![("AWS_ACCESS_KEY_ID", "a")],
                None,
                "AWS_SECRET_ACCESS_KEY is not",
            ),
            (
                vec![("AWS_SECRET_ACCESS_KEY", "a")],
                None,
                "AWS_ACCESS_KEY_ID is not",
            ),
            (vec![("AWS_PROFILE", "x")], None, "AWS_PROFILE is `x`"),
            (
                vec![],
                Some("localhost:9000"),
                "--endpoint-url is `localhost:9000`",
            ),
            (
                vec![("AWS_ENDPOINT_URL", "ftp://x")],
                None,
                "AWS_ENDPOINT_URL is `ftp://x`",
            ),
        ] {
            let problem = read(&set, endpoint).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn profiles_that_sign_in_otherwise_are_told() {
        let folder = std::env::temp_dir().join(format!("flowgauge-profile-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config");
        std::fs::write(&path, "[profile x]\nsso_session = corp\n").unwrap();
        let path = path.to_str().unwrap();
        let problem = read(&[("AWS_PROFILE", "x"), ("AWS_CONFIG_FILE", path)], None).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(
            problem.contains("export-credentials --profile x"),
            "{problem}"
        );
    }
}
