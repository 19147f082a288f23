//! Reading what an administrator has set: a TOML file, and over it the environment.
//!
//! `tls.cert` in the file is `OWLET_TLS__CERT` in the environment. A key that is not known and a value that
//! does not fit are errors that name the key; nothing is ignored in silence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Config;

/// Why a configuration cannot be used. Each names the key, the variable or the file to mend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not there or may not be read.
    #[error("cannot read the configuration {path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The file is not TOML, or a key in it is unknown or has a wrong value.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Names the line and the key.
        reason: toml::de::Error,
    },
    /// An environment variable names no key, or has a wrong value.
    #[error("{variable}: {reason}")]
    Environment {
        /// The variable.
        variable: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Keys that do not go together.
    #[error("{key}: {reason}")]
    Contradiction {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Config {
    /// The file, if one is given, then the environment's `OWLET_…`, then what holds by default.
    pub fn load(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        let mut table = Table::new();
        if let Some(path) = file {
            let path = path.to_owned();
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(reason) => return Err(Error::Unreadable { path, reason }),
            };
            // Read as a whole first: only then does the error point at the line.
            if let Err(reason) = toml::from_str::<Self>(&text) {
                return Err(Error::File { path, reason });
            }
            table = toml::from_str(&text).map_err(|reason| Error::File { path, reason })?;
        }
        let variables: BTreeMap<_, _> =
            environment.into_iter().filter(|(name, _)| name.starts_with("OWLET_")).collect();
        for (variable, text) in variables {
            table = with_variable(&table, &variable, &text)?;
        }
        let config = Self::try_from(table)
            .map_err(|source| Error::Environment {
                variable: "OWLET_…".into(), reason: source.message().to_owned()
            })?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), Error> {
        let wrong = |key, reason| Err(Error::Contradiction { key, reason });
        if self.tls.cert.is_some() != self.tls.key.is_some() {
            return wrong("tls", "cert and key are set together or not at all");
        }
        if let Some(origin) = &self.public_origin {
            let parsed = url::Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            if parsed.is_none_or(|url| url.origin().ascii_serialization() != *origin) {
                return wrong("public_origin", "an origin such as https://mail.example, without a path");
            }
        }
        if self.lmtp.listen.is_some_and(|address| !address.ip().is_loopback()) {
            return wrong("lmtp.listen", "a loopback address: whoever can connect can deliver");
        }
        let is_contact = |contact: &String| contact.starts_with("mailto:") || contact.starts_with("https://");
        if self.push.contact.as_ref().is_some_and(|contact| !is_contact(contact)) {
            return wrong("push.contact", "a URL such as mailto:postmaster@mail.example or https://mail.example");
        }
        if self.smtp.username.is_some() != self.smtp.password.is_some() {
            return wrong("smtp.username", "username and password are set together or not at all");
        }
        Ok(())
    }
}

impl TryFrom<Table> for Config {
    type Error = toml::de::Error;

    fn try_from(table: Table) -> Result<Self, toml::de::Error> {
        Value::Table(table).try_into()
    }
}

/// The table with one variable in it. The value is taken as text where the key wants text, else as TOML.
fn with_variable(table: &Table, variable: &str, text: &str) -> Result<Table, Error> {
    let key = variable.trim_start_matches("OWLET_").to_ascii_lowercase();
    let path: Vec<&str> = key.split("__").collect();
    let as_toml = toml::from_str::<Table>(&format!("value = {text}")).ok().and_then(|mut table| table.remove("value"));
    let mut reason = String::new();
    for value in [Some(Value::String(text.to_owned())), as_toml].into_iter().flatten() {
        let mut candidate = table.clone();
        insert(&mut candidate, &path, value);
        match Config::try_from(candidate.clone()) {
            Ok(_) => return Ok(candidate),
            Err(error) => reason = error.message().to_owned(),
        }
    }
    Err(Error::Environment { variable: variable.to_owned(), reason })
}

fn insert(table: &mut Table, path: &[&str], value: Value) {
    match path {
        [] => {}
        [key] => {
            table.insert((*key).to_owned(), value);
        }
        [key, rest @ ..] => {
            let inner = table.entry(*key).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            } else {
                *inner = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Tls;
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("owlet.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        // As it is told: with its causes.
        Config::load(Some(&path), environment).map_err(|error| format!("{:#}", anyhow::Error::from(error)))
    }

    #[test]
    fn what_is_not_set_has_a_default() {
        assert_eq!(Config::load(None, []).unwrap(), Config::default());
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let config = load(
            "listen = \"127.0.0.1:1\"\n[tls]\ncert = \"a\"\nkey = \"b\"",
            &[
                ("OWLET_LISTEN", "127.0.0.1:2"),
                ("OWLET_TLS__CERT", "c"),
                ("OWLET_LIMITS__UPLOAD_BYTES", "7"),
                ("OWLET_IMAGES__FETCH", "false"),
                ("OWLET_SMTP__USERNAME", "12"),
                ("OWLET_SMTP__PASSWORD", "34"),
                ("PATH", "/"),
            ],
        )
        .unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.tls, Tls { cert: Some("c".into()), key: Some("b".into()) });
        assert_eq!(config.limits.upload_bytes, 7);
        assert!(!config.images.fetch);
        assert_eq!(config.smtp.password.as_deref(), Some("34"), "text stays text");
    }

    #[test]
    fn an_unknown_or_wrong_key_is_named() {
        for (file, environment, name) in [
            ("lisen = \"127.0.0.1:1\"", ("", ""), "lisen"),
            ("[tls]\ncrt = \"a\"", ("", ""), "crt"),
            ("listen = \"here\"", ("", ""), "listen"),
            ("", ("OWLET_TLS__CRT", "a"), "OWLET_TLS__CRT"),
            ("", ("OWLET_LIMITS__UPLOAD_BYTES", "many"), "OWLET_LIMITS__UPLOAD_BYTES"),
            ("[tls]\ncert = \"a\"", ("", ""), "tls"),
            ("public_origin = \"https://a.example/b\"", ("", ""), "public_origin"),
            ("[lmtp]\nlisten = \"0.0.0.0:24\"", ("", ""), "lmtp.listen"),
            ("[push]\ncontact = \"postmaster\"", ("", ""), "push.contact"),
        ] {
            let error = load(file, &[environment]).unwrap_err();
            assert!(error.contains(name), "{error:?} names {name}");
            assert!(error.matches("unknown field").count() <= 1, "{error:?} says it once");
        }
    }

    #[test]
    fn the_printed_configuration_reads_back_without_the_password() {
        let config = load("[smtp]\nhost = \"h\"\nusername = \"u\"\npassword = \"secret\"", &[]).unwrap();
        assert!(!config.to_toml().contains("secret"));
        assert_eq!(toml::from_str::<Config>(&config.to_toml()).unwrap().smtp.host.as_deref(), Some("h"));
    }
}
