//! Leaves icons out of the page that nothing in the app shows. The sprite has more than one feature needs, and the page
//! carries it whole.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::workspace::{files, shown};

/// Where icons are named; what shows all of them.
const NAMES: &str = "src/ui/icon_name.rs";
const GALLERY: &str = "src/ui/gallery";

/// Takes the drawings of unused icons out of the app's page.
pub(crate) fn prune(dist: &Path) -> Result<()> {
    let mut app = String::new();
    for file in files(&["src", "public/index.html"])? {
        let name = shown(&file);
        if name != NAMES && !name.starts_with(GALLERY) {
            app += &fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
        }
    }
    // A name that a macro puts together is not found.
    ensure!(!app.contains("IconName::$"), "an icon is to be named in full where it is used: IconName::Mail");
    let names = fs::read_to_string(crate::workspace::root().join(NAMES))?;
    let index = dist.join("index.html");
    let mut page = fs::read_to_string(&index)?;
    for (variant, name) in names.lines().filter_map(icon) {
        if !is_used(&app, variant) && !app.contains(&format!("#icon-{name}\"")) {
            page = without_symbol(&page, &format!("icon-{name}"));
        }
    }
    fs::write(&index, page).with_context(|| format!("cannot write {}", index.display()))
}

/// `Archive = "archive",` as its two names.
fn icon(line: &str) -> Option<(&str, &str)> {
    let (variant, name) = line.trim().strip_suffix("\",")?.split_once(" = \"")?;
    variant.chars().all(char::is_alphanumeric).then_some((variant, name))
}

fn is_used(app: &str, variant: &str) -> bool {
    let named = format!("IconName::{variant}");
    app.match_indices(&named).any(|(at, _)| {
        let after = app.get(at + named.len()..).and_then(|rest| rest.chars().next());
        !after.is_some_and(char::is_alphanumeric)
    })
}

fn without_symbol(page: &str, id: &str) -> String {
    const END: &str = "</symbol>";
    let start = page.find(&format!("<symbol id=\"{id}\""));
    let found = start.and_then(|start| Some((start, start + page.get(start..)?.find(END)? + END.len())));
    match found.and_then(|(start, end)| Some((page.get(..start)?, page.get(end..)?))) {
        Some((before, after)) => format!("{before}{after}"),
        None => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_is_used_where_its_whole_name_stands() {
        assert!(is_used("IconName::Mail,", "Mail"));
        assert!(!is_used("IconName::MailRead", "Mail"));
        assert_eq!(icon("    MailRead = \"mail-read\","), Some(("MailRead", "mail-read")));
    }

    #[test]
    fn one_symbol_goes_and_its_neighbours_stay() {
        let page = "<symbol id=\"icon-a\">1</symbol><symbol id=\"icon-ab\">2</symbol><symbol id=\"icon-b\">3</symbol>";
        let left = "<symbol id=\"icon-a\">1</symbol><symbol id=\"icon-b\">3</symbol>";
        assert_eq!(without_symbol(page, "icon-ab"), left);
        assert_eq!(without_symbol(page, "icon-none"), page);
    }
}
