//! The way through the pages. Which page follows is decided here and by nothing else.

/// A page. The number is the directory's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// What this is.
    Welcome,
    /// What to do with an agent that is configured.
    Tasks,
    /// How it is configured.
    Current,
    /// Where the service is, and being let in there.
    Service,
    /// Which directories there are.
    Directories,
    /// Which units of one come in.
    Units(usize),
    /// Whether only a group comes in.
    Group(usize),
    /// What identifies its users.
    Names(usize),
    /// What else is done there.
    Features(usize),
    /// What the directories say of themselves now.
    Refresh,
    /// What would happen.
    Ready,
    /// Taking everything away.
    Uninstall,
    /// What has happened.
    Complete,
    /// Out.
    Exit,
}

/// What to do with an agent that is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Task {
    /// Look.
    View,
    /// Answer everything again, with what was answered as a start.
    #[default]
    Customize,
    /// The optional features only.
    SignIn,
    /// Ask the directories what they are, and read everything anew.
    Refresh,
    /// Compute only, or no longer so.
    Staging,
    /// Remove everything.
    Uninstall,
}

impl Task {
    /// All, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::View,
        Self::Customize,
        Self::SignIn,
        Self::Refresh,
        Self::Staging,
        Self::Uninstall,
    ];

    /// As an answers file writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Customize => "customize",
            Self::SignIn => "sign-in",
            Self::Refresh => "refresh",
            Self::Staging => "staging",
            Self::Uninstall => "uninstall",
        }
    }

    /// For people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::View => "View current configuration",
            Self::Customize => "Customize synchronization options",
            Self::SignIn => "Change sign-in and optional features",
            Self::Refresh => "Refresh directory schema",
            Self::Staging => "Configure staging mode",
            Self::Uninstall => "Uninstall",
        }
    }
}

/// All that the way depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// There are settings already.
    pub configured: bool,
    /// What is to be done with them.
    pub task: Task,
    /// How many directories there are.
    pub directories: usize,
}

/// The page that follows.
#[must_use]
pub fn next(page: Page, route: Route) -> Page {
    let each = |of: fn(usize) -> Page, n: usize, then: Page| {
        if n + 1 < route.directories {
            of(n + 1)
        } else {
            then
        }
    };
    match page {
        Page::Welcome if route.configured => Page::Tasks,
        Page::Welcome => Page::Service,
        Page::Tasks => match route.task {
            Task::View => Page::Current,
            Task::Customize => Page::Service,
            Task::SignIn => Page::Features(0),
            Task::Refresh => Page::Refresh,
            Task::Staging => Page::Ready,
            Task::Uninstall => Page::Uninstall,
        },
        Page::Current => Page::Tasks,
        Page::Service => Page::Directories,
        Page::Directories => Page::Units(0),
        Page::Units(n) => each(Page::Units, n, Page::Group(0)),
        Page::Group(n) => each(Page::Group, n, Page::Names(0)),
        Page::Names(n) => each(Page::Names, n, Page::Features(0)),
        Page::Features(n) => each(Page::Features, n, Page::Ready),
        Page::Refresh => Page::Ready,
        Page::Ready | Page::Uninstall => Page::Complete,
        Page::Complete | Page::Exit => Page::Exit,
    }
}

/// Where one is, and how one got there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    before: Vec<Page>,
    page: Page,
}

impl Default for Journey {
    fn default() -> Self {
        Self {
            before: Vec::new(),
            page: Page::Welcome,
        }
    }
}

impl Journey {
    /// The page.
    #[must_use]
    pub fn page(&self) -> Page {
        self.page
    }

    /// One page on.
    #[must_use]
    pub fn forward(mut self, route: Route) -> Self {
        let page = next(self.page, route);
        if matches!(page, Page::Complete | Page::Exit) {
            // What has been done is not undone by going back.
            self.before.clear();
        } else if let Some(at) = self.before.iter().position(|before| *before == page) {
            self.before.truncate(at);
        } else {
            self.before.push(self.page);
        }
        self.page = page;
        self
    }

    /// One page back; from the first there is none.
    #[must_use]
    pub fn back(mut self) -> Self {
        if let Some(page) = self.before.pop() {
            self.page = page;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> impl Iterator<Item = Route> {
        let tasks = Task::ALL.into_iter().filter(|task| *task != Task::View);
        tasks.flat_map(|task| {
            [true, false].into_iter().flat_map(move |configured| {
                (1..=3).map(move |directories| Route {
                    configured,
                    task,
                    directories,
                })
            })
        })
    }

    #[test]
    fn back_and_forward_again_loses_nothing() {
        for route in routes() {
            let mut journey = Journey::default();
            for _ in 0..40 {
                let further = journey.clone().forward(route);
                if further.page() == Page::Exit {
                    break;
                }
                let returned = further.clone().back();
                if further.page() == Page::Complete {
                    assert_eq!(returned, further, "{route:?}");
                } else {
                    assert_eq!(returned, journey, "{route:?}");
                    assert_eq!(returned.forward(route), further, "{route:?}");
                }
                journey = further;
            }
            assert_eq!(journey.page(), Page::Complete, "{route:?}");
        }
    }

    #[test]
    fn going_back_leads_to_the_first_page_and_stays_there() {
        for route in routes() {
            let mut journey = Journey::default();
            let mut pages = vec![journey.page()];
            while next(journey.page(), route) != Page::Complete {
                journey = journey.forward(route);
                pages.push(journey.page());
            }
            while let Some(page) = pages.pop() {
                assert_eq!(journey.page(), page, "{route:?}");
                journey = journey.back();
            }
            assert_eq!(journey, Journey::default());
        }
    }

    #[test]
    fn every_directory_has_its_pages() {
        let route = Route {
            configured: false,
            task: Task::Customize,
            directories: 2,
        };
        let mut pages = vec![Page::Welcome];
        while let Some(page) = pages.last().filter(|page| **page != Page::Complete) {
            pages.push(next(*page, route));
        }
        assert_eq!(
            pages,
            [
                Page::Welcome,
                Page::Service,
                Page::Directories,
                Page::Units(0),
                Page::Units(1),
                Page::Group(0),
                Page::Group(1),
                Page::Names(0),
                Page::Names(1),
                Page::Features(0),
                Page::Features(1),
                Page::Ready,
                Page::Complete
            ]
        );
    }

    #[test]
    fn looking_leads_back_to_the_tasks_and_not_deeper() {
        let route = Route {
            configured: true,
            task: Task::View,
            directories: 1,
        };
        let tasks = Journey::default().forward(route);
        let seen = tasks.clone().forward(route);
        assert_eq!(seen.page(), Page::Current);
        assert_eq!(seen.forward(route), tasks);
    }
}
