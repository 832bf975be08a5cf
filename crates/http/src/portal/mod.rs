//! The portal: where people sign in, register, change, reset and unlock.

mod account;
mod hand_over;
mod help;
mod not_me;
mod password;
mod prove;
mod register;
mod reset;
mod security;
mod setup;
mod signin;
mod signin_pass;
mod signin_passkey;
mod wait;
mod ways;

use axum::Router;

pub(crate) use prove::to_prove;

use crate::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .merge(signin::routes())
        .merge(signin_passkey::routes())
        .merge(signin_pass::routes())
        .merge(register::routes())
        .merge(account::routes())
        .merge(password::routes())
        .merge(security::routes())
        .merge(prove::routes())
        .merge(reset::routes())
        .merge(not_me::routes())
        .merge(hand_over::routes())
        .merge(setup::routes())
        .merge(help::routes())
}
