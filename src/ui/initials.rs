//! Two letters that stand for a person without a photo. Pure: a name in, letters out.

/// The first letters of the first and last word of a name, or of the address where there is no name.
///
/// `"Bob Okafor"` is `BO`, `"Okafor, Bob"` is `BO`, `"emi@owlery.example"` is `E`, `"田中 絵美"` is `田`.
pub(crate) fn initials(name: &str) -> String {
    let name = name.trim().trim_matches(|c| matches!(c, '"' | '\''));
    let name = match name.split_once('@') {
        Some((local, _)) if !name.contains(' ') => local,
        _ => name,
    };
    let turned = match name.split_once(", ") {
        Some((family, given)) if !given.contains(',') => format!("{given} {family}"),
        _ => name.to_owned(),
    };
    let letters: Vec<char> = turned
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-' | '(' | '['))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .collect();
    match (letters.first(), letters.last()) {
        // A Chinese, Japanese or Korean character says enough alone, and two do not fit.
        (Some(&first), _) if is_wide(first) => first.to_string(),
        (Some(&first), Some(&last)) if letters.len() > 1 && last.is_alphabetic() => {
            first.to_uppercase().chain(last.to_uppercase()).collect()
        }
        (Some(&first), _) => first.to_uppercase().collect(),
        _ => "?".to_owned(),
    }
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11ff | 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..)
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[track_caller]
    fn check(name: &str, expect: &str) {
        assert_eq!(initials(name), expect, "{name}");
    }

    #[test]
    fn a_name_gives_its_first_and_last_letters() {
        check("Bob Okafor", "BO");
        check("ana maría de la cruz", "AC");
        check("Okafor, Bob", "BO");
        check("\"Front Desk\"", "FD");
        check("Åsa Ög", "ÅÖ");
        check("Facilities", "F");
        check("Building 7", "B");
    }

    #[test]
    fn an_address_gives_the_letters_of_its_local_part() {
        check("emi@owlery.example", "E");
        check("emi.tanaka@owlery.example", "ET");
    }

    #[test]
    fn nothing_gives_a_question_mark() {
        check("", "?");
        check("  — ", "?");
    }

    #[test]
    fn a_wide_character_stands_alone() {
        check("田中 絵美", "田");
    }
}
