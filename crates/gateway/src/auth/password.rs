//! Passwords as argon2id hashes, made and checked on threads of their own and few at a time: each takes
//! 19 MiB and tens of milliseconds.

use std::cell::RefCell;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::oneshot;

use super::Refusal;

type Work = Box<dyn FnOnce() + Send>;

thread_local! {
    /// What verifying takes, kept: if it were given back each time, the allocator would keep it several times over.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// The threads that hash: half of the processors, so that a storm of sign-ins leaves the others to those who are in.
/// They are always the same ones, since each keeps its 19 MiB.
static THREADS: LazyLock<Sender<Work>> = LazyLock::new(|| {
    let (give, take) = mpsc::channel::<Work>();
    let take = Arc::new(Mutex::new(take));
    let threads = std::thread::available_parallelism().map_or(1, |processors| processors.get().div_ceil(2));
    for number in 0..threads {
        let take = Arc::clone(&take);
        let work = move || {
            loop {
                let next = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(work) = next else { return };
                // Whoever asked for what panics is told, since the sender of its answer is dropped.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            }
        };
        if let Err(error) = std::thread::Builder::new().name(format!("password-{number}")).spawn(work) {
            tracing::error!(%error, "a thread for passwords could not be started");
        }
    }
    give
});

/// What the password of an account that does not exist is compared with.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody").unwrap_or_default());

fn hash_now(password: &str) -> Result<String, Refusal> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Refusal::Check(error.to_string()))
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let (answer, answered) = oneshot::channel();
    let work: Work = Box::new(move || drop(answer.send(work())));
    THREADS.send(work).map_err(|error| Refusal::Check(error.to_string()))?;
    answered.await.map_err(|error| Refusal::Check(error.to_string()))
}

/// The hash to keep, in PHC form.
pub async fn hash(password: String) -> Result<String, Refusal> {
    run(move || hash_now(&password)).await?
}

/// Whether it is the hash of this password; never, but just as slowly, if there is none.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Refusal> {
    run(move || {
        let matches = fits(&password, hash.as_deref().unwrap_or(&NOBODY)).unwrap_or(false);
        matches && hash.is_some()
    })
    .await
}

/// As argon2 verifies, in memory that the thread keeps; `None` if the hash is none.
fn fits(password: &str, hash: &str) -> Option<bool> {
    let parsed = PasswordHash::new(hash).ok()?;
    let (salt, expected) = (parsed.salt.as_ref()?, parsed.hash.as_ref()?);
    let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).ok()?;
    let version = parsed.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let params = Params::try_from(&parsed).ok()?;
    let mut output = vec![0; expected.len()];
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(params.block_count(), Block::new());
        let argon2 = Argon2::new(algorithm, version, params);
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, memory.as_mut_slice()).ok()
    })?;
    // Compared in constant time.
    Some(*expected == Output::new(&output).ok()?)
}

/// A new password for an application: 24 letters and digits, read out in groups of six.
pub fn generate() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 15];
    getrandom::fill(&mut bytes)?;
    // Crockford's 32 characters: nothing that looks like something else.
    let alphabet = b"abcdefghjkmnpqrstvwxyz0123456789";
    let mut bits = bytes.iter().fold((Vec::new(), 0_u32, 0_u32), |(mut text, mut held, mut count), byte| {
        held = (held << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            let index = (held >> count) & 31;
            text.extend(alphabet.get(index as usize));
        }
        (text, held & 0xFF, count)
    });
    let text: Vec<_> = bits.0.chunks_mut(6).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    Ok(text.join("-"))
}

/// 32 octets that nobody guesses, as text for a cookie.
pub fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let kept = hash("owlet".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert!(verify("owlet".into(), Some(kept.clone())).await.unwrap());
        assert!(!verify("Owlet".into(), Some(kept)).await.unwrap());
        assert!(!verify("nobody".into(), None).await.unwrap());
        assert!(!verify("x".into(), Some("not a hash".into())).await.unwrap());
    }

    #[test]
    fn an_applications_password_has_120_random_bits() {
        let password = generate().unwrap();
        assert_eq!(password.len(), 27, "{password}");
        assert_ne!(password, generate().unwrap());
    }
}
