//! To the outside by SMTP, through the relay that the administrator has configured.

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::config::{Smtp, SmtpTls};

/// The relay.
#[derive(Clone)]
pub struct Relay(AsyncSmtpTransport<Tokio1Executor>);

/// What the relay said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took the message.
    Taken(String),
    /// It may take it later.
    Later(String),
    /// It will never take it.
    Refused(String),
}

impl Relay {
    /// `None` if there is none, or its configuration cannot be used (which is logged).
    pub fn new(smtp: &Smtp) -> Option<Self> {
        let host = smtp.host.as_deref()?;
        let (tls, default_port) = match smtp.tls {
            SmtpTls::None => (Tls::None, 25),
            SmtpTls::Starttls => (Tls::Required(parameters(host)?), 587),
            SmtpTls::Implicit => (Tls::Wrapper(parameters(host)?), 465),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(smtp.port.unwrap_or(default_port))
            .tls(tls);
        if let (Some(username), Some(password)) = (&smtp.username, &smtp.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.clone()));
        }
        Some(Self(builder.build()))
    }

    /// Hands a message over for these recipients.
    pub async fn send(&self, from: &str, to: &[String], raw: &[u8]) -> Answer {
        let Some(envelope) = envelope(from, to) else {
            return Answer::Refused("550 5.1.3 An address of the envelope is not valid.".to_owned());
        };
        match self.0.send_raw(&envelope, raw).await {
            Ok(response) => {
                Answer::Taken(format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")))
            }
            Err(error) if error.is_permanent() => Answer::Refused(reply(&error)),
            Err(error) => Answer::Later(reply(&error)),
        }
    }
}

fn parameters(host: &str) -> Option<TlsParameters> {
    match TlsParameters::new(host.to_owned()) {
        Ok(parameters) => Some(parameters),
        Err(error) => {
            tracing::error!(%error, "the relay's TLS cannot be set up (smtp.tls)");
            None
        }
    }
}

fn envelope(from: &str, to: &[String]) -> Option<Envelope> {
    let from = if from.is_empty() { None } else { Some(from.parse::<Address>().ok()?) };
    let to = to.iter().map(|to| to.parse::<Address>()).collect::<Result<Vec<_>, _>>().ok()?;
    Envelope::new(from, to).ok()
}

/// The relay's words, or ours for what went wrong on the way to it.
fn reply(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => {
            let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("{code} {text}").trim().to_owned()
        }
        None => format!("451 4.4.1 The relay cannot be reached: {error}"),
    }
}
