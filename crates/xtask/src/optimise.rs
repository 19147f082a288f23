//! Makes wasm and scripts small: Binaryen's wasm-opt and esbuild, for every part of the app alike.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::step::run;
use crate::toolchain::Toolchain;

/// Structured anew before and after, since much of it is many small views: a fortieth less than `-Oz` alone.
const PASSES: [&str; 4] = ["--flatten", "--rereloop", "-Oz", "-Oz"];

/// What the browsers that Owlet is for understand.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-simd",
];

/// Optimises all wasm and scripts below a folder for size.
pub(crate) fn folder(toolchain: &Toolchain, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            self::folder(toolchain, &path)?;
        } else if path.extension().is_some_and(|ending| ending == "wasm") {
            run(toolchain
                .command("wasm-opt")
                .arg("--quiet")
                .args(FEATURES)
                .args(PASSES)
                .arg(&path)
                .arg("-o")
                .arg(&path))?;
        } else if path.extension().is_some_and(|ending| ending == "js") {
            // wasm-bindgen names a module once for each import of it.
            let quiet = "--log-override:duplicate-object-key=silent";
            let options =
                ["--minify", "--format=esm", "--target=es2022", "--log-level=warning", "--allow-overwrite", quiet];
            let outfile = format!("--outfile={}", path.display());
            run(toolchain.command("esbuild").arg(&path).args(options).arg(outfile))?;
        }
    }
    Ok(())
}
