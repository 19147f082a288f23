//! The gateway: `target/owletd`, with `dist/` inside.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::step::{run, step};
use crate::toolchain::Toolchain;
use crate::workspace::root;

/// Builds the program that the tests use: it reads `dist/` when asked, so the app can be built anew under it.
pub(crate) fn build_quickly(toolchain: &Toolchain) -> Result<PathBuf> {
    step("building owletd for the tests", || {
        run(toolchain.cargo().args(["build", "--quiet", "--locked", "-p", "owlet-gateway"]))
    })?;
    Ok(root().join("target/debug/owletd"))
}

/// Builds the program that people install.
pub(crate) fn build(toolchain: &Toolchain) -> Result<PathBuf> {
    step("building owletd", || {
        run(toolchain.cargo().args(["build", "--quiet", "--locked", "-p", "owlet-gateway", "--profile", "gateway"]))
    })?;
    let built = root().join("target/gateway/owletd");
    let program = root().join("target/owletd");
    // Not over a running one: take the old away, then put the new there.
    let fresh = root().join("target/owletd.new");
    fs::copy(&built, &fresh).with_context(|| format!("cannot copy {}", built.display()))?;
    fs::rename(&fresh, &program)?;
    Ok(program)
}
