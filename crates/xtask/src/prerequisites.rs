//! What building and testing needs besides Rust: a C compiler, Trunk, wasm-bindgen, npm's packages, a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{output, run, step};
use crate::toolchain::{Toolchain, cargo_bin, install_packages, is_debian_root};
use crate::workspace::root;

/// Newer ones need a newer Rust than Debian has.
const TRUNK: &str = "0.21.14";

/// Makes sure of everything that a build needs.
pub(crate) fn for_building() -> Result<Toolchain> {
    if output(Command::new("cc").arg("--version")).is_none() {
        system_package("a C compiler", &["gcc", "libc6-dev"])?;
    }
    let toolchain = Toolchain::find()?;
    install(&toolchain, "trunk", TRUNK, &["--locked"])?;
    // Its lock names a crate that is no longer there, so not `--locked`.
    install(&toolchain, "wasm-bindgen", &locked("wasm-bindgen")?, &["--no-default-features"])?;
    npm()?;
    Ok(toolchain)
}

/// Makes sure of everything that the tests need, and says where the browser is.
pub(crate) fn for_testing() -> Result<(Toolchain, PathBuf)> {
    let toolchain = for_building()?;
    let browser = match find_browser() {
        Some(browser) => browser,
        None => {
            system_package("Chromium", &["chromium", "chromium-driver"])?;
            find_browser().context("Chromium was installed, but is not on PATH")?
        }
    };
    Ok((toolchain, browser))
}

/// Debian's Python comes without what makes environments.
pub(crate) fn python_environments() -> Result<()> {
    system_package("Python's environments", &["python3", "python3-venv"])
}

/// The wasm-bindgen that [`for_building`] made sure of.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    let installed = cargo_bin().join("wasm-bindgen");
    if installed.exists() { Ok(installed) } else { on_path("wasm-bindgen").context("wasm-bindgen is not there") }
}

fn find_browser() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(on_path)
}

/// A program's place on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn system_package(what: &str, packages: &[&str]) -> Result<()> {
    if !is_debian_root() {
        bail!("{what} is not there: install it, then try again");
    }
    step(&format!("installing {what}"), || install_packages(packages))
}

/// The version of a crate in Cargo.lock.
fn locked(name: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let after = lock.split(&format!("name = \"{name}\"\nversion = \"")).nth(1);
    let version = after.and_then(|rest| rest.split('"').next());
    version.map(str::to_owned).with_context(|| format!("Cargo.lock has no {name}"))
}

/// Installs one of cargo's programs, unless the right version is there.
fn install(toolchain: &Toolchain, program: &str, version: &str, options: &[&str]) -> Result<()> {
    let is_right = |file: &Path| {
        output(Command::new(file).arg("--version"))
            .is_some_and(|text| text.split_whitespace().any(|word| word == version))
    };
    let installed = cargo_bin().join(program);
    if is_right(&installed) || on_path(program).is_some_and(|file| is_right(&file)) {
        return Ok(());
    }
    let package = if program == "wasm-bindgen" { "wasm-bindgen-cli" } else { program };
    step(&format!("installing {program} {version} (2 to 7 minutes, once)"), || {
        // A tool that is run a few times need not be optimised as long as it is in a release.
        run(toolchain
            .cargo()
            .args(["install", "--quiet", "--force", package, "--version", version])
            .args(options)
            .env("CARGO_TARGET_DIR", root().join("target/tools"))
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))
    })
}

/// Installs npm's packages, unless they are those of the lock.
fn npm() -> Result<()> {
    if on_path("npm").is_none() {
        system_package("Node", &["nodejs", "npm"])?;
    }
    let lock = fs::read(root().join("package-lock.json"))?;
    let kept = root().join("node_modules/.owlet-lock.json");
    if fs::read(&kept).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("installing npm's packages", || {
        // No script of a package runs but the one that puts its program in place.
        run(Command::new("npm").current_dir(root()).args(["ci", "--silent", "--ignore-scripts"]))?;
        run(Command::new("node").current_dir(root()).arg("node_modules/lightningcss-cli/postinstall.js"))?;
        fs::write(&kept, &lock)?;
        Ok(())
    })
}
