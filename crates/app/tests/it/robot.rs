//! The check against robots where no script runs: a question, and what keeps programs from answering it at will.

use crate::help::{ADA, code_of};
use keyward_app::Ctx;
use keyward_app::robot::{Puzzle, QUESTION_TIME, Solution};
use keyward_app::testing::TestApp;
use keyward_core::time::{minutes, seconds};

/// What somebody answers who can add, or is off by so much.
fn answer(puzzle: &Puzzle, off_by: u8) -> Solution {
    let sum = puzzle.question.left + puzzle.question.right;
    Solution {
        puzzle: puzzle.text.clone(),
        pow: String::new(),
        answer: (sum + off_by).to_string(),
    }
}

async fn start(app: &TestApp, ctx: &Ctx, solution: &Solution) -> &'static str {
    code_of(app.start_reset(ctx, ADA, solution).await)
}

/// Gets a page from an address, thinks, and answers.
async fn read_and_answer(app: &TestApp, ip: &str) -> &'static str {
    let from = |ctx: Ctx| Ctx {
        ip: Some(ip.into()),
        ..ctx
    };
    let puzzle = app.puzzle(&from(app.ctx()), "reset");
    app.advance(QUESTION_TIME);
    start(app, &from(app.ctx()), &answer(&puzzle, 0)).await
}

// case: B-03
#[tokio::test]
async fn b_03_a_wrong_answer_to_the_question_uses_it_up() {
    let app = TestApp::new().await;
    let puzzle = app.puzzle(&app.ctx(), "reset");
    app.advance(QUESTION_TIME);
    let ctx = app.ctx();
    assert_eq!(start(&app, &ctx, &answer(&puzzle, 1)).await, "robot-check");
    let again = start(&app, &ctx, &answer(&puzzle, 0)).await;
    assert_eq!(again, "robot-check", "used");
    assert_eq!(read_and_answer(&app, "198.51.100.7").await, "ok");
}

// case: B-03, DO-06
#[tokio::test]
async fn b_03_a_right_answer_counts_once() {
    let app = TestApp::new().await;
    let puzzle = app.puzzle(&app.ctx(), "reset");
    app.advance(QUESTION_TIME);
    let right = answer(&puzzle, 0);
    assert_eq!(start(&app, &app.ctx(), &right).await, "ok");
    assert_eq!(start(&app, &app.ctx(), &right).await, "robot-check");
    // Not by work either, once it was answered.
    let worked = Solution {
        pow: keyward_core::pow::solve(&puzzle.text, puzzle.bits),
        ..right
    };
    assert_eq!(start(&app, &app.ctx(), &worked).await, "robot-check");
}

// case: B-04
#[tokio::test]
async fn b_04_an_answer_faster_than_people_read_is_not_taken() {
    let app = TestApp::new().await;
    let puzzle = app.puzzle(&app.ctx(), "reset");
    app.advance(QUESTION_TIME.saturating_sub(seconds(1)));
    let right = answer(&puzzle, 0);
    assert_eq!(start(&app, &app.ctx(), &right).await, "robot-too-fast");
    // Waiting after that doesn't help: it was used.
    app.advance(seconds(1));
    assert_eq!(start(&app, &app.ctx(), &right).await, "robot-check");
    // Work has no such wait.
    let ctx = app.ctx();
    assert_eq!(start(&app, &ctx, &app.solved("reset")).await, "ok");
}

// case: B-04
#[tokio::test]
async fn b_04_questions_take_a_network_no_further_than_puzzles() {
    let app = TestApp::new().await;
    for n in 0..10 {
        let ip = format!("203.0.113.{n}");
        assert_eq!(read_and_answer(&app, &ip).await, "ok", "{ip}");
    }
    // Another address of the same network, and pages fetched beforehand, are no way around.
    assert_eq!(
        read_and_answer(&app, "203.0.113.200").await,
        "robot-too-many"
    );
    // A neighbour isn't kept out, nor is who does the work.
    assert_eq!(read_and_answer(&app, "203.0.114.1").await, "ok");
    let ctx = Ctx {
        ip: Some("203.0.113.1".into()),
        ..app.ctx()
    };
    assert_eq!(start(&app, &ctx, &app.solved("reset")).await, "ok");
    app.advance(minutes(10));
    assert_eq!(read_and_answer(&app, "203.0.113.200").await, "ok");
}

// case: DO-01, DO-06, B-02
#[tokio::test]
async fn do_01_puzzles_get_harder_where_much_is_tried_and_easier_again() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let base = app.settings.puzzle_bits;
    let from = |ip: &str| Ctx {
        ip: Some(ip.into()),
        ..app.ctx()
    };
    let bits = |ip: &str| app.puzzle(&from(ip), "reset").bits - base;
    let early = app.puzzle(&from("203.0.113.1"), "reset");
    // From one network, by many addresses; text that no password can be is not even hashed.
    for n in 0..40 {
        let ctx = from(&format!("203.0.113.{n}"));
        let wrong = keyward_core::secret::Secret::new("\0".into());
        let name = format!("somebody{n}@contoso.example");
        code_of(app.sign_in(&ctx, &name, wrong).await);
    }
    assert_eq!(bits("203.0.113.250"), 3, "eight times the work");
    assert_eq!(
        bits("203.0.114.1"),
        0,
        "a neighbour has nothing to do with it"
    );
    // The difficulty is signed: one that is spelled otherwise is no puzzle, and the right one asks for its work.
    let hard = app.puzzle(&from("203.0.113.1"), "reset");
    let (body, mac) = hard.text.split_once('.').unwrap();
    let eased = format!("{}A.{mac}", &body[..body.len() - 1]);
    for (puzzle, bits) in [(&eased, hard.bits), (&hard.text, base)] {
        let easy = (0..u64::MAX)
            .map(|n| n.to_string())
            .find(|n| {
                keyward_core::pow::solves(puzzle, n, bits)
                    && (bits == hard.bits || !keyward_core::pow::solves(puzzle, n, hard.bits))
            })
            .unwrap();
        let solution = Solution {
            puzzle: puzzle.clone(),
            pow: easy,
            answer: String::new(),
        };
        let refused = start(&app, &from("203.0.113.1"), &solution).await;
        assert_eq!(refused, "robot-check");
    }
    // Who had the page before it got harder is not refused for it.
    let solution = Solution {
        pow: keyward_core::pow::solve(&early.text, early.bits),
        puzzle: early.text,
        answer: String::new(),
    };
    assert_eq!(start(&app, &from("203.0.113.1"), &solution).await, "ok");
    app.advance(minutes(60));
    assert_eq!(bits("203.0.113.250"), 0, "forgotten");
    // From very many networks at once: everybody works a bit more.
    for n in 0..=250 {
        let ctx = from(&format!("10.0.{n}.1"));
        let wrong = keyward_core::secret::Secret::new("\0".into());
        code_of(
            app.sign_in(&ctx, &format!("no{n}@contoso.example"), wrong)
                .await,
        );
    }
    assert_eq!(bits("203.0.114.1"), 1);
}

#[test]
fn a_network_is_a_24_or_a_56() {
    let network = |ip: &str| {
        Ctx {
            now: keyward_core::time::Timestamp(0),
            lang: keyward_app::texts::Lang::En,
            ip: Some(ip.into()),
            user_agent: None,
            request_id: None,
            device: None,
            local: false,
        }
        .network()
    };
    assert_eq!(network("198.51.100.7"), "198.51.100.0");
    assert_eq!(network("2001:db8:1:2ff::1"), "2001:db8:1:200::");
    assert_eq!(network("2001:db8:1:2ff::1"), network("2001:db8:1:200::9"));
    assert_ne!(network("2001:db8:1:300::1"), network("2001:db8:1:200::1"));
}
