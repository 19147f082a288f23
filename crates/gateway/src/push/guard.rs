//! Which URLs may be pushed to: a client names them, so none may lead to this machine or its neighbours (RFC 8620
//! §8.6). A name is judged by the addresses that it resolves to when the connection is made, and only those are
//! connected to; no redirect is followed and no proxy asked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::pictures::is_public;

/// For a whole request, and for the connection alone.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A public address that is the host's own at one provider, not the world's.
const AZURE_HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));

/// Octets of a URL.
pub const MAX_URL: usize = 2048;

/// Why a URL is not pushed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is none, too long, or has a user or a password in it.
    #[error("a URL of at most {MAX_URL} octets without user and password is wanted")]
    NotAUrl,
    /// It is not encrypted.
    #[error("a URL that begins with https:// is wanted")]
    NotHttps,
    /// It leads to where only we can go.
    #[error("the URL does not lead to a public address")]
    NotPublic,
    /// Nothing can be reached: there are no root certificates.
    #[error("this server cannot make connections")]
    NoClient,
}

/// Connects to where it may. Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    /// For tries on one machine.
    allow_loopback: bool,
    clients: Arc<Clients>,
}

/// Made when they are needed first: they hold every root certificate.
#[derive(Default)]
struct Clients {
    world: OnceLock<Option<reqwest::Client>>,
    loopback: OnceLock<Option<reqwest::Client>>,
}

impl Guard {
    /// `allow_loopback`: also to this machine, by http.
    pub fn new(allow_loopback: bool) -> Self {
        Self { allow_loopback, clients: Arc::default() }
    }

    /// Whether a URL may be pushed to, as far as it says itself. Names are looked up only when it is.
    pub fn check(&self, url: &str) -> Result<Url, Error> {
        if url.len() > MAX_URL {
            return Err(Error::NotAUrl);
        }
        let url: Url = url.parse().map_err(|_| Error::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::NotAUrl);
        }
        let places = self.places(&url)?;
        let literal = match url.host() {
            None => return Err(Error::NotAUrl),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        };
        match literal {
            // The resolver is not asked about these.
            Some(ip) if !places.have(ip) => Err(Error::NotPublic),
            _ => Ok(url),
        }
    }

    /// A request to a URL, if it may be made.
    pub fn post(&self, url: Url) -> Result<reqwest::RequestBuilder, Error> {
        let url = self.check(url.as_str())?;
        let places = self.places(&url)?;
        let kept = match places {
            Places::World => &self.clients.world,
            Places::Loopback => &self.clients.loopback,
        };
        let make = || client(places).inspect_err(|error| tracing::error!(%error, "nothing can be pushed to URLs")).ok();
        Ok(kept.get_or_init(make).as_ref().ok_or(Error::NoClient)?.post(url))
    }

    fn places(&self, url: &Url) -> Result<Places, Error> {
        match url.scheme() {
            "https" => Ok(Places::World),
            "http" if self.allow_loopback && is_loopback(url) => Ok(Places::Loopback),
            _ => Err(Error::NotHttps),
        }
    }
}

/// Whether a URL says that it leads to this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        None => false,
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
    }
}

/// Which addresses a client connects to.
#[derive(Clone, Copy, Debug)]
enum Places {
    World,
    Loopback,
}

impl Places {
    fn have(self, ip: IpAddr) -> bool {
        match self {
            Self::World => is_public(ip) && ip.to_canonical() != AZURE_HOST,
            Self::Loopback => ip.to_canonical().is_loopback(),
        }
    }
}

impl Resolve for Places {
    fn resolve(&self, name: Name) -> Resolving {
        let places = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|found| places.have(found.ip())).collect();
            if found.is_empty() {
                return Err(Error::NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn client(places: Places) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .https_only(matches!(places, Places::World))
        .referer(false)
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .pool_max_idle_per_host(4)
        .user_agent("Owlet")
        .dns_resolver(Arc::new(places))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, cases: &[(&str, Option<Error>)]) {
        for (url, expect) in cases {
            assert_eq!(guard.check(url).err(), *expect, "{url}");
        }
    }

    #[test]
    fn only_public_https_urls_are_pushed_to() {
        let guard = Guard::new(false);
        let cases = [
            ("https://push.example/a?b=c", None),
            ("https://push.example:8443/a", None),
            ("https://93.184.216.34/a", None),
            ("https://[2606:4700::1111]/a", None),
            ("http://push.example/a", Some(Error::NotHttps)),
            ("http://127.0.0.1/a", Some(Error::NotHttps)),
            ("ftp://push.example/a", Some(Error::NotHttps)),
            ("push.example/a", Some(Error::NotAUrl)),
            ("https://", Some(Error::NotAUrl)),
            ("https://user@push.example/a", Some(Error::NotAUrl)),
            ("https://user:secret@push.example/a", Some(Error::NotAUrl)),
            ("https://127.0.0.1/a", Some(Error::NotPublic)),
            ("https://2130706433/a", Some(Error::NotPublic)),
            ("https://0x7f.1/a", Some(Error::NotPublic)),
            ("https://10.0.0.1/a", Some(Error::NotPublic)),
            ("https://172.16.0.1/a", Some(Error::NotPublic)),
            ("https://192.168.1.1/a", Some(Error::NotPublic)),
            ("https://169.254.169.254/latest/meta-data", Some(Error::NotPublic)),
            ("https://168.63.129.16/machine", Some(Error::NotPublic)),
            ("https://100.100.100.200/latest/meta-data", Some(Error::NotPublic)),
            ("https://0.0.0.0/a", Some(Error::NotPublic)),
            ("https://[::1]/a", Some(Error::NotPublic)),
            ("https://[::ffff:10.0.0.1]/a", Some(Error::NotPublic)),
            ("https://[fe80::1]/a", Some(Error::NotPublic)),
            ("https://[fd00:ec2::254]/a", Some(Error::NotPublic)),
        ];
        check(&guard, &cases);
        assert_eq!(guard.check(&format!("https://push.example/{}", "a".repeat(MAX_URL))).err(), Some(Error::NotAUrl));
    }

    #[test]
    fn http_is_for_this_machine_only_and_if_it_is_allowed() {
        let guard = Guard::new(true);
        let cases = [
            ("http://127.0.0.1:8190/a", None),
            ("http://[::1]:8190/a", None),
            ("http://localhost:8190/a", None),
            ("http://10.0.0.1/a", Some(Error::NotHttps)),
            ("http://93.184.216.34/a", Some(Error::NotHttps)),
            ("http://push.example/a", Some(Error::NotHttps)),
            ("https://127.0.0.1/a", Some(Error::NotPublic)),
        ];
        check(&guard, &cases);
    }
}
