//! How far a long command is: a bar on a terminal, nothing elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over octets, with a count of messages.
pub(super) fn over_bytes(total: u64) -> ProgressBar {
    bar(total, "{bar:30} {percent:>3}%  {binary_bytes}/{binary_total_bytes}  {msg}  {eta} left")
}

/// A bar over messages.
pub(super) fn over_messages(total: u64) -> ProgressBar {
    bar(total, "{bar:30} {percent:>3}%  {pos}/{len} messages  {eta} left")
}

/// A bar over events, whose number is known later.
pub(super) fn over_events() -> ProgressBar {
    bar(0, "{bar:30} {percent:>3}%  {pos}/{len} events  {eta} left")
}

fn bar(total: u64, template: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
