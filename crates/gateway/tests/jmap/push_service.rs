//! A push service on this machine, and a client behind it that reads what is pushed to it: with the ECDH of another
//! library, and the rest by the letter of RFC 8188 and 8291.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// What the service was asked.
#[derive(Debug)]
pub(crate) struct Pushed {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How it answers: 201, unless it is told otherwise for a path.
#[derive(Clone)]
struct Service {
    heard: mpsc::UnboundedSender<Pushed>,
    answers: Arc<Mutex<HashMap<String, VecDeque<Response>>>>,
}

pub(crate) struct PushService {
    pub(crate) origin: String,
    pushed: mpsc::UnboundedReceiver<Pushed>,
    service: Service,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl PushService {
    pub(crate) async fn new() -> Self {
        let (heard, pushed) = mpsc::unbounded_channel();
        let service = Service { heard, answers: Arc::default() };
        let app = Router::new().fallback(answer).with_state(service.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { origin, pushed, service, server }
    }

    /// A URL of it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The next request to a path is answered so.
    pub(crate) fn answer(&self, path: &str, response: impl IntoResponse) {
        let mut answers = self.service.answers.lock().unwrap();
        answers.entry(path.to_owned()).or_default().push_back(response.into_response());
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Pushed {
        tokio::time::timeout(Duration::from_secs(20), self.pushed.recv()).await.expect("it comes in time").unwrap()
    }

    /// A request that has come already.
    pub(crate) fn heard(&mut self) -> Option<Pushed> {
        self.pushed.try_recv().ok()
    }
}

async fn answer(State(service): State<Service>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().to_owned();
    let answer = service.answers.lock().unwrap().get_mut(&path).and_then(VecDeque::pop_front);
    service.heard.send(Pushed { path: path.clone(), headers, body }).unwrap();
    if path.starts_with("/never") {
        std::future::pending::<()>().await;
    }
    answer.unwrap_or_else(|| axum::http::StatusCode::CREATED.into_response())
}

impl Pushed {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The claims of who signed it, if that was the holder of the key.
    pub(crate) fn claims(&self, public_key: &str) -> Value {
        let (token, key) = self.header("authorization").strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, public_key);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let key = VerifyingKey::from_sec1_bytes(&decode(key)).unwrap();
        key.verify(signed.as_bytes(), &Signature::from_slice(&decode(signature)).unwrap()).unwrap();
        serde_json::from_slice(&decode(signed.split_once('.').unwrap().1)).unwrap()
    }
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The keys of a client.
pub(crate) struct Client {
    secret: SecretKey,
    auth: [u8; 16],
}

impl Client {
    pub(crate) fn new() -> Self {
        Self { secret: SecretKey::from_slice(&[9; 32]).unwrap(), auth: [5; 16] }
    }

    fn public(&self) -> Vec<u8> {
        self.secret.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    pub(crate) fn keys(&self) -> Value {
        json!({ "p256dh": URL_SAFE_NO_PAD.encode(self.public()), "auth": URL_SAFE_NO_PAD.encode(self.auth) })
    }

    /// What was pushed, as the client reads it.
    pub(crate) fn read(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        let (salt, rest) = pushed.body.split_at(16);
        let (record_size, rest) = rest.split_at(4);
        assert_eq!(u32::from_be_bytes(record_size.try_into().unwrap()), 4096);
        let (theirs, ciphertext) = rest[1..].split_at(rest[0].into());
        let their_key = PublicKey::from_sec1_bytes(theirs).unwrap();
        let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), their_key.as_affine());
        let info = [b"WebPush: info\0", &self.public()[..], theirs].concat();
        let input = derive(&self.auth, shared.raw_secret_bytes(), &info);
        let key = derive(salt, &input, b"Content-Encoding: aes128gcm\0");
        let nonce = derive(salt, &input, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).unwrap();
        let mut record = ciphertext.to_vec();
        let plaintext = key.open_in_place(nonce, Aad::empty(), &mut record).expect("it is for this client");
        let end = plaintext.iter().rposition(|octet| *octet != 0).unwrap();
        assert_eq!(plaintext[end], 2, "the last record");
        serde_json::from_slice(&plaintext[..end]).unwrap()
    }
}

/// HKDF of up to one hash's length (RFC 5869).
fn derive(salt: &[u8], input: &[u8], info: &[u8]) -> Vec<u8> {
    let mac = |key: &[u8], data: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref().to_vec();
    mac(&mac(salt, input), &[info, &[1]].concat())
}
