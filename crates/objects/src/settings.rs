//! Who asks, which region, which server: from the environment and the profile, in the order of the
//! AWS tools.

use url::Url;

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
    /// The service of the container.
    Container {
        /// Address.
        url: String,
        /// The token to show there.
        token: Option<Token>,
    },
    /// The role of the virtual machine.
    Instance {
        /// Address of the metadata service instead of the usual one.
        endpoint: Option<String>,
    },
    /// Nothing was found and the metadata service must not be asked.
    None,
}

/// A token to show to the service of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// This one.
    Text(String),
    /// The one that is in this file.
    File(String),
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
        // Line ends come along from files and from other systems; no value has any.
        let set = |name: &str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let profile = Profile::read(&set)?;
        let endpoint = match endpoint_url {
            Some(url) => Some(("--endpoint-url", url.to_owned())),
            None => ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]
                .into_iter()
                .find_map(|name| set(name).map(|url| (name, url)))
                .or_else(|| profile.get("endpoint_url").map(|url| ("endpoint_url", url))),
        };
        let endpoint = match endpoint {
            Some((name, url)) => Some(address(name, &url)?),
            None => None,
        };
        let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|name| set(name).map(|region| (name, region)))
            .or_else(|| {
                profile
                    .get("region")
                    .map(|region| ("the profile's region", region))
            });
        if let Some((name, region)) = &region {
            check_region(name, region)?;
        }
        let mut empty = Vec::new();
        Ok(Settings {
            source: source(&set, &profile, &mut empty)?,
            region: region.map(|(_, region)| region),
            endpoint,
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
        (Some(id), Some(secret)) => {
            check_token("AWS_ACCESS_KEY_ID", &id)?;
            check_token("AWS_SESSION_TOKEN", token.as_deref().unwrap_or_default())?;
            return Ok(Source::Keys { id, secret, token });
        }
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
            endpoint: address_in("AWS_ENDPOINT_URL_STS", variable)?,
        });
    }
    empty.push("AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN (not set)".to_owned());
    if let Some(keys) = profile_keys(variable, profile)? {
        return Ok(keys);
    }
    let Profile { name, files, .. } = profile;
    let lacks = if profile.exists { "keys" } else { "section" };
    empty.push(format!("profile `{name}` of {files} (no such {lacks})"));
    if let Some(container) = container(variable)? {
        return Ok(container);
    }
    empty.push(
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI (not set)"
            .to_owned(),
    );
    if variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        empty.push("instance metadata (disabled)".to_owned());
        return Ok(Source::None);
    }
    let endpoint = address_in("AWS_EC2_METADATA_SERVICE_ENDPOINT", variable)?;
    Ok(Source::Instance { endpoint })
}

/// Where the service of a container is when only a path is given.
const CONTAINER_SERVICE: &str = "http://169.254.170.2";

/// The service of the container, if there is one.
fn container(variable: Variable) -> Result<Option<Source>, String> {
    let name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    let url = match variable(name) {
        Some(path) if path.starts_with('/') => {
            Some(parse(name, &format!("{CONTAINER_SERVICE}{path}"))?)
        }
        Some(path) => {
            return Err(format!(
                "{name} is `{path}`, which does not begin with a slash"
            ));
        }
        None => {
            let name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
            variable(name).map(|url| parse(name, &url)).transpose()?
        }
    };
    let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    let token = match (
        variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        variable(name),
    ) {
        (Some(path), _) => Some(Token::File(path)),
        (None, Some(text)) => {
            check_token(name, &text)?;
            Some(Token::Text(text))
        }
        (None, None) => None,
    };
    Ok(url.map(|url| Source::Container {
        url: url.into(),
        token,
    }))
}

/// The address of a server in a variable, see [`address`].
fn address_in(name: &str, variable: Variable) -> Result<Option<String>, String> {
    variable(name).map(|url| address(name, &url)).transpose()
}

/// The address of a server, below which others are: what is behind a `?` or `#` would end up in
/// their middle. `name` is for messages.
fn address(name: &str, text: &str) -> Result<String, String> {
    let url = parse(name, text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{name} is `{text}`, which goes on behind the path"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn parse(name: &str, text: &str) -> Result<Url, String> {
    let text = text.trim();
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(format!(
            "{name} is `{}`, which begins with neither http:// nor https://",
            text.escape_debug()
        ));
    }
    // A line end in the middle would be left out silently.
    let parsed = match text.contains(char::is_control) {
        true => Err("it holds control characters".to_owned()),
        false => Url::parse(text).map_err(|error| error.to_string()),
    };
    parsed.map_err(|problem| {
        format!(
            "{name} is `{}`, which is no address: {problem}",
            text.escape_debug()
        )
    })
}

/// Keys and tokens travel in headers, which hold visible characters only. The message does not show
/// the value, which is a secret.
pub fn check_token(name: &str, value: &str) -> Result<(), String> {
    if value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(format!(
        "{name} holds a blank, a line end or another character that no key has; set it again"
    ))
}

/// Regions are parts of host names.
fn check_region(name: &str, region: &str) -> Result<(), String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if region.bytes().all(allowed) {
        return Ok(());
    }
    Err(format!(
        "{name} is `{}`, which is no region; write one such as eu-west-1",
        region.escape_debug()
    ))
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
        check_token("aws_access_key_id", &id)?;
        check_token("aws_session_token", token.as_deref().unwrap_or_default())?;
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
        let pod = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://p")];
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
            ("Container", 3),
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
    fn services_of_containers_and_their_tokens() {
        let relative = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x?id=1\n");
        let full = (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://127.0.0.1:51679/v1",
        );
        let text = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret\r\n");
        let file = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/token");
        let secret = || Some(Token::Text("secret".to_owned()));
        for (set, url, token) in [
            (vec![relative], "http://169.254.170.2/v2/x?id=1", None),
            (vec![full], "http://127.0.0.1:51679/v1", None),
            (vec![full, text], "http://127.0.0.1:51679/v1", secret()),
            (
                vec![relative, full, text],
                "http://169.254.170.2/v2/x?id=1",
                secret(),
            ),
            (
                vec![full, text, file],
                "http://127.0.0.1:51679/v1",
                Some(Token::File("/var/token".to_owned())),
            ),
        ] {
            let url = url.to_owned();
            assert_eq!(
                read(&set, None).unwrap().source,
                Source::Container { url, token }
            );
        }
    }

    #[test]
    fn what_surrounds_values_is_left_out() {
        let set = [
            ("AWS_ACCESS_KEY_ID", "a\n"),
            ("AWS_SECRET_ACCESS_KEY", " b"),
            ("AWS_SESSION_TOKEN", "tok\r"),
            ("AWS_REGION", "eu-west-1\r\n"),
            ("AWS_ENDPOINT_URL", " http://[::1]:9000/below/ \n"),
        ];
        let settings = read(&set, None).unwrap();
        let keys = Source::Keys {
            id: "a".to_owned(),
            secret: "b".to_owned(),
            token: Some("tok".to_owned()),
        };
        assert_eq!(settings.source, keys);
        assert_eq!(settings.region.as_deref(), Some("eu-west-1"));
        assert_eq!(
            settings.endpoint.as_deref(),
            Some("http://[::1]:9000/below")
        );
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
            (
                vec![],
                Some("http://127.0.0.1:99999"),
                "invalid port number",
            ),
            (vec![], Some("http://"), "empty host"),
            (
                vec![],
                Some("http://a b"),
                "`http://a b`, which is no address",
            ),
            (
                vec![],
                Some("http://a\nb"),
                "`http://a\\nb`, which is no address",
            ),
            (vec![], Some("http://a/?x=1"), "goes on behind the path"),
            (
                vec![("AWS_REGION", "eu west")],
                None,
                "AWS_REGION is `eu west`",
            ),
            (
                vec![("AWS_REGION", "eu\nwest")],
                None,
                "AWS_REGION is `eu\\nwest`",
            ),
            (
                vec![
                    ("AWS_ACCESS_KEY_ID", "a\nb"),
                    ("AWS_SECRET_ACCESS_KEY", "c"),
                ],
                None,
                "AWS_ACCESS_KEY_ID holds",
            ),
            (
                vec![
                    ("AWS_ACCESS_KEY_ID", "a"),
                    ("AWS_SECRET_ACCESS_KEY", "b"),
                    ("AWS_SESSION_TOKEN", "tök"),
                ],
                None,
                "AWS_SESSION_TOKEN holds",
            ),
            (
                vec![("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2")],
                None,
                "does not begin with a slash",
            ),
            (
                vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://a:0x1")],
                None,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is",
            ),
            (
                vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://")],
                None,
                "AWS_EC2_METADATA_SERVICE_ENDPOINT is",
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
        // Some editors put a mark in front.
        std::fs::write(&path, "\u{feff}[profile x]\nsso_session = corp\n").unwrap();
        let path = path.to_str().unwrap();
        let problem = read(&[("AWS_PROFILE", "x"), ("AWS_CONFIG_FILE", path)], None).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(
            problem.contains("export-credentials --profile x"),
            "{problem}"
        );
    }
}
