//! `cargo xtask run | test | build | bench | tidy`: the only scripts of this repository.
//!
//! Each installs what it needs and is not there, says so and how long it took, and is quick when nothing changed.

mod app;
mod bench;
mod compress;
mod gateway;
mod optimise;
mod prerequisites;
mod run;
mod split;
mod sprite;
mod step;
mod test;
mod tidy;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  run [-- ARGS]   build everything and serve the sample organisation on http://127.0.0.1:8080
  test [PART…]    run every test, or only: tidy, native, wasm, browser, third-party
  build           make target/owletd, one program with the app inside
  build --quick   the app in dist/ and target/debug/owletd, which reads it from there: for work on the app
  bench [PART…]   measure: gateway, browser
  tidy            check the house's invariants";

fn main() -> ExitCode {
    let done = if split::is_wasm_bindgen() { split::wasm_bindgen() } else { command() };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[] as &[String]),
    };
    match command {
        "run" => run::run(rest),
        "test" => test::test(rest),
        "build" => {
            let quick = rest.iter().any(|argument| argument == "--quick");
            let toolchain = prerequisites::for_building()?;
            app::build(&toolchain, if quick { app::Profile::Quick } else { app::Profile::Release })?;
            let program = if quick { gateway::build_quickly(&toolchain)? } else { gateway::build(&toolchain)? };
            println!("{} is ready", workspace::shown(&program));
            Ok(())
        }
        "bench" => bench::bench(rest),
        "tidy" => tidy::tidy(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command {other:?}\n\n{USAGE}"),
    }
}
