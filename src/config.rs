//! Settings: from the environment, or the same keys in lower case in an optional `lontar.toml`.
//!
//! The environment wins. A setting that is missing, unknown or wrong stops the start with a
//! sentence that names it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Everything an operator can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Folder for the database and the server key.
    pub data: PathBuf,
    pub address: IpAddr,
    pub port: u16,
    /// Where people reach this server, without a slash at the end. Certificates point there.
    pub public_url: String,
    /// Folder whose courses are published at start.
    pub courses: PathBuf,
    /// `sqlite:` or `postgres:` URL.
    pub database_url: String,
    /// Proxies in front, which are believed when they say from where a request comes.
    pub proxies: Vec<IpAddr>,
    /// Where *Leave quickly* ends; none: our own plain page.
    pub leave_to: Option<String>,
    /// Offers the right-to-left pseudo-language, to look for layouts that only work left to right.
    pub pseudo_language: bool,
}

/// What is wrong with a setting, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("{name} is {value:?}, but it must be {expected}.")]
    Wrong { name: &'static str, value: String, expected: &'static str },
    #[error("lontar.toml cannot be read: {0}")]
    File(String),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    data: Option<String>,
    address: Option<String>,
    port: Option<u16>,
    public_url: Option<String>,
    courses: Option<String>,
    database_url: Option<String>,
    proxies: Option<String>,
    leave_to: Option<String>,
}

impl Settings {
    /// What to look at when the server can be reached past what stands in front of it.
    pub fn open_door(&self) -> Option<String> {
        (!self.address.is_loopback()).then(|| {
            format!(
                "LONTAR_ADDRESS is {}, so other machines reach the server directly, past TLS and past the limits of a \
                 proxy. Use 127.0.0.1, unless nothing but the proxy can get there.",
                self.address
            )
        })
    }

    /// Reads the environment, and `lontar.toml` in the working folder if there is one.
    pub fn load() -> Result<Self, SettingsError> {
        let file = match std::fs::read_to_string("lontar.toml") {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(SettingsError::File(error.to_string())),
        };
        Self::read(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()), file.as_deref())
    }

    /// The settings that `environment` and the text of a settings file amount to.
    pub fn read(environment: impl Fn(&str) -> Option<String>, file: Option<&str>) -> Result<Self, SettingsError> {
        let file: SettingsFile = match file {
            Some(text) => toml::from_str(text).map_err(|error| SettingsError::File(error.to_string()))?,
            None => SettingsFile::default(),
        };
        let data = PathBuf::from(environment("LONTAR_DATA").or(file.data).unwrap_or_else(|| "var".into()));
        let address = environment("LONTAR_ADDRESS").or(file.address).unwrap_or_else(|| "127.0.0.1".into());
        let port = environment("LONTAR_PORT").or(file.port.map(|port| port.to_string())).unwrap_or("8000".into());
        let port = port.parse::<u16>().ok().filter(|port| *port != 0).ok_or(SettingsError::Wrong {
            name: "LONTAR_PORT",
            value: port,
            expected: "a number from 1 to 65535",
        })?;
        let public_url =
            environment("LONTAR_PUBLIC_URL").or(file.public_url).unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
        let public_url = origin("LONTAR_PUBLIC_URL", public_url)?;
        Ok(Self {
            address: address.parse().map_err(|_| SettingsError::Wrong {
                name: "LONTAR_ADDRESS",
                value: address,
                expected: "an IP address such as 127.0.0.1",
            })?,
            port,
            proxies: match environment("LONTAR_PROXIES").or(file.proxies) {
                Some(named) => proxies(&named)?,
                None => usual_proxies(&public_url),
            },
            public_url,
            courses: PathBuf::from(environment("LONTAR_COURSES").or(file.courses).unwrap_or("courses".into())),
            database_url: database_url(environment("DATABASE_URL").or(file.database_url), &data)?,
            leave_to: environment("LONTAR_LEAVE_TO")
                .or(file.leave_to)
                .map(|url| web_address("LONTAR_LEAVE_TO", url))
                .transpose()?,
            pseudo_language: environment("LONTAR_PSEUDO_LANGUAGE").is_some(),
            data,
        })
    }
}

/// An address without a path: links, cookies and the policy for scripts are for all of a host.
fn origin(name: &'static str, text: String) -> Result<String, SettingsError> {
    let address = web_address(name, text)?;
    let has_path = address.split_once("://").is_some_and(|(_, host)| host.contains('/'));
    match has_path {
        false => Ok(address),
        true => Err(SettingsError::Wrong {
            name,
            value: address,
            expected: "an address without a path, such as https://learn.example.org: Lontar needs a host name of its \
                       own",
        }),
    }
}

/// A proxy on this machine, where people come by TLS: we speak none. An onion service is no such proxy:
/// it hands on whatever the caller wrote.
fn usual_proxies(public_url: &str) -> Vec<IpAddr> {
    match public_url.starts_with("https://") {
        true => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        false => Vec::new(),
    }
}

fn proxies(named: &str) -> Result<Vec<IpAddr>, SettingsError> {
    let addresses = named.split(',').map(str::trim).filter(|address| !address.is_empty() && *address != "none");
    addresses.map(|address| address.parse().map_err(|_| no_proxy(address))).collect()
}

fn no_proxy(address: &str) -> SettingsError {
    SettingsError::Wrong {
        name: "LONTAR_PROXIES",
        value: address.to_owned(),
        expected: "IP addresses with commas between them, such as 127.0.0.1, or none",
    }
}

fn web_address(name: &'static str, text: String) -> Result<String, SettingsError> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || text.contains([' ', '"', '<', '>', '#', '?', '@', '\\']) || text.chars().any(char::is_control)
    {
        return Err(SettingsError::Wrong {
            name,
            value: text,
            expected: "an address such as https://learn.example.org",
        });
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn database_url(given: Option<String>, data: &Path) -> Result<String, SettingsError> {
    match given {
        None => Ok(format!("sqlite:{}", data.join("lontar.sqlite").display())),
        Some(url) if ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) => Ok(url),
        // The value may hold a password, so it is not repeated.
        Some(_) => Err(SettingsError::Wrong {
            name: "DATABASE_URL",
            value: "…".into(),
            expected: "an address that begins with sqlite: or postgres:",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_is_enough() {
        let settings = Settings::read(|_| None, None).unwrap();

        assert_eq!(settings.public_url, "http://127.0.0.1:8000");
        assert_eq!(settings.database_url, "sqlite:var/lontar.sqlite");
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let settings =
            Settings::read(|name| (name == "LONTAR_PORT").then(|| "9000".into()), Some("port = 9001")).unwrap();

        assert_eq!(settings.port, 9000);
    }

    #[test]
    fn a_wrong_setting_is_named_in_a_sentence() {
        for (name, value) in [
            ("LONTAR_PORT", "eighty"),
            ("LONTAR_PORT", "0"),
            ("LONTAR_ADDRESS", "here"),
            ("LONTAR_PROXIES", "127.0.0.1, proxy.example.org"),
            ("LONTAR_PUBLIC_URL", "javascript:alert(1)"),
            ("LONTAR_PUBLIC_URL", "https://example.org/lontar"),
            ("LONTAR_PUBLIC_URL", "https://example.org?at=lontar"),
            ("LONTAR_PUBLIC_URL", "https://lontar@example.org"),
            ("DATABASE_URL", "mysql://root:secret@db"),
        ] {
            let error = Settings::read(|asked| (asked == name).then(|| value.into()), None).unwrap_err().to_string();
            assert!(error.contains(name) && error.ends_with('.'), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn only_the_place_to_leave_to_may_have_a_path() {
        let read = |name: &'static str, value: &'static str| {
            Settings::read(move |asked| (asked == name).then(|| value.into()), None).unwrap()
        };
        assert_eq!(read("LONTAR_PUBLIC_URL", "https://example.org:8443/").public_url, "https://example.org:8443");
        let leave_to = read("LONTAR_LEAVE_TO", "https://example.org/weather").leave_to;
        assert_eq!(leave_to.as_deref(), Some("https://example.org/weather"));
    }

    #[test]
    fn a_proxy_is_believed_where_one_must_stand_or_is_named() {
        let read = |pairs: &[(&str, &str)]| {
            let value = |asked: &str| pairs.iter().find(|(name, _)| *name == asked).map(|(_, value)| (*value).into());
            Settings::read(value, None).unwrap().proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read(&[]), "", "nothing stands in front");
        assert_eq!(read(&[("LONTAR_PUBLIC_URL", "http://abc.onion")]), "", "Tor hands on what the caller says");
        assert_eq!(read(&[("LONTAR_PUBLIC_URL", "https://learn.example.org")]), "127.0.0.1 ::1");
        let https = ("LONTAR_PUBLIC_URL", "https://learn.example.org");
        assert_eq!(read(&[https, ("LONTAR_PROXIES", "10.0.0.2, ::1")]), "10.0.0.2 ::1");
        assert_eq!(read(&[https, ("LONTAR_PROXIES", "none")]), "");
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_refused() {
        let error = Settings::read(|_| None, Some("porrt = 1")).unwrap_err().to_string();
        assert!(error.contains("porrt"), "{error}");
    }
}
