//! The words that nobody's password may be made of, made by rule: everyday words that people reach for, and what is
//! counted off, walked along a keyboard, or repeated. Written for this product; no list of leaked passwords is in it.

/// What people write when they are asked for a password, in English and German.
const ASKED: &str = "access admin administrator login logon sign signin account user username userid guest root master \
    pass passw passwd password passwords passphrase passcode passkey secret secrets secure security safe private \
    unlock open letmein letme default change changeme changeit newpass newpassword mypass mypassword temp temporary \
    test testing tester test123 demo sample example hello hello123 welcome welcome123 please thankyou goodbye enter \
    internet computer laptop desktop server network system windows linux apple google microsoft office oracle cisco \
    facebook instagram twitter youtube amazon netflix yahoo hotmail gmail email mail website online github azure \
    keyward company business work working manager service support helpdesk sales office365 \
    passwort passwoerter kennwort losung geheim geheimnis sicher sicherheit zugang anmelden anmeldung konto benutzer \
    benutzername gast willkommen hallo servus moin bitte danke oeffne dich sesam firma arbeit chef rechner drucker \
    netzwerk neues neuespasswort meinpasswort aendern aendermich";

/// What people love, keep, play and swear by.
const LOVED: &str = "love iloveyou loveyou loveme iloveu lover lovely mylove sweet sweetheart sweetie honey baby babygirl \
    darling angel angels princess prince queen king kiss kisses heart family mother father mommy daddy sister brother \
    friend friends forever together always happy happiness smile sunshine sunny sunset rainbow butterfly flower flowers \
    rose lily daisy cherry peach banana orange apple lemon melon cookie cookies chocolate candy sugar cheese pizza \
    coffee whiskey vodka guitar music musica rock metal dance dancer singer movie hunter ranger soldier killer \
    ninja pirate wizard magic dragon dragons unicorn phoenix monster monkey tiger lion panther bear wolf eagle falcon \
    hawk snake shark dolphin turtle horse horses pony puppy doggy kitty kitten bunny rabbit chicken duck fish spider \
    superman batman spiderman ironman starwars skywalker pokemon pikachu mario naruto matrix hogwarts gandalf \
    football soccer baseball basketball hockey tennis golf golfer boxing racing yankees cowboys lakers steelers \
    liverpool arsenal chelsea barcelona madrid juventus bayern dortmund schalke werder hamburger borussia \
    porsche mercedes ferrari mustang camaro corvette harley toyota honda audi volkswagen \
    liebe liebling schatz schatzi schaetzchen engel maus mausi hase hasi baer baerchen prinzessin prinz koenig herz \
    familie mama papa mutter vater schwester bruder freund freunde freundin sonne sonnenschein sternchen stern blume \
    blumen schmetterling erdbeere kirsche banane apfel schokolade kaffee bier wein musik gitarre drache loewe wolf adler \
    katze kater hund hunde pferd pferde vogel fisch fussball handball urlaub sommerzeit ficken scheisse arschloch";

/// Names that many people have.
const NAMES: &str = "michael jennifer jessica ashley daniel david andrew joshua matthew robert thomas anthony charlie \
    george jordan michelle nicole amanda samantha melissa stephanie elizabeth victoria alexander alexandra christian \
    william james john joseph richard charles kevin brian jason justin brandon tyler austin hannah sarah rachel laura \
    maria martin peter paul mark anna emma sophie sophia julia marie lena lisa nina sabine sandra petra monika claudia \
    andrea stefan stefanie sebastian florian tobias markus matthias andreas christine katharina johannes wolfgang \
    juergen klaus hans heinz dieter frank jens sven lars felix lukas leon maximilian moritz";

/// Months, days, seasons, feasts, colours, places and numbers as words, in English and German.
const COUNTED: &str = "january february march april june july august september october november december \
    januar februar maerz märz juni juli oktober dezember \
    monday tuesday wednesday thursday friday saturday sunday weekend holiday birthday christmas easter halloween \
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag wochenende feiertag geburtstag weihnachten \
    ostern silvester fasching karneval \
    spring summer autumn fall winter fruehling frühling sommer herbst season today tomorrow morning night heute morgen \
    abend nacht black white yellow green blue purple orange silver golden gold schwarz weiss gelb gruen grün blau \
    london paris berlin hamburg muenchen münchen koeln köln frankfurt stuttgart dresden leipzig wien zuerich zürich \
    austria germany deutschland schweiz oesterreich österreich england america canada brasil france italy spain india \
    newyork texas california florida chicago boston dallas \
    zero three four five seven eight nine hundred thousand million null eins zwei drei vier fuenf sechs sieben acht \
    neun zehn hundert tausend";

/// Rows of keyboards, and ways over several rows.
const WALKS: [&str; 16] = [
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6z7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb",
    "1qay2wsx3edc4rfv5tgb",
    "qazwsxedcrfvtgb",
    "abcdefghijklmnopqrstuvwxyz",
];

/// What is typed as one after letters or digits.
const FIRST: &str = "a1b2c3d4e5f6g7";

/// All of them, some twice.
pub(super) fn all() -> impl Iterator<Item = String> {
    words().chain(walks()).chain(repetitions()).chain(years())
}

fn words() -> impl Iterator<Item = String> {
    let lists = [ASKED, LOVED, NAMES, COUNTED];
    lists
        .into_iter()
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
}

/// Every part of a walk, there and back.
fn walks() -> impl Iterator<Item = String> {
    let around = [
        "0123456789012345",
        "abcabcabcabc",
        "abcd1234",
        "1234abcd",
        "123123123123",
        FIRST,
    ];
    WALKS.into_iter().chain(around).flat_map(|walk| {
        let there: Vec<char> = walk.chars().collect();
        let back: Vec<char> = walk.chars().rev().collect();
        [there, back].into_iter().flat_map(|way| parts(&way))
    })
}

fn parts(way: &[char]) -> Vec<String> {
    super::banned::LENGTHS
        .flat_map(|length| way.windows(length).map(|part| part.iter().collect()))
        .collect()
}

/// One character over and over.
fn repetitions() -> impl Iterator<Item = String> {
    ('a'..='z')
        .chain('0'..='9')
        .flat_map(|c| super::banned::LENGTHS.map(move |n| c.to_string().repeat(n)))
}

/// Years that people were born in, or write down now.
fn years() -> impl Iterator<Item = String> {
    (1940..2050).map(|year: u32| year.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::banned::{LENGTHS, Terms};
    use super::*;

    #[test]
    fn the_list_is_long_enough_to_matter_and_its_words_can_all_match() {
        assert!(Terms::ours().len() > 3_000, "{}", Terms::ours().len());
        let useless: Vec<_> = words()
            .filter(|word| !LENGTHS.contains(&word.chars().count()))
            .collect();
        assert!(useless.is_empty(), "{useless:?}");
    }
}
