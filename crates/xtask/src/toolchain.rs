//! Which Rust builds: rustup's where it has or can fetch the wasm32 target, else Debian's with a standard
//! library for wasm32 built from Debian's sources.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{output, run, step};
use crate::workspace::root;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The packages of Debian's Rust for the browser, and what links its wasm.
const DEBIAN_RUST: [&str; 7] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22", "rust-web-clippy", "rustfmt-web"];

/// A Rust that builds for this machine and for the browser.
pub(crate) struct Toolchain {
    /// Where its cargo and rustc are; `None` for those that rustup puts on PATH.
    bin: Option<PathBuf>,
}

impl Toolchain {
    /// The one that is there, or that can be had.
    pub(crate) fn find() -> Result<Self> {
        if rustup_has_wasm() {
            return Ok(Self { bin: None });
        }
        let debian = Self { bin: Some(PathBuf::from("/usr/bin")) };
        if debian_has_wasm() {
            return Ok(debian);
        }
        if output(Command::new("rustup").arg("--version")).is_some()
            && step("fetching Rust's wasm32 target by rustup", || Ok(rustup_adds("target", WASM)))?
        {
            return Ok(Self { bin: None });
        }
        if !is_debian_root() {
            bail!("the wasm32 target is not there: run `rustup target add {WASM}`, then try again");
        }
        step("installing Debian's Rust, since rustup cannot fetch the wasm32 target", || {
            install_packages(&DEBIAN_RUST)
        })?;
        step("building Rust's standard library for wasm32", || debian.build_wasm_std())?;
        Ok(debian)
    }

    /// A command of this toolchain, in the repository, free of what another toolchain left in the environment.
    /// PATH alone says which rustc: naming it in RUSTC too would make `cargo check` by hand build much anew.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = match &self.bin {
            Some(bin) if bin.join(program).exists() => Command::new(bin.join(program)),
            Some(_) | None => Command::new(program),
        };
        command.current_dir(root()).env("PATH", self.path());
        for left in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "RUST_RECURSION_COUNT", "LD_LIBRARY_PATH"] {
            command.env_remove(left);
        }
        command
    }

    /// cargo.
    pub(crate) fn cargo(&self) -> Command {
        self.command("cargo")
    }

    fn path(&self) -> OsString {
        let mut folders = vec![root().join("node_modules/.bin")];
        folders.extend(self.bin.clone());
        folders.push(cargo_bin());
        folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
        // A PATH came apart at its colons, so it goes together again.
        env::join_paths(folders).unwrap_or_default()
    }

    /// Whether the standard library's sources are there, or can be had.
    pub(crate) fn has_std_sources(&self) -> bool {
        let is_there = || {
            output(self.command("rustc").args(["--print", "sysroot"])).is_some_and(|sysroot| {
                Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").exists()
            })
        };
        is_there() || (self.bin.is_none() && rustup_adds("component", "rust-src") && is_there())
    }

    /// Makes the standard library that Debian does not package, from the sources that it does.
    fn build_wasm_std(&self) -> Result<()> {
        let folder = root().join("target/wasm-std");
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n")?;
        fs::write(folder.join("src/lib.rs"), "")?;
        run(self
            .cargo()
            .current_dir(&folder)
            .args(["build", "-Z", "build-std=std,panic_abort,test", "--target", WASM, "--release"])
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cembed-bitcode=yes"))?;
        let to = Path::new("/usr/lib/rustlib").join(WASM).join("lib");
        fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
        for entry in fs::read_dir(folder.join("target").join(WASM).join("release/deps"))? {
            let file = entry?.path();
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.ends_with(".rlib") && !name.starts_with("libempty-") {
                fs::copy(&file, to.join(&name)).with_context(|| format!("cannot copy {name}"))?;
            }
        }
        Ok(())
    }
}

/// Where `cargo install` puts programs.
pub(crate) fn cargo_bin() -> PathBuf {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default().join("bin")
}

/// Debian, and allowed to install packages.
pub(crate) fn is_debian_root() -> bool {
    Path::new("/usr/bin/apt-get").exists() && output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

/// Installs Debian packages.
pub(crate) fn install_packages(packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
        command
    };
    run(apt().args(["update", "-q"]))?;
    run(apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages))
}

fn rustup_has_wasm() -> bool {
    output(Command::new("rustup").args(["target", "list", "--installed"]))
        .is_some_and(|targets| targets.lines().any(|target| target == WASM))
}

fn rustup_adds(what: &str, name: &str) -> bool {
    Command::new("timeout").args(["120", "rustup", what, "add", name]).status().is_ok_and(|status| status.success())
}

fn debian_has_wasm() -> bool {
    let library = Path::new("/usr/lib/rustlib").join(WASM).join("lib");
    Path::new("/usr/bin/cargo").exists()
        && fs::read_dir(library).is_ok_and(|entries| {
            entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libtest-"))
        })
}
