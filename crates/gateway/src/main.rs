//! Starts owletd.
fn main() {}
