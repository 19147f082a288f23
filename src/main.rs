//! The app: mail in a browser. Everything that needs the browser is built for wasm only; the pure parts
//! (queries, patches, layouts, words) also build and test natively.

#![allow(unreachable_pub, reason = "`pub` in a program means: for the rest of the program")]
#![cfg_attr(not(target_family = "wasm"), allow(dead_code, unused_imports, reason = "used in the browser only"))]

mod client;
mod records;
mod session;

fn main() {}
