//! How much of a mailbox is shown to a stranger, and how often each form of it occurs.
//!
//! What is shown is drawn from a small, closed set of forms: a letter that few addresses begin with, or a top-level
//! domain that hardly anybody uses, is replaced by stars. So whatever a real mailbox shows, a decoy can show as well,
//! and no form proves that an account exists (EN-05, EN-06).

/// First letters of names, about as often as they occur in European mail addresses; each that can be shown at least
/// once.
pub(crate) const INITIALS: &[u8] =
    b"aaaaaabbbbccccddddddeeeeeeffffgggghhhhiijjjjjjjjkkkkkklllllmmmmmmmmmmnnnnoopppprrrrrrsssssssssstttttuuvvwwyyzz\
      qx0123456789*";

/// First letters of the hosts of mailboxes that people register, the same way.
pub(crate) const HOST_INITIALS: &[u8] =
    b"ggggggggggggggggggggggggggggggggooooooooohhhhhhyyyyyiiiiiwwwwwwttttppppllaabbccddeeffjkmmnnqrrssuvxz\
      0123456789";

/// Top-level domains that are shown. Those at the front are the most frequent by far (see [`top`]).
const FREQUENT: &[&str] = &[
    "com", "com", "com", "com", "com", "com", "com", "com", "de", "de", "de", "net", "org", "org",
    "me", "uk", "fr", "eu", "it", "nl", "es", "ch", "at", "pl",
];

/// The other ones: those of countries, the generic ones with many mailboxes, and those reserved for examples and
/// tests (RFC 2606).
const OTHERS: &str = "ac ad ae aero af ag ai al am ao app aq ar as asia at au aw ax az ba bb bd be bf bg bh bi biz bj \
    bm bn bo br bs bt bw by bz ca cat cc cd cf cg ch ci ck cl club cm cn co com coop cr cu cv cw cx cy cz de dev dj dk \
    dm do dz ec edu ee eg er es et eu example fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gov gp gq gr gs gt gu gw \
    gy hk hm hn hr ht hu id ie il im in info int io iq ir is it je jm jo jobs jp ke kg kh ki km kn kp kr kw ky kz la \
    lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mil mk ml mm mn mo mobi mp mq mr ms mt mu museum mv mw mx my mz na \
    name nc ne net nf ng ni nl no np nr nu nz om online org pa pe pf pg ph pk pl pm pn post pr pro ps pt pw py qa re \
    ro rs ru rw sa sb sc sd se sg sh shop si site sk sl sm sn so sr ss st store su sv sx sy sz tc td tech tel test tf \
    tg th tj tk tl tm tn to top tr travel tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws xyz ye yt za zm zw";

/// Stands for whatever is not shown.
const HIDDEN: &str = "***";

/// The top-level domain as it is shown: itself, or stars where it would stand out.
pub(crate) fn shown_top(top: &str) -> &'static str {
    OTHERS
        .split_whitespace()
        .find(|known| *known == top)
        .unwrap_or(HIDDEN)
}

/// One of the forms that [`shown_top`] has, by a number below 65536; each of them for some number.
pub(crate) fn top(n: usize) -> &'static str {
    let others = OTHERS.split_whitespace().count();
    // Three of four are frequent ones; the rest is spread over everything that can be shown.
    if !n.is_multiple_of(4) {
        return FREQUENT[n / 4 % FREQUENT.len()];
    }
    OTHERS
        .split_whitespace()
        .nth(n / 4 % (others + 1))
        .unwrap_or(HIDDEN)
}

/// The first letter of a local part as it is shown.
pub(crate) fn initial(text: &str) -> char {
    text.chars()
        .next()
        .map(|c| c.to_ascii_lowercase())
        .filter(char::is_ascii_alphanumeric)
        .unwrap_or('*')
}

/// `j***@e***.org`.
pub(crate) fn mailbox(initial: char, host: char, top: &str) -> String {
    format!("{initial}***@{host}***.{top}")
}
