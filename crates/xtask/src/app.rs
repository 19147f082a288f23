//! The app: Trunk builds it into `dist/`, and each file is compressed once.

use anyhow::Result;

use crate::compress;
use crate::step::{run, step};
use crate::toolchain::Toolchain;
use crate::workspace::{Stamp, root};

/// Everything that the app is made from.
const INPUTS: [&str; 13] = [
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "package-lock.json",
    ".cargo",
    "src",
    "style",
    "public",
    "locales",
    "crates/jmap/src",
    "crates/mirror/src",
    "crates/jmap/Cargo.toml",
    "crates/mirror/Cargo.toml",
];

/// How much the wasm is optimised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For people: small.
    Release,
    /// The same with the gallery in it.
    Test,
    /// For work on it: soon there.
    Quick,
}

/// Builds the app, unless it is built from the same files already.
pub(crate) fn build(toolchain: &Toolchain, profile: Profile) -> Result<()> {
    let word = match profile {
        Profile::Release => "release",
        Profile::Test => "release, with the gallery",
        Profile::Quick => "quick",
    };
    let stamp = Stamp::of("app", &INPUTS, word)?;
    if stamp.is_fresh() && root().join("dist/index.html").exists() {
        return Ok(());
    }
    step(&format!("building the app ({word})"), || {
        run(toolchain.cargo().args(["fetch", "--quiet", "--locked"]))?;
        let mut trunk = toolchain.command("trunk");
        trunk.args(["build", "--offline", "--skip-version-check", "--log", "warn"]);
        // Trunk takes NO_COLOR=1, as many a terminal sets it, for a wrong value.
        trunk.env_remove("NO_COLOR");
        match profile {
            Profile::Release => run(trunk.arg("--release"))?,
            Profile::Test => run(trunk.args(["--release", "--features", "gallery"]))?,
            Profile::Quick => run(trunk.args(["--cargo-profile", "quick", "--features", "gallery"]))?,
        }
        compress::folder(&root().join("dist"), profile != Profile::Quick)
    })?;
    stamp.keep()
}
