//! `cargo xtask bench`: figures, each beside a floor or a peer measured in the same run.

use std::process::Command;

use anyhow::{Result, bail};

use crate::step::{run, step};
use crate::{app, gateway, prerequisites};

/// Runs the benchmarks named, or all.
pub(crate) fn bench(parts: &[String]) -> Result<()> {
    if let Some(unknown) = parts.iter().find(|part| !["gateway", "browser"].contains(&part.as_str())) {
        bail!("there is no benchmark {unknown:?}: gateway, browser");
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wish| wish == part);
    let (toolchain, browser) = prerequisites::for_testing()?;
    app::build(&toolchain, app::Profile::Release)?;
    let program = gateway::build(&toolchain)?;
    if wanted("gateway") {
        step("measuring the gateway", || {
            run(toolchain.command("node").arg("bench/gateway.mjs").env("OWLETD", &program))
        })?;
    }
    if wanted("browser") {
        step("measuring the app", || {
            run(Command::new("node")
                .current_dir(crate::workspace::root())
                .arg("bench/browser.mjs")
                .env("OWLETD", &program)
                .env("TEST_CHROMIUM", &browser))
        })?;
    }
    Ok(())
}
