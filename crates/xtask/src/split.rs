//! Splits the app's wasm: what `#[wasm_split]` marks becomes files of its own, fetched when they are first wanted.
//!
//! It has to happen after linking and before wasm-bindgen, and Trunk knows nothing of it (trunk-rs/trunk#1022). So
//! [`in_front_of`] puts a `wasm-bindgen` on Trunk's PATH that is this program ([`is_wasm_bindgen`]): it splits, then
//! hands the main part to the real one. Trunk copies the folder `snippets`, where the other parts go.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_split_cli_support::{Options, transform};

use crate::step::run;
use crate::workspace::{hash, root};

const NAME: &str = "wasm-bindgen";

/// Where the parts are, from the app's root.
const FOLDER: &str = "snippets/split";

/// What the parts import the main one from, until Trunk has named it.
const MAIN: &str = "../../main.js";

/// Tells the program in front where the real one is.
const REAL: &str = "XTASK_WASM_BINDGEN";

/// Puts this program in front of wasm-bindgen for a command that runs it.
pub(crate) fn in_front_of(wasm_bindgen: &Path, trunk: &mut Command) -> Result<()> {
    let folder = root().join("target/xtask/in-front");
    fs::create_dir_all(&folder)?;
    let link = folder.join(NAME);
    // An older one may name a program that has moved.
    let _ = fs::remove_file(&link);
    symlink(env::current_exe()?, &link).with_context(|| format!("cannot make {}", link.display()))?;
    let path = trunk.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value).map(OsString::from);
    let behind = path.or_else(|| env::var_os("PATH")).unwrap_or_default();
    let folders = std::iter::once(folder).chain(env::split_paths(&behind).collect::<Vec<_>>());
    trunk.env("PATH", env::join_paths(folders)?).env(REAL, wasm_bindgen);
    Ok(())
}

/// Whether this program was started as wasm-bindgen.
pub(crate) fn is_wasm_bindgen() -> bool {
    env::args_os().next().is_some_and(|name| Path::new(&name).file_name().is_some_and(|name| name == NAME))
}

/// Does what wasm-bindgen does, after splitting what it is given.
pub(crate) fn wasm_bindgen() -> Result<()> {
    let real = env::var_os(REAL).with_context(|| format!("{REAL} is not set"))?;
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let text = |argument: &OsString| argument.to_string_lossy().into_owned();
    let input =
        arguments.iter().find(|argument| Path::new(argument).extension().is_some_and(|ending| ending == "wasm"));
    let output = arguments.iter().map(text).find_map(|argument| argument.strip_prefix("--out-dir=").map(PathBuf::from));
    let (Some(input), Some(output)) = (input, output) else {
        return run(Command::new(real).args(&arguments));
    };
    let main = split(Path::new(input), &output)?;
    let arguments = arguments.iter().map(|argument| if argument == input { main.as_os_str() } else { argument });
    // The parts import the table of functions, which only lld's own exports give them.
    run(Command::new(real).args(arguments).arg("--keep-lld-exports"))
}

/// Splits a module into its main part, whose place is the answer, and the others below `output`. A hash of the whole is
/// in every name: all parts are of one build.
fn split(input: &Path, output: &Path) -> Result<PathBuf> {
    let whole = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let hash = hash(&whole);
    let folder = output.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let main = output.join("main.wasm");
    let link = format!("./{FOLDER}/parts-{hash}.js");
    let mut options = Options::new(&whole);
    options.output_dir = output;
    options.main_out_path = &main;
    options.link_name = &link;
    options.main_module = MAIN;
    let parts = transform(options).map_err(|error| anyhow::anyhow!("cannot split {}: {error:#}", input.display()))?;
    let link = output.join(link);
    let mut script = fs::read_to_string(&link)?;
    for part in parts.split_modules {
        let name = part.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let named = format!("{}-{hash}.wasm", name.trim_start_matches("split_"));
        script = script.replace(&format!("\"./{name}.wasm\""), &format!("\"./{named}\""));
        fs::rename(&part, folder.join(named))?;
    }
    fs::write(&link, script)?;
    Ok(main)
}

/// Tells the parts what Trunk called the main one, and the page to fetch their script beside it.
pub(crate) fn name_main(dist: &Path) -> Result<()> {
    let folder = dist.join(FOLDER);
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index)?;
    let main = page.split("data-js=\"/").nth(1).and_then(|rest| rest.split('"').next());
    let main = main.context("index.html does not name the app's script")?;
    let mut preload = String::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "js") {
            let script = fs::read_to_string(&file)?;
            if !script.contains(MAIN) {
                bail!("{} does not import {MAIN}", file.display());
            }
            fs::write(&file, script.replace(MAIN, &format!("../../{main}")))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            preload = format!("<link rel=\"modulepreload\" href=\"/{FOLDER}/{name}\" crossorigin>");
        }
    }
    fs::write(&index, page.replacen("</head>", &format!("{preload}</head>"), 1))?;
    Ok(())
}
