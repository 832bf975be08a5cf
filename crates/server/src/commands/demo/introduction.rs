//! What the demo says when it is ready.

use super::super::terminal::{Terminal, Tone, line};
use crate::config::Config;
use keyward_app::demo::{ORGANISATION, SAMPLES};

/// Says where everything is.
pub(super) fn introduce(terminal: Terminal, config: &Config, fresh: bool) {
    let url = config.public_url.origin();
    let quiet = |text: &str| terminal.tone(Tone::Quiet, text);
    line(&format!(
        "\nKeyward, with {ORGANISATION} as the example organization\n"
    ));
    line(&format!(
        "  Portal         {}",
        terminal.tone(Tone::Good, url)
    ));
    line(&format!(
        "  Admin center   {}",
        terminal.tone(Tone::Good, &format!("{url}/admin"))
    ));
    line(&format!(
        "  Mail and SMS   {}",
        terminal.tone(Tone::Good, &format!("{url}/outbox"))
    ));
    line(&format!(
        "  Data           {}{}\n",
        config.data_dir.display(),
        if fresh {
            quiet("  (gone when it stops)")
        } else {
            String::new()
        }
    ));
    line("  Accounts");
    for sample in &SAMPLES {
        line(&format!(
            "    {:<24} {:<22} {}",
            sample.upn,
            sample.password,
            quiet(sample.story)
        ));
    }
    line(&format!("\n  {}\n", quiet("Ctrl+C stops it.")));
}
