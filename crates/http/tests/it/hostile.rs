//! Names that are markup, templates and formulas: text wherever they are shown (IN).

use crate::browser::Browser;
use crate::cast::{Cast, MAIL, PHONE};
use crate::html::unescape;
use crate::page::Page;
use crate::site::Site;
use crate::sweep::with_ids;
use keyward_app::data::Member;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::role::Role;

/// One text for every place: attributes, elements, templates of several kinds, Fluent, formulas.
const EVIL: &str = "=cmd|'\"><svg/onload=alert(1)><script>alert(2)</script>{{7*7}}${7*7}<%=7*7%>{%x%}{ $n }--></title>";

/// Fails if the text stands anywhere as anything but text.
fn expect_text(page: &Page) {
    let (body, asked) = (&page.body, &page.asked);
    if page.header("content-type").starts_with("text/html") {
        for raw in ["<svg/onload", "<script>alert", "--></title>"] {
            assert!(!body.contains(raw), "{asked}: {raw}\n{body}");
        }
        let shown = unescape(body).matches("{{7*7}}").count();
        let whole = unescape(body).matches(&EVIL[1..30]).count();
        assert_eq!(shown, whole, "{asked}: cut or calculated\n{body}");
    }
    for (name, value) in &page.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(
            !value.contains("onload") && !value.contains("7*7"),
            "{asked}: {name}: {value}"
        );
    }
}

/// Fields of a user that an administrator types, all of them hostile.
fn fields(upn: &str) -> Vec<(&str, &str)> {
    let lines = [
        "display_name",
        "given_name",
        "surname",
        "job_title",
        "department",
    ];
    let mut all: Vec<(&str, &str)> = lines.iter().map(|name| (*name, EVIL)).collect();
    all.push(("upn", upn));
    all
}

struct Hostile {
    user: UserId,
    group: GroupId,
}

/// Typed through the forms, so that what the forms refuse is no danger.
async fn typed(site: &Site, admin: &mut Browser<'_>) -> Hostile {
    admin.get("/admin/users/new").await.expect(200);
    let page = admin
        .post("/admin/users/new", &fields("evil@contoso.example"))
        .await
        .expect(200);
    expect_text(&page);
    let form = [("name", EVIL), ("description", EVIL)];
    let page = admin.post("/admin/groups/new", &form).await;
    assert_eq!(page.status.as_u16(), 303, "{}", page.text());
    let group = page
        .to()
        .split('/')
        .nth(3)
        .and_then(GroupId::parse)
        .expect("a group");
    let mut tx = site.db.write(site.tenant).await.unwrap();
    let user = tx
        .user_by_upn("evil@contoso.example")
        .await
        .unwrap()
        .unwrap()
        .id;
    assert!(tx.add_member(group, Member::User(user)).await.unwrap());
    tx.commit().await.unwrap();
    Hostile { user, group }
}

// case: IN-07, IN-08, IN-15, IN-10, IN-17, IN-23, IN-24, S63, I-04
#[tokio::test]
async fn in_07_a_hostile_name_is_text_on_every_page_and_in_every_message() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let mut admin = site
        .as_admin(Role::GlobalAdministrator)
        .await
        .sending("user-agent", EVIL);
    admin.get("/account").await;
    let hostile = typed(&site, &mut admin).await;
    let (phone, mail) = ("+4915123456766", "evil@home.example");
    site.register_phone(hostile.user, phone).await;
    let method = site.register_mail(hostile.user, mail).await;
    site.set_password(hostile.user, "violet canyon tango").await;
    site.ignore_messages().await;

    // The owner signs in, resets, and is told; the administrators as well.
    let mut owner = site.browser().sending("user-agent", EVIL);
    owner
        .sign_in("evil@contoso.example", "violet canyon tango")
        .await
        .leads("/account");
    let mut reset = site.browser().sending("user-agent", EVIL);
    reset
        .begin("evil@contoso.example")
        .await
        .leads("/reset/verify");
    expect_text(&reset.get("/reset/help").await);
    reset.post("/reset/help", &[]).await.expect(200);
    for (to, kind) in [(phone, "mobile-phone"), (mail, "email")] {
        let sent = match kind {
            "email" => reset.send_mail().await,
            _ => reset.send_phone(to).await,
        };
        sent.leads("/reset/code");
        let code = site.code_to(to).await;
        reset.type_code(&code).await;
    }
    site.plant("meadow copper lantern");
    reset
        .choose("meadow copper lantern")
        .await
        .leads("/reset/done");
    let mails = site.mails().await;
    assert!(mails.len() >= 2, "{mails:#?}");
    let texts = site.texts_sent().await;
    assert!(!texts.is_empty() && texts.iter().all(|t| !t.text.contains(EVIL)));
    for mail in &mails {
        assert!(
            !mail.html.contains("<svg/onload") && !mail.html.contains("<script"),
            "{mail:#?}"
        );
        assert!(!mail.subject.contains(['\r', '\n']) && !mail.from_name.contains(['\r', '\n']));
        let shown = mail.text.matches("{{7*7}}").count();
        assert_eq!(shown, mail.text.matches(&EVIL[1..30]).count(), "{mail:#?}");
    }
    assert!(
        mails.iter().any(|m| m.text.contains(EVIL)),
        "the name stands in none: {mails:#?}"
    );

    // Every page, as an administrator and as the owner.
    let mut owner = site.as_user(hostile.user).await.sending("user-agent", EVIL);
    let mut seen = 0;
    for route in site.routes().iter().filter(|r| r.method == "GET") {
        let ids = (
            hostile.user.to_string(),
            hostile.group.to_string(),
            method.to_string(),
        );
        let path = with_ids(&route.pattern, &ids.0, &ids.1, &ids.2);
        for browser in [&mut admin, &mut owner] {
            let page = browser.get(&path).await;
            expect_text(&page);
            seen += usize::from(unescape(&page.body).contains("{{7*7}}"));
        }
    }
    assert!(seen >= 12, "the name stood on {seen} pages only");
    let searched = encoded_query(EVIL);
    for list in [
        "/admin/users",
        "/admin/groups",
        "/admin/audit",
        "/admin/pick/users",
        "/admin/deliveries",
        "/admin/insights/users",
    ] {
        let page = admin.get(&format!("{list}?q={searched}")).await;
        assert!(page.status.as_u16() < 500, "{list}");
        expect_text(&page);
    }
    for name in [EVIL, "%", "_", "\\", "'", "\"; DROP TABLE users;--"] {
        let page = site.browser().begin(name).await;
        expect_text(&page);
        let page = site
            .browser()
            .sign_in(name, "whatever it is")
            .await
            .expect(422);
        expect_text(&page);
    }
    let _ = (MAIL, PHONE);
}

fn encoded_query(text: &str) -> String {
    crate::browser::encoded(&[("q", text)]).replacen("q=", "", 1)
}

// case: IN-10, IN-24
#[tokio::test]
async fn in_10_no_cell_of_an_export_is_a_formula() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    for (n, start) in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1+1",
        "\"quoted\", and; more",
        EVIL,
    ]
    .iter()
    .enumerate()
    {
        let id = site
            .person(site.tenant, &format!("cell{n}@contoso.example"))
            .await;
        site.profile(id, |p| {
            p.display_name = (*start).to_owned();
            p.department = Some((*start).to_owned());
        })
        .await;
        site.register_mail(id, &format!("cell{n}@home.example"))
            .await;
        site.group(
            &format!("{start} {n}"),
            &[Member::User(id), Member::User(cast.ada)],
        )
        .await;
    }
    let mut admin = site.as_admin(Role::GlobalAdministrator).await;
    admin.get("/account").await;
    let mut files = 0;
    for route in site.routes() {
        if route.method != "GET" || route.pattern.rsplit('.').next() != Some("csv") {
            continue;
        }
        let path = crate::sweep::filled(&route.pattern, &cast);
        let page = admin.get(&path).await;
        if page.status.as_u16() != 200 {
            continue;
        }
        expect_harmless(&page);
        files += 1;
    }
    let export = admin
        .post("/admin/audit/export", &[("format", "csv")])
        .await
        .expect(200);
    expect_harmless(&export);
    assert!(files >= 4, "{files} files");
}

/// Rows end where they should, and no cell begins as a formula does.
fn expect_harmless(page: &Page) {
    let asked = &page.asked;
    assert!(
        page.header("content-type").starts_with("text/csv"),
        "{asked}"
    );
    let saved = page.header("content-disposition");
    assert!(saved.starts_with("attachment; filename=\""), "{asked}");
    let rows = rows(page.body.trim_start_matches('\u{feff}'));
    assert!(rows[0].len() >= 4, "{asked}: {rows:#?}");
    for row in &rows {
        assert_eq!(row.len(), rows[0].len(), "{asked}: {row:#?}");
        for cell in row {
            let first = cell.chars().next().unwrap_or(' ');
            assert!(!"=+-@\t\r＝＋－＠".contains(first), "{asked}: {cell}");
        }
    }
}

/// Reads RFC 4180.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.retain(|r| r.len() > 1);
    rows
}
