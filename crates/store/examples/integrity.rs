//! Recounts everything that a data folder's store derives, and names what is wrong:
//! `cargo run -p owlet-store --profile gateway --example integrity -- DIR`.

use std::path::PathBuf;
use std::process::ExitCode;

use store::{Result, Store};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let Some(dir) = std::env::args_os().nth(1).map(PathBuf::from).filter(|dir| dir.is_dir()) else {
        eprintln!("a data folder is wanted");
        return Ok(ExitCode::from(2));
    };
    let store = Store::open(&dir).await?;
    let found = store.check_integrity().await?;
    found.iter().for_each(|finding| println!("{finding}"));
    println!("{} findings", found.len());
    store.close().await;
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
