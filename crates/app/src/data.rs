//! What use cases hand out as the store gives it: plain data, so that the edge need not know the store.

pub use crate::sync::ContactChange;
pub use keyward_store::agent::Agent;
pub use keyward_store::audit::{EventFilter, StoredEvent};
pub use keyward_store::directory::{Beside, Directory, Does};
pub use keyward_store::examination::{Examined, ListedExamination, ReasonSum, Round};
pub use keyward_store::group::{Listed, ListedGroup, Member};
pub use keyward_store::job::Job;
pub use keyward_store::licence::{Assignment, LicenceOf, Subscription};
pub use keyward_store::report::{Facts, Reported};
pub use keyward_store::role::Holder;
pub use keyward_store::session::{Session, Stage};
pub use keyward_store::sync::{
    Counts, DirectoryGroup, DirectoryUser, Held, HeldContact, HeldKind, HeldSum, Line, Mode,
    Problem, Run, RunState,
};
pub use keyward_store::tenant::StoredPolicy;
pub use keyward_store::token::{Token, Which as WhichTokens};
pub use keyward_store::user::{After, UserFilter};
