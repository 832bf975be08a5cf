//! Signing in and out.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::password::{NewPassword, Terms};
use keyward_app::signin::SignedIn as Entered;
use keyward_app::texts::Lang;
use keyward_app::{Ctx, Principal};
use keyward_core::policy::Policy;
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::signin::{ChangeReason, Next, after_password};
use keyward_core::writeback::Ending;

use super::wait::{unknown, waiting};
use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::{Anyone, MustChange, destination};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(front))
        .route("/signin", get(show).post(sign_in))
        .route("/signin/change", get(show_change).post(change))
        .route("/signin/change/wait", get(wait_change))
        .route("/signin/change/suggest", post(suggest))
        .route("/signout", post(sign_out))
        .route(
            "/.well-known/change-password",
            get(|| async { Redirect::to("/account/password") }),
        )
}

#[derive(Template)]
#[template(path = "portal/signin.html")]
struct SignInPage {
    v: View,
    typed: String,
    faults: Faults,
    locked: bool,
    done: &'static str,
    /// Passkeys work at this address. Whether an organisation offers them is seen when one answers.
    passkeys: bool,
}

#[derive(Template)]
#[template(path = "portal/signin-change.html")]
struct ChangePage {
    v: View,
    upn: String,
    /// Why: the end of the key `must-change-<reason>`.
    reason: &'static str,
    suggested: Option<Secret>,
    faults: Faults,
    min: usize,
    terms: Terms,
}

async fn front(anyone: Anyone) -> Redirect {
    Redirect::to(if anyone.0.is_some() {
        "/account"
    } else {
        "/signin"
    })
}

/// The one page that strangers load most: it asks the database nothing.
async fn show(State(web): State<Web>, v: View) -> Response {
    ok(&SignInPage {
        v,
        typed: String::new(),
        faults: Faults::default(),
        locked: false,
        done: "",
        passkeys: web.app.has_passkeys(),
    })
}

async fn sign_in(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let name = form.one("name")?.to_owned();
    let password = form.secret("password")?;
    match web.app.sign_in(&ctx, &name, password).await {
        Ok(entered) => go_on(&web, &ctx, &headers, &entered).await,
        Err(keyward_app::Error::Refused(refusal)) => {
            let locked = matches!(refusal, Refusal::LockedOut(_));
            let faults = Faults::of(&v, &refusal);
            let typed = name.chars().take(256).collect();
            Ok(page(
                status(&refusal),
                &SignInPage {
                    v,
                    typed,
                    faults,
                    locked,
                    done: "",
                    passkeys: web.app.has_passkeys(),
                },
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// On to where they were going, or to what comes before.
pub(super) async fn go_on(
    web: &Web,
    ctx: &Ctx,
    headers: &HeaderMap,
    entered: &Entered,
) -> Result<Response, Problem> {
    let next = Cookies::of(headers).get("next").and_then(destination);
    let target = match (entered.must_change, entered.ask) {
        (Some(_), _) => "/signin/change",
        (None, Some(_)) => "/register",
        // Where they were going waits: whoever leaves this page goes to their account.
        (None, None) if entered.breached => "/account/password?known",
        (None, None) => next.unwrap_or(if entered.administrator {
            "/admin"
        } else {
            "/account"
        }),
    };
    let mut response = Redirect::to(target).into_response();
    remember(web, &mut response, &entered.token);
    cookies::familiar(web, response.headers_mut(), entered.device.as_deref());
    if entered.must_change.is_none() && entered.ask.is_none() {
        arrived(web, &mut response);
    }
    speak(web, ctx, headers, &mut response, entered).await?;
    Ok(response)
}

/// Goes on in the language that was chosen on the way here, which is theirs from now on, or else in the one that they
/// chose before.
async fn speak(
    web: &Web,
    ctx: &Ctx,
    headers: &HeaderMap,
    response: &mut Response,
    entered: &Entered,
) -> Result<(), Problem> {
    let chosen = Cookies::of(headers).get("chosen-lang");
    if let Some(lang) = chosen.and_then(Lang::from_tag) {
        if let Some(me) = web.app.principal(ctx, &entered.token).await? {
            web.app.choose_language(&me, lang).await?;
        }
        let forget = cookies::set(web, "chosen-lang", "", None);
        response.headers_mut().append(header::SET_COOKIE, forget);
    } else if let Some(language) = &entered.language {
        let remember = cookies::set(web, "lang", language, Some(31_536_000));
        response.headers_mut().append(header::SET_COOKIE, remember);
    }
    Ok(())
}

/// Puts a new session into the browser, in place of whatever it held (SE-01).
pub(crate) fn remember(web: &Web, response: &mut Response, token: &str) {
    response.headers_mut().append(
        header::SET_COOKIE,
        cookies::set(web, "session", token, None),
    );
}

/// They are where they were going: the next sign-in leads somewhere else (S-11).
fn arrived(web: &Web, response: &mut Response) {
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookies::set(web, "next", "", None));
}

async fn show_change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    MustChange(me): MustChange,
) -> Result<Response, Problem> {
    draw_change(&web, &ctx, v, &me, None, None).await
}

/// The page with a password that was just made up.
async fn suggest(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    MustChange(me): MustChange,
    _form: Form,
) -> Result<Response, Problem> {
    let suggested = web.app.suggest_password(&me).await?;
    let v = v.switching_at("/signin/change");
    draw_change(&web, &ctx, v, &me, Some(suggested), None).await
}

async fn change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    MustChange(me): MustChange,
    mut form: Form,
) -> Result<Response, Problem> {
    let new = NewPassword {
        first: form.secret("password")?,
        second: form.secret("confirm")?,
    };
    match web.app.change_required_password(&ctx, &me, new).await {
        Ok(token) => changed(&web, &ctx, &headers, &me, &token).await,
        Err(keyward_app::Error::Refused(Refusal::WritebackPending)) => {
            Ok(Redirect::to("/signin/change/wait").into_response())
        }
        Err(keyward_app::Error::Refused(refusal)) if refusal != Refusal::SignInNeeded => {
            draw_change(&web, &ctx, v, &me, None, Some(&refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The password is a new one: on to where they were going, in a session that opens everything.
async fn changed(
    web: &Web,
    ctx: &Ctx,
    headers: &HeaderMap,
    me: &Principal,
    token: &str,
) -> Result<Response, Problem> {
    let home = if me.roles.is_empty() {
        "/account"
    } else {
        "/admin"
    };
    let next = Cookies::of(headers).get("next").and_then(destination);
    let next = next.unwrap_or(home).to_owned();
    let target = super::register::entry(web, ctx, me, &next).await?;
    let mut response = Redirect::to(&target).into_response();
    remember(web, &mut response, token);
    if target == next {
        arrived(web, &mut response);
    }
    Ok(response)
}

async fn wait_change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    MustChange(me): MustChange,
) -> Result<Response, Problem> {
    match web.app.my_change(&me).await {
        Ok(None) => Ok(waiting(v, "/signin/change/wait")),
        Ok(Some(Ending::Done)) => {
            let token = web.app.finish_required_change(&ctx, &me).await?;
            changed(&web, &ctx, &headers, &me, &token).await
        }
        Ok(Some(Ending::Unknown)) => Ok(unknown(v, "/signin/change")),
        Ok(Some(ending)) => {
            draw_change(&web, &ctx, v, &me, None, ending.told().err().as_ref()).await
        }
        Err(keyward_app::Error::Refused(Refusal::NotOffered)) => {
            Ok(Redirect::to("/signin/change").into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw_change(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    suggested: Option<Secret>,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let terms = web.app.password_terms(ctx, me).await?;
    let v = v.asking_for(&terms);
    let next = after_password(&me.user, &Policy::default(), me.session.created_at);
    let reason = match next {
        Next::ChangePassword(reason) => reason,
        // A directory doesn't always say which of the two it is; both ask for the same.
        Next::Enter => ChangeReason::Expired,
    };
    let code = refusal.map_or(axum::http::StatusCode::OK, status);
    let faults = refusal.map(|r| Faults::of(&v, r)).unwrap_or_default();
    Ok(page(
        code,
        &ChangePage {
            v,
            upn: me.user.upn.to_string(),
            reason: reason.code(),
            suggested,
            faults,
            min: terms.min,
            terms,
        },
    ))
}

async fn sign_out(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Anyone(me): Anyone,
    _form: Form,
) -> Result<Response, Problem> {
    // Also somebody who is asked for a new password first, or whose session has ended meanwhile.
    if let Some(me) = me {
        web.app.sign_out(&ctx, &me).await?;
    }
    // The browser holds nothing from here on; the page that follows gives it something new.
    let token = web.app.entropy.token();
    let v = v.holding(&web, &token).switching_at("/signin");
    let done = SignInPage {
        v,
        typed: String::new(),
        faults: Faults::default(),
        locked: false,
        done: "signed-out",
        passkeys: web.app.has_passkeys(),
    };
    let mut response = ok(&done);
    let headers = response.headers_mut();
    for gone in ["session", "chosen-lang"] {
        headers.append(header::SET_COOKIE, cookies::set(&web, gone, "", None));
    }
    headers.append(
        header::SET_COOKIE,
        cookies::set(&web, "browser", &token, None),
    );
    headers.insert(
        "clear-site-data",
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}
