//! Starts owletd; what it can do is in the library, under `command`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    gateway::command::main().await
}
