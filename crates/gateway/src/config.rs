//! What an administrator may set, and what holds if it is not. How it is read is [`load`]'s business.

mod load;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use load::Error;

/// Everything that can be set, with what holds if it is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where mail and accounts are kept.
    pub data: PathBuf,
    /// Where the app and JMAP are served.
    pub listen: SocketAddr,
    /// How people reach the gateway, if through a reverse proxy: `https://mail.example`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_origin: Option<String>,
    /// For HTTPS without a reverse proxy.
    pub tls: Tls,
    /// Whose mail this is.
    pub organisation: Organisation,
    /// Prometheus.
    pub metrics: Metrics,
    /// Log lines.
    pub log: Log,
    /// Signing in.
    pub session: Session,
    /// What one person may ask for.
    pub limits: Limits,
    /// Pictures on other people's servers.
    pub images: Images,
    /// Pushes to URLs that clients name.
    pub push: Push,
    /// Mail to the outside.
    pub smtp: Smtp,
    /// Mail from the outside.
    pub lmtp: Lmtp,
}

/// A certificate and its key, both PEM, or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// The chain, leaf first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert: Option<PathBuf>,
    /// The private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

/// Whose mail this is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// As people call it; the domain that most accounts are in, if not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Prometheus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Where `/metrics` is served; off unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// Log lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `warn`, `info`, `gateway=debug,store=info`.
    pub filter: String,
    /// For people or for machines.
    pub format: LogFormat,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How long people stay signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// Hours without use, for a browser session.
    pub idle_hours: u32,
    /// Days without use, for "keep me signed in".
    pub remember_days: u32,
}

/// What one person may ask for at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Octets of one upload, and so of one message.
    pub upload_bytes: u64,
    /// Octets that an account may hold; no limit if 0.
    pub account_bytes: u64,
    /// Wrong passwords in ten minutes, per account and per address.
    pub failed_sign_ins: u32,
}

/// Pictures that a mail names on other people's servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Images {
    /// The gateway may fetch them for a person who asks.
    pub fetch: bool,
    /// Octets of one.
    pub max_bytes: u64,
    /// Also from loopback and private networks; for tries on one machine only.
    pub allow_private_networks: bool,
}

/// Pushes to URLs that clients name, so that phones and browsers hear of mail while no page is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Push {
    /// Clients may subscribe.
    pub enabled: bool,
    /// Whom a push service tells of trouble, `mailto:…` or `https://…`; `public_origin` or the domain's postmaster, if
    /// not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Also to this machine, by http; for tries only.
    pub allow_loopback: bool,
}

/// Mail to the outside; off unless a host is set.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smtp {
    /// The relay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Of the relay; by the kind of TLS, if not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How it is encrypted.
    pub tls: SmtpTls,
    /// To sign in to the relay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// To sign in to the relay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Smtp").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// How the connection to a relay is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// From the first octet (465).
    #[default]
    Implicit,
    /// After STARTTLS, or not at all (587).
    Starttls,
    /// Not encrypted; for a relay on this machine (25).
    None,
}

/// Mail from the outside; off unless set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lmtp {
    /// On loopback: whoever can connect can deliver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_origin: None,
            tls: Tls::default(),
            organisation: Organisation::default(),
            metrics: Metrics::default(),
            log: Log::default(),
            session: Session::default(),
            limits: Limits::default(),
            images: Images::default(),
            push: Push::default(),
            smtp: Smtp::default(),
            lmtp: Lmtp::default(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info,sqlx=warn,html5ever=error".into(), format: LogFormat::Text }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self { idle_hours: 12, remember_days: 60 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { upload_bytes: 50_000_000, account_bytes: 0, failed_sign_ins: 20 }
    }
}

impl Default for Images {
    fn default() -> Self {
        Self { fetch: true, max_bytes: 10_000_000, allow_private_networks: false }
    }
}

impl Default for Push {
    fn default() -> Self {
        Self { enabled: true, contact: None, allow_loopback: false }
    }
}

impl Config {
    /// Where people find the gateway; absolute URLs are built on it.
    pub fn origin(&self) -> String {
        self.public_origin.clone().unwrap_or_else(|| {
            let scheme = if self.tls.cert.is_some() { "https" } else { "http" };
            format!("{scheme}://{}", self.listen)
        })
    }

    /// Whether people reach the gateway by HTTPS, so that cookies may be `Secure`.
    pub fn is_https(&self) -> bool {
        self.origin().starts_with("https:")
    }

    /// As TOML, with the relay's password left out.
    pub fn to_toml(&self) -> String {
        let mut shown = self.clone();
        shown.smtp.password = self.smtp.password.as_ref().map(|_| "…".to_owned());
        toml::to_string_pretty(&shown).unwrap_or_default()
    }
}
