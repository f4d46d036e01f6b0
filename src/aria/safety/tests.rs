//! The rules on the written set of messages.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde::Deserialize;

use super::{rules::Rules, *};
use crate::accounts::tone::Tone;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    messages: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    text: String,
    kind: Option<Kind>,
    #[serde(default)]
    held_out: bool,
}

fn written() -> Vec<Written> {
    let set: Set = toml::from_str(include_str!("../../../assets/aria/safety/messages.toml")).expect("messages.toml");
    set.messages
}

fn wrong(messages: &[Written]) -> Vec<String> {
    let wrong = |message: &&Written| assess(&message.text).map(|alarm| alarm.kind) != message.kind;
    let said = |message: &Written| format!("{:?}, not {:?}: {}", assess(&message.text), message.kind, message.text);
    messages.iter().filter(wrong).map(said).collect()
}

#[test]
fn every_sign_of_danger_of_the_written_set_raises_its_alarm_and_no_schoolwork_does() {
    let wrong = wrong(&written());
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_written_set_is_large_and_has_every_kind() {
    let messages = written();
    let of = |kind| messages.iter().filter(|message| message.kind == kind).count();
    assert!(of(None) >= 60 && messages.len() - of(None) >= 60);
    assert!(Kind::ALL.iter().all(|kind| of(Some(*kind)) >= 10));
    assert_eq!(messages.iter().filter(|message| message.held_out).count(), 64);
}

#[test]
fn the_most_urgent_of_several_kinds_is_told() {
    let alarm = assess("mon père me frappe, je pleure tous les soirs et je veux mourir").expect("an alarm");
    assert_eq!((alarm.kind, alarm.rule), (Kind::Suicide, "suicide.vouloir-mourir"));
}

#[test]
fn a_sign_in_the_first_person_is_not_hidden_by_schoolwork_in_the_same_message() {
    for message in
        ["Phèdre meurt à l’acte V. Et moi je veux mourir aussi.", "fiche sur Durkheim stp, je vais me suicider"]
    {
        assert_eq!(assess(message).map(|alarm| alarm.kind), Some(Kind::Suicide), "{message}");
    }
}

#[test]
fn the_longest_message_is_looked_at_quickly() {
    Rules::get();
    for piece in ["je veux ", "il m a ", "a b c d ", "jeveuxjeveuxjeveux"] {
        let message: String = piece.chars().cycle().take(4_000).collect();
        // Wide, for a build that is not optimised on a machine that is busy.
        let begun = Instant::now();
        assess(&message);
        assert!(begun.elapsed() < Duration::from_secs(10), "{piece}: {:?}", begun.elapsed());
    }
}

#[test]
fn there_is_a_reply_for_every_kind_in_both_tones_with_contacts_of_both_countries() {
    for kind in Kind::ALL {
        let tu = reply(kind, Tone::Tu, default_contacts());
        let vous = reply(kind, Tone::Vous, default_contacts());
        for text in [&tu, &vous] {
            assert!(text.contains("Je suis un programme") && text.contains("équipe de l’école"), "{text}");
            assert!(text.contains("En France\u{a0}:") && text.contains("En Tunisie\u{a0}:"), "{text}");
            assert!(text.contains("](tel:1"), "{text}");
        }
        let mut words = tu.split(|letter: char| !letter.is_alphabetic());
        assert!(!words.any(|word| ["vous", "votre", "vos"].contains(&word)), "{tu}");
        let mut words = vous.split(|letter: char| !letter.is_alphabetic());
        assert!(!words.any(|word| ["tu", "te", "ton", "toi"].contains(&word)), "{vous}");
    }
}

#[test]
fn the_contacts_that_the_school_must_check_are_marked() {
    let of = |certain| default_contacts().iter().filter(move |contact| contact.certain == certain);
    assert_eq!(of(false).map(|contact| &*contact.number).collect::<Vec<_>>(), ["192", "1809"]);
    assert_eq!(of(true).count(), 9);
}

#[test]
fn contacts_of_the_school_replace_the_defaults_whatever_they_are_for() {
    let own = Contact {
        country: Country::Tunisie,
        number: "+216 71 000 000".to_owned(),
        name: "la direction".to_owned(),
        note: String::new(),
        kinds: vec![],
        certain: true,
    };
    let text = reply(Kind::Abuse, Tone::Tu, &[own]);
    assert!(text.contains("- [**+216 71 000 000**](tel:+21671000000)\u{a0}: la direction\n"), "{text}");
    assert!(!text.contains("3018") && !text.contains("En France"), "{text}");
    assert!(reply(Kind::Abuse, Tone::Tu, &[]).contains("équipe de l’école"));
}

proptest! {
    #[test]
    fn no_message_breaks_the_rules(message in "\\PC{0,200}") {
        assess(&message);
    }
}
