//! Pictures that a mail names on other people's servers, fetched by the gateway: the sender learns neither who
//! looked nor from where.
//!
//! Nothing inside is reached: addresses are checked after the name is resolved, also after each redirect. What
//! comes back is taken for a picture by its first octets, not by what its server says. Whether a person wants
//! pictures at all is asked elsewhere; the address is signed by whoever asked.

mod address;
mod kind;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::config::Images;

pub(crate) use address::is_public;
pub use kind::sniff;

const TIMEOUT: Duration = Duration::from_secs(10);
const REDIRECTS: usize = 5;

/// Fetches. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    client: Option<reqwest::Client>,
    max_bytes: u64,
    allow_private: bool,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The administrator does not want it.
    #[error("pictures are not fetched here")]
    Off,
    /// Not http or https, or an address that is nobody else's business.
    #[error("the address is not a public one")]
    NotPublic,
    /// The other server did not answer well.
    #[error("the other server failed: {0}")]
    Failed(#[from] reqwest::Error),
    /// It said no.
    #[error("the other server answered {0}")]
    Status(u16),
    /// It is larger than what is taken.
    #[error("the picture is too large")]
    TooLarge,
    /// It is not a picture of pixels.
    #[error("it is not a picture")]
    NotAPicture,
}

struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|found| is_public(found.ip()))
                .collect();
            if found.is_empty() {
                return Err(Error::NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn may_fetch(url: &Url, allow_private: bool) -> bool {
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    match url.host() {
        None => false,
        Some(_) if allow_private => true,
        // Names are checked when they are resolved.
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(ip)) => is_public(ip.into()),
        Some(Host::Ipv6(ip)) => is_public(ip.into()),
    }
}

impl Fetcher {
    /// As configured.
    pub fn new(images: &Images) -> Self {
        let allow_private = images.allow_private_networks;
        let redirects = reqwest::redirect::Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS || !may_fetch(attempt.url(), allow_private) {
                attempt.stop()
            } else {
                attempt.follow()
            }
        });
        let mut builder = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT / 2)
            .redirect(redirects)
            .referer(false)
            .no_proxy()
            .user_agent("Mozilla/5.0 (compatible; Owlet image proxy)");
        if !allow_private {
            builder = builder.dns_resolver(Arc::new(PublicOnly));
        }
        let client = if images.fetch { builder.build().ok() } else { None };
        Self { client, max_bytes: images.max_bytes, allow_private }
    }

    /// Whether pictures are fetched at all.
    pub fn is_on(&self) -> bool {
        self.client.is_some()
    }

    /// The picture and its media type.
    pub async fn fetch(&self, url: &Url) -> Result<(&'static str, Bytes), Error> {
        let client = self.client.as_ref().ok_or(Error::Off)?;
        if !may_fetch(url, self.allow_private) {
            return Err(Error::NotPublic);
        }
        let response = client.get(url.clone()).header("accept", "image/*").send().await?;
        if !response.status().is_success() {
            return Err(Error::Status(response.status().as_u16()));
        }
        if response.content_length().is_some_and(|length| length > self.max_bytes) {
            return Err(Error::TooLarge);
        }
        let mut body = BytesMut::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk?);
            if body.len() as u64 > self.max_bytes {
                return Err(Error::TooLarge);
            }
        }
        let kind = sniff(&body).ok_or(Error::NotAPicture)?;
        Ok((kind, body.freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_http_addresses_are_fetched() {
        for (url, expect) in [
            ("https://example.com/a.png", true),
            ("http://93.184.216.34/a.png", true),
            ("ftp://example.com/a", false),
            ("file:///etc/passwd", false),
            ("http://127.0.0.1/", false),
            ("http://0x7f.1/", false),
            ("http://2130706433/", false),
            ("http://[::1]/", false),
            ("http://[::ffff:10.0.0.1]/", false),
            ("http://169.254.169.254/latest/meta-data", false),
            ("https://user:secret@example.com/", false),
        ] {
            assert_eq!(may_fetch(&url.parse().unwrap(), false), expect, "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_reached() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let fetcher = Fetcher::new(&Images::default());
        let error = fetcher.fetch(&"http://localhost:1/a.png".parse().unwrap()).await.unwrap_err();
        let chain = format!("{error:?}");
        assert!(chain.contains("NotPublic"), "{chain}");
    }
}
