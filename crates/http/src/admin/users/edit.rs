//! Making and editing users.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::users::{UserForm, mark};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::user::User;

use super::{LIST, id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/users/new", get(ask_new).post(create))
        .route("/admin/users/{id}/edit", get(ask_edit).post(edit))
}

#[derive(Template)]
#[template(path = "admin/user-edit.html")]
struct EditPage {
    v: View,
    /// The user's page; empty for a new one.
    back: String,
    /// The user's name as it is; empty for a new one.
    name: String,
    typed: UserForm,
    domains: Vec<String>,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/user-password.html")]
pub(super) struct PasswordPage {
    pub v: View,
    /// The user has just been made.
    pub new: bool,
    /// What keeps them from signing in even so: "held", "blocked" or nothing.
    pub barred: &'static str,
    pub name: String,
    pub upn: String,
    pub page: String,
    pub password: String,
}

/// The fields, cut where nothing that long is accepted anyway.
fn typed(form: &Form) -> Result<UserForm, Problem> {
    let field =
        |name: &str| -> Result<String, Problem> { Ok(form.one(name)?.chars().take(300).collect()) };
    Ok(UserForm {
        upn: field("upn")?,
        display_name: field("display_name")?,
        given_name: field("given_name")?,
        surname: field("surname")?,
        job_title: field("job_title")?,
        department: field("department")?,
        mail: field("mail")?,
        mobile_phone: field("mobile_phone")?,
        business_phone: field("business_phone")?,
        other_mail: field("other_mail")?,
        read: field("read")?,
    })
}

fn as_typed(user: &User) -> UserForm {
    let p = user.profile.clone();
    UserForm {
        upn: user.upn.to_string(),
        display_name: p.display_name,
        given_name: p.given_name.unwrap_or_default(),
        surname: p.surname.unwrap_or_default(),
        job_title: p.job_title.unwrap_or_default(),
        department: p.department.unwrap_or_default(),
        mail: p.mail.unwrap_or_default(),
        mobile_phone: p.mobile_phone.unwrap_or_default(),
        business_phone: p.business_phone.unwrap_or_default(),
        other_mail: p.other_mail.unwrap_or_default(),
        read: mark(user),
    }
}

async fn draw(
    web: &Web,
    desk: Desk,
    user: Option<&User>,
    typed: UserForm,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let code = refusal.map_or(StatusCode::OK, status);
    let page_ = EditPage {
        domains: web.app.domains(&desk.me).await?,
        v: desk.v,
        back: user.map_or(LIST.to_owned(), |u| page_of(u.id)),
        name: user.map_or_else(String::new, |u| u.profile.display_name.clone()),
        typed,
        faults,
    };
    Ok(page(code, &page_))
}

async fn ask_new(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    desk.offers(Permission::WriteUsers)?;
    draw(&web, desk, None, UserForm::default(), None).await
}

/// The password is in the answer to this request and nowhere else: not in an address, a cookie or a log.
async fn create(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = typed(&form)?;
    match refused(web.app.create_user(&desk.ctx, &desk.me, &typed).await)? {
        Ok((id, password)) => Ok(ok(&PasswordPage {
            v: desk.v,
            new: true,
            barred: "",
            name: typed.display_name.trim().to_owned(),
            upn: typed.upn.trim().to_owned(),
            page: page_of(id),
            password: password.expose().to_owned(),
        })),
        Err(refusal) => draw(&web, desk, None, typed, Some(&refusal)).await,
    }
}

async fn ask_edit(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteUsers)?;
    let user = web.app.user_page(&desk.me, id_of(&id)?).await?.account.user;
    if user.directory.is_some() {
        return Err(Refusal::MasteredElsewhere.into());
    }
    draw(&web, desk, Some(&user), as_typed(&user), None).await
}

async fn edit(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let typed = typed(&form)?;
    match refused(web.app.update_user(&desk.ctx, &desk.me, id, &typed).await)? {
        Ok(()) => Ok(done(&web, &page_of(id), "user-saved")),
        Err(refusal) => {
            let user = web.app.user_page(&desk.me, id).await?.account.user;
            draw(&web, desk, Some(&user), typed, Some(&refusal)).await
        }
    }
}
