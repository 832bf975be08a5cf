use super::*;
use crate::time::{days, hours};
use proptest::prelude::*;

const SET: Timestamp = Timestamp(1_000_000_000);

fn denied(why: Denial, rules: Option<Rules>) -> Denied {
    Denied {
        why,
        code: None,
        rules,
        set_at: Some(SET),
    }
}

fn rules() -> Rules {
    Rules {
        min_length: 12,
        complexity: true,
        history: 24,
        min_age_s: 86_400,
        ..Rules::default()
    }
}

// case: AD-09, AD-11
#[test]
fn ad_09_every_denial_has_words_of_its_own_and_none_says_done() {
    for why in Denial::ALL {
        let told = denied(*why, Some(rules())).told();
        assert!(why.code().starts_with("directory-"));
        match (why, &told) {
            (Denial::WrongPassword, told) => assert_eq!(*told, Refusal::CurrentPasswordWrong),
            (_, Refusal::Directory(told)) => {
                assert!(told.code().starts_with("directory-"));
                if told.is_about_the_password() {
                    assert!(why.leaves_a_way(), "{why:?}: another password may do");
                }
            }
            (why, told) => panic!("{why:?}: {told:?}"),
        }
    }
    let told = |why| denied(why, Some(rules())).told();
    assert_eq!(
        told(Denial::TooShort),
        Refusal::Directory(Told::TooShort(12))
    );
    assert_eq!(told(Denial::History), Refusal::Directory(Told::History(24)));
    assert_eq!(
        told(Denial::TooYoung),
        Refusal::Directory(Told::TooYoungUntil(SET + days(1)))
    );
    let bare = |why| denied(why, None).told();
    assert_eq!(bare(Denial::TooShort), Refusal::Directory(Told::Policy));
    assert_eq!(bare(Denial::History), Refusal::Directory(Told::UsedBefore));
    assert_eq!(bare(Denial::TooYoung), Refusal::Directory(Told::TooYoung));
}

// case: AD-09, AD-10
#[test]
fn ad_10_what_the_directory_does_not_say_is_worked_out() {
    let say = |password: &str, now| {
        let shape = Shape::of(password, Some("adal"), "Ada Lovelace");
        denied(Denial::Policy, Some(rules()))
            .explained(Some(shape), now)
            .why
    };
    let later = SET + days(2);
    assert_eq!(say("Short1!", later), Denial::TooShort);
    assert_eq!(say("all lower case words", later), Denial::Complexity);
    assert_eq!(
        say("My-LoveLace-4-ever", later),
        Denial::Complexity,
        "a name"
    );
    assert_eq!(
        say("Long-Enough-4-All", later),
        Denial::Policy,
        "used before, or a filter"
    );
    assert_eq!(say("Long-Enough-4-All", SET + hours(1)), Denial::TooYoung);
    let other = denied(Denial::History, Some(rules())).explained(None, later);
    assert_eq!(other.why, Denial::History, "what it says stands");
    let late = denied(Denial::Policy, Some(rules())).explained(None, later);
    assert_eq!(
        late.why,
        Denial::Policy,
        "nothing is known of the password any more"
    );
}

#[test]
fn classes_are_those_of_active_directory() {
    let classes = |text| Shape::of(text, None, "").classes;
    assert_eq!(classes("abc"), 1);
    assert_eq!(classes("abC1"), 3);
    assert_eq!(classes("abC1 "), 4);
    assert_eq!(classes("ab日C1!"), 5);
    assert_eq!(
        Shape::of("🦀🦀", None, "").length,
        4,
        "UTF-16, as it is stored there"
    );
    assert!(
        !Shape::of("xed-al", Some("al"), "Ed O").names,
        "parts under three letters don't count"
    );
}

proptest! {
    #[test]
    fn an_ending_survives_being_stored(why in prop::sample::select(Denial::ALL), with in any::<bool>()) {
        let ending = Ending::Denied(denied(why, with.then(rules)));
        let text = serde_json::to_string(&ending).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ending>(&text).unwrap(), ending);
    }
}

#[test]
fn only_done_is_done() {
    assert_eq!(Ending::Done.told(), Ok(()));
    for other in [
        Ending::Unreachable,
        Ending::Unknown,
        Ending::Denied(denied(Denial::Policy, None)),
    ] {
        assert!(other.told().is_err(), "{other:?}");
    }
    assert!(!Ending::Unknown.is_final());
}
