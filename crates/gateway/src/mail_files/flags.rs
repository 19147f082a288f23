//! A Maildir's flags and an mbox's status fields as keywords, and back.

use std::collections::BTreeSet;
use std::fmt::Write as _;

const FLAGS: [(char, &str); 5] =
    [('D', "$draft"), ('F', "$flagged"), ('P', "$forwarded"), ('R', "$answered"), ('S', "$seen")];

/// The keywords of `:2,FRS`, with the folder's own letters.
pub(super) fn from_maildir(flags: &str, own: &[String]) -> BTreeSet<String> {
    flags
        .chars()
        .filter_map(|letter| match letter {
            'a'..='z' => own.get(letter as usize - 'a' as usize).cloned(),
            _ => FLAGS.iter().find(|(flag, _)| *flag == letter).map(|(_, keyword)| (*keyword).to_owned()),
        })
        .collect()
}

/// `0 $label1` by line: what a folder's letters `a` to `z` mean.
pub(super) fn own_letters(list: &str) -> Vec<String> {
    let mut own = vec![String::new(); 26];
    for line in list.lines() {
        if let Some((number, keyword)) = line.split_once(' ')
            && let Some(place) = number.parse::<usize>().ok().and_then(|number| own.get_mut(number))
        {
            *place = keyword.trim().to_lowercase();
        }
    }
    own
}

/// The letters that a folder gives to keywords that Maildir has none for.
#[derive(Debug, Default)]
pub(crate) struct Letters(Vec<String>);

impl Letters {
    /// The flags of a message, in order. The 27th keyword of a folder has no letter.
    pub(crate) fn flags(&mut self, keywords: &BTreeSet<String>) -> String {
        let mut flags: Vec<char> = Vec::new();
        for keyword in keywords {
            if let Some((flag, _)) = FLAGS.iter().find(|(_, known)| known == keyword) {
                flags.push(*flag);
                continue;
            }
            let number = self.0.iter().position(|known| known == keyword).unwrap_or_else(|| {
                self.0.push(keyword.clone());
                self.0.len() - 1
            });
            flags.extend(
                u8::try_from(number).ok().filter(|number| *number < 26).map(|number| char::from(b'a' + number)),
            );
        }
        flags.sort_unstable();
        flags.into_iter().collect()
    }

    /// The file that says what they mean, if there are any.
    pub(crate) fn list(&self) -> Option<String> {
        let mut list = String::new();
        for (number, keyword) in self.0.iter().take(26).enumerate() {
            // Writing to a String does not fail.
            let _ = writeln!(list, "{number} {keyword}");
        }
        (!list.is_empty()).then_some(list)
    }
}

/// Of an mbox: `None` if the message was deleted and is only still in the file.
pub(super) fn from_fields(field: impl Fn(&str) -> Option<String>) -> Option<BTreeSet<String>> {
    let mut keywords = BTreeSet::new();
    let mut add = |keyword: &str| keywords.insert(keyword.to_owned());
    if let Some(status) = field("X-Mozilla-Status") {
        let bits = u32::from_str_radix(status.trim(), 16).unwrap_or_default();
        if bits & 0x8 != 0 {
            return None;
        }
        for (bit, keyword) in [(0x1, "$seen"), (0x2, "$answered"), (0x4, "$flagged"), (0x1000, "$forwarded")] {
            if bits & bit != 0 {
                add(keyword);
            }
        }
    }
    let letters = field("Status").unwrap_or_default() + &field("X-Status").unwrap_or_default();
    for letter in letters.chars() {
        match letter {
            'R' => add("$seen"),
            'A' => add("$answered"),
            'F' => add("$flagged"),
            'T' => add("$draft"),
            _ => false,
        };
    }
    let labels = field("X-Mozilla-Keys").unwrap_or_default() + " " + &field("X-Keywords").unwrap_or_default();
    for label in labels.split([' ', ',']).map(str::trim) {
        if !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_graphic() && !b"(){]%*\"\\".contains(&byte)) {
            add(&label.to_lowercase());
        }
    }
    Some(keywords)
}
