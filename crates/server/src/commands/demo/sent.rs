//! What the demo sends stays with it.

use async_trait::async_trait;
use keyward_app::clock::{Clock, SystemClock};
use keyward_app::ports::{
    KEY, Mailer, OutgoingCall, OutgoingMail, OutgoingSms, SendError, SmsSender, VoiceCaller,
};
use keyward_http::{DemoMessage, DemoOutbox, DemoWay as Way};
use std::collections::VecDeque;
use std::sync::Mutex;

/// The newest messages are kept, the older ones forgotten.
const KEPT: usize = 200;

/// What was sent: the demo's mail server and its gateways for text messages and calls.
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
            way: Way::Mail,
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
            way: Way::Text,
            to: sms.to.clone(),
            subject: String::new(),
            text: sms.text.clone(),
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("the demo keeps its text messages".into())
    }
}

#[async_trait]
impl VoiceCaller for Sent {
    async fn call(&self, call: &OutgoingCall) -> Result<(), SendError> {
        let to = match &call.extension {
            Some(extension) => format!("{} x{extension}", call.to),
            None => call.to.clone(),
        };
        self.keep(DemoMessage {
            at: SystemClock.now(),
            way: Way::Call,
            to,
            subject: String::new(),
            text: format!("{}\n\n[{KEY}]\n\n{}", call.ask, call.say.join(" ")),
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("the demo keeps its calls".into())
    }
}
