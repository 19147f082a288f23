//! What is searched for, as an expression of the index.

use crate::search::{Terms, header_name};
use crate::{Error, Result};

/// An expression of the search index; `None` if there is no word in the query. Before each token comes `name`.
pub(in crate::sqlite) fn match_text(query: &str, columns: &str, name: &str) -> Option<String> {
    let terms: Vec<String> = Terms::parse(query)
        .iter()
        .map(|term| {
            let tokens: Vec<String> = term.tokens.iter().map(|token| format!("{name}{token}")).collect();
            format!("\"{}\"{}", tokens.join(" "), if term.is_prefix { " *" } else { "" })
        })
        .collect();
    (!terms.is_empty()).then(|| format!("({{{columns}}} : ({}))", terms.join(" AND ")))
}

pub(super) fn match_header(header: &[String]) -> Result<Option<String>> {
    match header {
        [name] => Ok(Some(format!("({{headers}} : \"{}\")", header_name(name)))),
        [name, text] => Ok(match_text(text, "headers", &header_name(name))),
        _ => Err(Error::UnsupportedFilter("`header` has one or two elements".to_owned())),
    }
}
