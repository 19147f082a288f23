//! `cargo xtask run`: everything built, the sample organisation made once, the gateway started.

use std::process::Command;

use anyhow::{Context, Result};

use crate::step::{run as run_to_end, step};
use crate::workspace::{root, shown};
use crate::{app, gateway, prerequisites};

const LISTEN: &str = "127.0.0.1:8080";

/// Builds and serves until it is stopped. Arguments after `--` go to `owletd serve`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let more: Vec<&String> = arguments.iter().filter(|argument| *argument != "--").collect();
    let toolchain = prerequisites::for_building()?;
    app::build(&toolchain, app::Profile::Release)?;
    let program = gateway::build(&toolchain)?;

    let data = root().join("data");
    if !data.exists() {
        step("making the sample organisation", || {
            run_to_end(Command::new(&program).arg("sample").arg("--data").arg(&data))
        })?;
    }
    println!();
    println!("Owlet is at http://{LISTEN}");
    println!("Sign in as alice@owlery.example, bob@owlery.example or carol@owlery.example, password owlet.");
    println!("Its data is in {}; Ctrl+C stops it.", shown(&data));
    println!();
    let status = Command::new(&program)
        .arg("serve")
        .arg("--data")
        .arg(&data)
        .args(["--listen", LISTEN])
        .args(more)
        .status()
        .with_context(|| format!("cannot start {}", program.display()))?;
    std::process::exit(status.code().unwrap_or(1));
}
