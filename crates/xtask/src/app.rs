//! The app: Trunk builds it into `dist/`, and each file is compressed once.

use std::process::Command;

use anyhow::Result;

use crate::step::{run, step};
use crate::toolchain::{Toolchain, WASM};
use crate::workspace::{Stamp, root};
use crate::{compress, optimise, prerequisites, split, sprite};

/// Everything that the app is made from.
const INPUTS: [&str; 14] = [
    "crates/xtask/src",
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

/// Builds the standard library along with the app: small, and without the words of panics, which only stop the page
/// (`public/boot.js` says so there). A third of the app's size; the flags are unstable, so the compiler is told to
/// take them all the same.
fn with_small_std(command: &mut Command) {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort");
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
        let is_small = profile != Profile::Quick && toolchain.has_std_sources();
        let mut fetch = toolchain.cargo();
        fetch.args(["fetch", "--quiet", "--locked", "--target", WASM]);
        let mut trunk = toolchain.command("trunk");
        if is_small {
            with_small_std(&mut fetch);
            with_small_std(&mut trunk);
        }
        run(&mut fetch)?;
        trunk.args(["build", "--offline", "--skip-version-check", "--log", "warn"]);
        // Trunk takes NO_COLOR=1, as many a terminal sets it, for a wrong value.
        trunk.env_remove("NO_COLOR");
        split::in_front_of(&prerequisites::wasm_bindgen()?, &mut trunk)?;
        match profile {
            Profile::Release => run(trunk.arg("--release"))?,
            Profile::Test => run(trunk.args(["--release", "--features", "gallery"]))?,
            Profile::Quick => run(trunk.args(["--cargo-profile", "quick", "--features", "gallery"]))?,
        }
        let dist = root().join("dist");
        split::name_main(&dist)?;
        if profile == Profile::Release {
            sprite::prune(&dist)?;
        }
        if profile != Profile::Quick {
            optimise::folder(toolchain, &dist)?;
        }
        compress::folder(&dist, profile != Profile::Quick)
    })?;
    stamp.keep()
}
