//! `cargo xtask tidy`: the house's invariants (STYLE.md, ARCHITECTURE.md), each checked on the sources as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::step::output;
use crate::workspace::{files, root, shown};

/// Checks everything; an error lists every breach.
pub(crate) fn tidy() -> Result<()> {
    let mut breaches = Vec::new();
    let sources = sources()?;
    heads(&sources, &mut breaches);
    rooms(&sources, &mut breaches);
    who_knows_whom(&sources, &mut breaches);
    only_store_knows_sql(&sources, &mut breaches);
    what_runs_later(&sources, &mut breaches);
    words(&sources, &mut breaches)?;
    registries(&mut breaches)?;
    dependencies(&mut breaches)?;
    if breaches.is_empty() {
        println!("tidy: {} files hold the house's invariants", sources.len());
        return Ok(());
    }
    bail!("{} breaches of the house's invariants:\n  {}", breaches.len(), breaches.join("\n  "));
}

/// What runs in the next frame or after a while may find its view gone: it asks signals by `try_…`. Seen as far as it
/// is written in the call itself.
fn what_runs_later(sources: &Sources, breaches: &mut Vec<String>) {
    const LATER: [&str; 3] = ["request_animation_frame(", "set_timeout(", "set_timeout_with_handle("];
    const SURE: [&str; 10] = [
        ".get()",
        ".get_untracked(",
        ".with_untracked(",
        ".read_untracked(",
        ".set(",
        ".update(",
        ".get_value(",
        ".set_value(",
        ".with_value(",
        ".update_value(",
    ];
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with("src/")) {
        for (at, call) in LATER.iter().flat_map(|call| text.match_indices(call)) {
            let argument = within(text.get(at + call.len()..).unwrap_or_default());
            if let Some(sure) = SURE.iter().find(|sure| argument.contains(**sure)) {
                let line = text.get(..at).unwrap_or_default().lines().count();
                breaches.push(format!("{path}:{line}: runs later, when its view may be gone, and asks by `{sure}`"));
            }
        }
    }
}

/// Up to the bracket that closes what is open where this begins.
fn within(text: &str) -> &str {
    let mut open = 1_usize;
    let end = text.find(|letter| {
        match letter {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        open == 0
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Path from the root, and text.
type Sources = BTreeMap<String, String>;

fn sources() -> Result<Sources> {
    let mut sources = Sources::new();
    for file in files(&["src", "crates"])? {
        if file.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            sources.insert(shown(&file), text);
        }
    }
    Ok(sources)
}

/// Every file says at its top what it is.
fn heads(sources: &Sources, breaches: &mut Vec<String>) {
    for (path, text) in sources {
        if !text.starts_with("//!") {
            breaches.push(format!("{path}: begins without a `//!` that says what it is"));
        }
    }
}

/// `name.rs` beside `name/`, and no drawers.
fn rooms(sources: &Sources, breaches: &mut Vec<String>) {
    for path in sources.keys() {
        let path_of = Path::new(path);
        let stem = path_of.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if stem == "mod" {
            breaches.push(format!("{path}: is `name.rs` with `name/` in this house"));
        }
        if ["utils", "util", "helpers", "common", "types", "misc"].contains(&stem) {
            breaches.push(format!("{path}: is a drawer; name it by what it holds"));
        }
    }
}

/// Arrows point one way.
fn who_knows_whom(sources: &Sources, breaches: &mut Vec<String>) {
    /// Files under a path must not say a word; the reason.
    const RULES: [(&str, &[&str], &str); 7] = [
        ("crates/jmap/src", &["leptos", "tokio", "sqlx", "web_sys", "axum"], "jmap knows serde and little else"),
        (
            "crates/mirror/src",
            &["leptos", "tokio", "sqlx", "web_sys", "js_sys", "Utc::now", "Instant::now"],
            "mirror has no I/O, no browser, no clock",
        ),
        (
            "src/ui",
            &["jmap::", "crate::records", "crate::client", "crate::mail", "crate::session"],
            "ui knows no word of the domain",
        ),
        (
            "src/mail",
            &["crate::client", "gloo_net", "XmlHttpRequest"],
            "only records talks to client, only client to the network",
        ),
        ("src/shell", &["gloo_net", "XmlHttpRequest"], "only client talks to the network"),
        ("src/records", &["gloo_net", "XmlHttpRequest"], "only client talks to the network"),
        ("src/session", &["gloo_net", "XmlHttpRequest"], "only client talks to the network"),
    ];
    for (path, text) in sources {
        for (under, words, reason) in RULES {
            if !path.starts_with(under) {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if let Some(word) = words.iter().find(|word| code.contains(**word)) {
                    breaches.push(format!("{path}:{}: says `{word}`: {reason}", number + 1));
                }
            }
        }
    }
}

fn only_store_knows_sql(sources: &Sources, breaches: &mut Vec<String>) {
    for (path, text) in sources {
        if !path.starts_with("crates/store") && !path.starts_with("crates/xtask") && text.contains("sqlx::") {
            breaches.push(format!("{path}: only store knows SQL"));
        }
    }
}

/// Every key of a text that the app uses has a text, and every text is used.
fn words(sources: &Sources, breaches: &mut Vec<String>) -> Result<()> {
    let mut texts = BTreeSet::new();
    for file in files(&["locales/en"])? {
        let feature = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let map: BTreeMap<String, Value> = serde_json::from_str(&fs::read_to_string(&file)?)
            .with_context(|| format!("{} is no map of texts", shown(&file)))?;
        texts.extend(map.keys().map(|key| format!("{feature}.{key}")));
    }
    let features: BTreeSet<&str> = texts.iter().filter_map(|key| key.split('.').next()).collect();
    let mut used = BTreeSet::new();
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with("src/")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        // A quote that is itself said begins no text.
        let code = code.replace("'\"'", "").replace("'\\\"'", "").replace("\\\"", "");
        for literal in code.split('"').skip(1).step_by(2) {
            let Some((feature, key)) = literal.split_once('.') else { continue };
            let is_key = features.contains(feature)
                && !key.is_empty()
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
            if is_key {
                used.insert(literal.to_owned());
                if !texts.contains(literal) {
                    breaches.push(format!("{path}: the key {literal:?} has no text in locales/en"));
                }
            }
        }
    }
    breaches.extend(texts.difference(&used).map(|key| format!("locales/en: the text {key:?} is not used")));
    Ok(())
}

/// No lock names where a package was fetched from.
fn registries(breaches: &mut Vec<String>) -> Result<()> {
    for lock in ["package-lock.json", "Cargo.lock"] {
        let text = fs::read_to_string(root().join(lock))?;
        if text.contains("\"resolved\"") || text.contains("artifactory") {
            breaches.push(format!("{lock}: names the address of a registry"));
        }
    }
    Ok(())
}

/// ring is the one cryptography, and nothing under the GPL is linked in.
fn dependencies(breaches: &mut Vec<String>) -> Result<()> {
    for crate_name in ["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls", "sieve-rs"] {
        let tree = output(Command::new("cargo").current_dir(root()).args([
            "tree",
            "--workspace",
            "--locked",
            "--offline",
            "-i",
            crate_name,
        ]));
        if tree.is_some_and(|tree| !tree.trim().is_empty()) {
            breaches.push(format!("Cargo.lock: {crate_name} is linked in; see DESIGN.md on features"));
        }
    }
    Ok(())
}
