//! Makes sure that `dist/` is there, even while the app is not built yet: `assets.rs` takes its true path when it is
//! compiled, and a debug build that found none would not see the app that is built afterwards.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    fs::create_dir_all(Path::new(&package).join("../../dist"))
}
