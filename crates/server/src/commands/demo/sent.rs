//! What the demo sends stays with it.

use async_trait::async_trait;
use keyward_app::clock::{Clock, SystemClock};
use keyward_app::ports::{Mailer, OutgoingMail, OutgoingSms, SendError, SmsSender};
use keyward_http::{DemoMessage, DemoOutbox};
use std::collections::VecDeque;
use std::sync::Mutex;

/// The newest messages are kept, the older ones forgotten.
const KEPT: usize = 200;

/// What was sent: the demo's mail server and SMS gateway.
#[derive(Default)]
pub(super) struct Sent(Mutex<VecDeque<DemoMessage>>);

impl Sent {
    fn keep(&self, message: DemoMessage) -> Result<(), SendError> {
        let mut messages = self
            .0
            .lock()
            .map_err(|_| SendError::Retry("the outbox is in disorder".into()))?;
        messages.push_front(message);
        messages.truncate(KEPT);
        Ok(())
    }
}

impl DemoOutbox for Sent {
    fn messages(&self) -> Vec<DemoMessage> {
        self.0
            .lock()
            .map(|m| m.iter().cloned().collect())
            .unwrap_or_default()
    }
}

#[async_trait]
impl Mailer for Sent {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        self.keep(DemoMessage {
            at: SystemClock.now(),
            mail: true,
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("the demo keeps its mail".into())
    }
}

#[async_trait]
impl SmsSender for Sent {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        self.keep(DemoMessage {
            at: SystemClock.now(),
            mail: false,
            to: sms.to.clone(),
            subject: String::new(),
            text: sms.text.clone(),
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("the demo keeps its text messages".into())
    }
}
