use super::*;
use keyward_wire::outcome::{Denial, Outcome};

fn begun(n: u128, at: Micros) -> Begun {
    Begun {
        operation: Uuid::from_u128(n),
        at,
        expires_at: at + clock::SECOND,
        directory: Uuid::from_u128(1),
        anchor: Uuid::from_u128(2),
        job: "reset".to_owned(),
        server: None,
        before: Trace {
            password_set: Some("133".to_owned()),
            ..Trace::default()
        },
    }
}

fn report(n: u128, outcome: Outcome) -> Report {
    Report {
        operation: Uuid::from_u128(n),
        outcome,
        took_us: 7,
    }
}

#[tokio::test]
async fn what_was_begun_is_there_after_any_end() {
    let folder = tempfile::tempdir().unwrap();
    let now = clock::machine();
    {
        let journal = Journal::open(folder.path()).unwrap();
        for n in 1..=3 {
            journal.begin(begun(n, now)).await.unwrap();
        }
        journal.end(&report(1, Outcome::Done));
        journal.end(&report(2, Outcome::refused(Denial::Policy)));
        journal.accepted(&[Uuid::from_u128(1), Uuid::from_u128(99)]);
        // What follows a line that waits is behind it.
        journal.begin(begun(4, now)).await.unwrap();
    }
    let path = folder.path().join(FILE);
    let whole = std::fs::read(&path).unwrap();
    let last_line = whole[..whole.len() - 1]
        .iter()
        .rposition(|b| *b == b'\n')
        .unwrap();
    // Cut off anywhere in the last line: it was not begun, and everything before is known.
    for at in [last_line + 1, last_line + 2, whole.len() - 2] {
        std::fs::write(&path, &whole[..at]).unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.open_ends(), [begun(3, now)]);
        assert_eq!(
            journal.unreported(),
            [report(2, Outcome::refused(Denial::Policy))]
        );
        assert!(journal.known(Uuid::from_u128(1)).unwrap().accepted);
        assert_eq!(journal.complaint(), None);
    }
    std::fs::write(&path, [b"{}\n".as_slice(), &whole].concat()).unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.open_ends().len(), 2);
    assert!(journal.complaint().unwrap().contains("damaged"));
}

// case: AG-04
#[tokio::test]
async fn ag_04_entries_outlive_compaction_until_their_task_is_long_over() {
    let folder = tempfile::tempdir().unwrap();
    let (old, now) = (clock::machine() - 30 * DAY, clock::machine());
    {
        let journal = Journal::open(folder.path()).unwrap();
        for n in 0..1_100 {
            journal.begin(begun(n, old)).await.unwrap();
        }
        let all: Vec<_> = (0..1_099).map(Uuid::from_u128).collect();
        for n in 0..1_099 {
            journal.end(&report(n, Outcome::Done));
        }
        journal.accepted(&all);
        journal.begin(begun(5_000, now)).await.unwrap();
    }
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.entries().len(), KEPT_AT_LEAST);
    assert_eq!(
        journal.open_ends().len(),
        2,
        "what is open is never forgotten"
    );
}
