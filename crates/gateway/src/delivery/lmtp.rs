//! Mail from the outside by LMTP (RFC 2033), from a mail server on the same machine: one answer a recipient.

use std::time::Duration;

use bytes::Bytes;
use jmap::AccountId;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::local::Incoming;
use super::route::{Route, Routes};
use super::{Delivery, receive};

/// Connections at the same time.
const MAX_CONNECTIONS: usize = 100;
/// Recipients of one message.
const MAX_RECIPIENTS: usize = 1000;
/// Octets of a command (RFC 5321 §4.5.3.1.4, with room for long parameters).
const MAX_LINE: usize = 4096;
/// A peer that says nothing for so long is left.
const PATIENCE: Duration = Duration::from_secs(300);

/// Serves until it is dropped.
pub async fn serve(delivery: Delivery, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= MAX_CONNECTIONS {
            connections.join_next().await;
        }
        match listener.accept().await {
            Ok((mut socket, _)) => {
                let delivery = delivery.clone();
                connections.spawn(async move {
                    let (read, write) = socket.split();
                    let _ = talk(&delivery, BufReader::new(read), write).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "an LMTP connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

#[derive(Default)]
struct Transaction {
    sender: Option<String>,
    recipients: Vec<(String, AccountId)>,
}

/// One connection.
pub async fn talk(
    delivery: &Delivery,
    mut read: impl AsyncBufRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
) -> std::io::Result<()> {
    let max_size = delivery.config.limits.upload_bytes;
    let mut transaction = Transaction::default();
    let mut is_greeted = false;
    say(&mut write, "220 owletd LMTP").await?;
    loop {
        let Some(line) = line(&mut read).await? else { return Ok(()) };
        let text = String::from_utf8_lossy(&line).into_owned();
        let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let answer: String = match verb.to_ascii_uppercase().as_str() {
            "LHLO" => {
                is_greeted = true;
                transaction = Transaction::default();
                format!(
                    "250-owletd\r\n250-SIZE {max_size}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"
                )
            }
            "HELO" | "EHLO" => "500 5.5.1 This is LMTP: say LHLO".into(),
            "NOOP" => "250 2.0.0 Ok".into(),
            "RSET" => {
                transaction = Transaction::default();
                "250 2.0.0 Ok".into()
            }
            "VRFY" => "252 2.5.0 Send it and see".into(),
            "QUIT" => return say(&mut write, "221 2.0.0 Bye").await,
            "MAIL" if !is_greeted => "503 5.5.1 Say LHLO first".into(),
            "MAIL" => match path(rest, "FROM:") {
                Some((sender, parameters)) if transaction.sender.is_none() => {
                    let declared = parameters.split_whitespace().find_map(|parameter| {
                        let (name, value) = parameter.split_once('=')?;
                        name.eq_ignore_ascii_case("SIZE").then(|| value.parse::<u64>().ok()).flatten()
                    });
                    if declared.is_some_and(|size| size > max_size) {
                        "552 5.3.4 Too large".into()
                    } else {
                        transaction.sender = Some(sender);
                        "250 2.1.0 Ok".into()
                    }
                }
                Some(_) => "503 5.5.1 There is a sender already".into(),
                None => "501 5.5.4 MAIL FROM:<address> is wanted".into(),
            },
            "RCPT" if transaction.sender.is_none() => "503 5.5.1 Say MAIL first".into(),
            "RCPT" if transaction.recipients.len() >= MAX_RECIPIENTS => "452 4.5.3 Too many recipients".into(),
            "RCPT" => match path(rest, "TO:") {
                Some((recipient, _)) => match route(delivery, &recipient).await {
                    Ok(Route::Here(account)) => {
                        transaction.recipients.push((recipient, account));
                        "250 2.1.5 Ok".into()
                    }
                    Ok(Route::Nobody | Route::Outside) => "550 5.1.1 There is nobody with this address".into(),
                    Err(error) => {
                        tracing::error!(%error, "a recipient could not be looked up");
                        "451 4.3.0 Try again later".into()
                    }
                },
                None => "501 5.5.4 RCPT TO:<address> is wanted".into(),
            },
            "DATA" if transaction.recipients.is_empty() => "503 5.5.1 There are no recipients".into(),
            "DATA" => {
                say(&mut write, "354 End with a line that has only a dot").await?;
                let Some(data) = data(&mut read, usize::try_from(max_size).unwrap_or(usize::MAX)).await? else {
                    return Ok(());
                };
                let Transaction { sender, recipients } = std::mem::take(&mut transaction);
                let answers = match &data {
                    None => vec!["552 5.3.4 Too large"; recipients.len()],
                    Some(raw) => deliver(delivery, recipients, &sender.unwrap_or_default(), raw).await,
                };
                for answer in answers {
                    say(&mut write, answer).await?;
                }
                continue;
            }
            _ => "500 5.5.2 There is no such command".into(),
        };
        say(&mut write, &answer).await?;
    }
}

async fn route(delivery: &Delivery, recipient: &str) -> Result<Route, store::Error> {
    Ok(Routes::load(&delivery.store, &delivery.config).await?.find(recipient))
}

/// Delivers a message to all its recipients together: an answer for each, in their order.
async fn deliver(
    delivery: &Delivery,
    recipients: Vec<(String, AccountId)>,
    return_path: &str,
    raw: &Bytes,
) -> Vec<&'static str> {
    let now = chrono::Utc::now().timestamp_millis();
    let failed = |error: &store::Error| {
        tracing::error!(%error, "a message by LMTP could not be delivered");
        "451 4.3.0 Try again later"
    };
    let routes = match Routes::load(&delivery.store, &delivery.config).await {
        Ok(routes) => routes,
        Err(error) => return vec![failed(&error); recipients.len()],
    };
    // By recipient: why it is not even tried.
    let mut refused = Vec::with_capacity(recipients.len());
    let mut incoming = Vec::new();
    for (recipient, account) in recipients {
        let is_full = match is_full(delivery, &account, raw).await {
            Ok(is_full) => is_full.then_some("452 4.2.2 The mailbox is full"),
            Err(error) => Some(failed(&error)),
        };
        refused.push(is_full);
        if is_full.is_none() {
            let return_path = return_path.to_owned();
            incoming.push(Incoming { account, recipient, return_path, raw: raw.clone(), once: None, now });
        }
    }
    let mut results = receive::receive(delivery, &routes, &incoming).await.into_iter();
    let tried = |result: Option<Result<_, store::Error>>| match result {
        Some(Ok(_)) => "250 2.1.5 Delivered",
        Some(Err(error)) => failed(&error),
        None => "451 4.3.0 Try again later",
    };
    refused.into_iter().map(|refused| refused.unwrap_or_else(|| tried(results.next()))).collect()
}

async fn is_full(delivery: &Delivery, account: &AccountId, raw: &Bytes) -> Result<bool, store::Error> {
    let limit = delivery.config.limits.account_bytes;
    Ok(limit > 0 && delivery.store.usage(account).await?.octets.saturating_add(raw.len() as u64) > limit)
}

/// `FROM:<address> parameters`; the address may be empty.
fn path(text: &str, keyword: &str) -> Option<(String, String)> {
    let prefix = text.get(..keyword.len()).filter(|prefix| prefix.eq_ignore_ascii_case(keyword))?;
    let rest = text.get(prefix.len()..)?.trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    // A source route is passed over (RFC 5321 §4.1.1.3).
    let address = match address.strip_prefix('@') {
        Some(routed) => routed.split_once(':')?.1,
        None => address,
    };
    let is_clean = !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '<');
    is_clean.then(|| (address.to_owned(), parameters.to_owned()))
}

async fn say(write: &mut (impl AsyncWrite + Unpin), text: &str) -> std::io::Result<()> {
    write.write_all(format!("{text}\r\n").as_bytes()).await?;
    write.flush().await
}

/// A command without its end; `None` at the end, or after too long a silence.
async fn line(read: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    match timeout(PATIENCE, bounded_line(read, &mut line, MAX_LINE)).await {
        Ok(result) => Ok(result?.then(|| {
            while line.last().is_some_and(|byte| *byte == b'\n' || *byte == b'\r') {
                line.pop();
            }
            line
        })),
        Err(_) => Ok(None),
    }
}

/// Reads to the end of a line and keeps at most `max` octets of it. False at the end of the stream.
async fn bounded_line(read: &mut (impl AsyncBufRead + Unpin), line: &mut Vec<u8>, max: usize) -> std::io::Result<bool> {
    loop {
        let buffer = read.fill_buf().await?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let (taken, is_end) = match memchr::memchr(b'\n', buffer) {
            Some(end) => (end + 1, true),
            None => (buffer.len(), false),
        };
        let room = max.saturating_sub(line.len());
        line.extend_from_slice(buffer.get(..taken.min(room)).unwrap_or_default());
        read.consume(taken);
        if is_end {
            return Ok(true);
        }
    }
}

/// The message. `Some(None)` if it is too large, and was read all the same; `None` if the peer went away.
async fn data(read: &mut (impl AsyncBufRead + Unpin), max: usize) -> std::io::Result<Option<Option<Bytes>>> {
    let mut raw = Vec::new();
    let mut is_too_large = false;
    loop {
        let mut line = Vec::new();
        let Ok(result) = timeout(PATIENCE, bounded_line(read, &mut line, max.saturating_add(3))).await else {
            return Ok(None);
        };
        if !result? {
            return Ok(None);
        }
        if line == b".\r\n" || line == b".\n" {
            return Ok(Some((!is_too_large).then(|| raw.into())));
        }
        let line = line.strip_prefix(b".").unwrap_or(&line);
        is_too_large |= raw.len() + line.len() > max;
        if is_too_large {
            raw.clear();
        } else {
            raw.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read() {
        for (text, expect) in [
            ("FROM:<a@b>", Some("a@b")),
            ("from: <> SIZE=3", Some("")),
            ("FROM:<@x,@y:a@b>", Some("a@b")),
            ("FROM:a@b", None),
            ("FROM:<a@b", None),
            ("FROM:<a b@c>", None),
            ("F", None),
        ] {
            assert_eq!(path(text, "FROM:").map(|(address, _)| address).as_deref(), expect, "{text}");
        }
    }

    #[tokio::test]
    async fn dots_are_unstuffed_and_large_messages_read_to_their_end() {
        let read =
            |text: &'static str, max| async move { data(&mut BufReader::new(text.as_bytes()), max).await.unwrap() };
        assert_eq!(read("a\r\n..b\r\n.\r\n", 100).await, Some(Some(Bytes::from_static(b"a\r\n.b\r\n"))));
        assert_eq!(read("aaaaaaaaaa\r\nb\r\n.\r\n", 5).await, Some(None));
        assert_eq!(read("a\r\n", 100).await, None);
    }
}
