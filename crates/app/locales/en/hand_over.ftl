# Handing an account over: at the administrator's desk.
handing-title = Hand over
handing-lead = A link that you show { $name } as a QR code, or read out. It needs no mail and no phone number.
handing-held = The owner of this account said "It wasn't me". The way back is to hand over the whole account: you prove yourself by two methods, and they begin anew.
handing-open = A link is waiting to be opened
handing-opens = Opens
handing-until = Good until
handing-by = Made by
handing-withdraw = Withdraw link
handing-security-info = Security info
handing-security-info-hint = They sign in and set up methods anew; the old ones, on a lost phone, are not asked for.
handing-security-info-text = With the link they sign in with their password. Then they can add and remove methods for a few minutes without proving an old one.
handing-password = A new password
handing-password-hint = They forgot it and can't prove who they are by their methods. The methods stay.
handing-password-text = With the link they choose a new password, by the rules for passwords. The present one stops working then, and they are signed out everywhere. Their methods stay.
handing-account = The whole account
handing-account-hint = A new password and new methods: for somebody's first day, or after "It wasn't me".
handing-account-text = With the link they choose a new password. Then every method is removed, a hold after "It wasn't me" is lifted, and they sign in to set up new methods.
handing-ask = Make a link for { $name }?
handing-lasts = { $minutes ->
    [one] It is good for one minute, and once.
   *[other] It is good for { $minutes } minutes, and once.
}
handing-replaces = The link that is waiting now stops working.
handing-sure = Whoever opens it has the account. Be sure whom you give it to: in person, or on a call to a number that you knew before. They are told at all their addresses.
handing-make = Make link
handing-made = The link is ready
handing-made-lead = Let { $name } scan the code or type the address.
handing-qr = QR code with the link
handing-link = Link
handing-once = It is shown now and never again. Send it through nothing that others can read.
users-hand-over-button = Hand over
note-hand-over-withdrawn = The link was withdrawn.
refusal-two-proofs-needed = For this you prove yourself by two methods of different kinds, and you have only one. Set up another one in your security info first.
reason-two-proofs-needed = fewer than two methods to prove oneself by
reason-link-dead = no link that is still good
fault-hand-over-range = Type a number of minutes from 5 to 1440.

prove-two-lead = This takes two of your methods, one after the other.
prove-second-lead = And now by a method of another kind.

# At the link.
handed-title = Your account
handed-security-info-title = Set up your security info
handed-security-info-text = An administrator made this link for you. Sign in with your password first; then you can set up new methods without proving an old one.
handed-password-title = Choose a new password
handed-password-text = An administrator made this link for you. It works once. Go on when you are ready to choose a new password.
handed-account-title = Take over your account
handed-account-text = An administrator made this link for you. It works once. You choose a new password, then you sign in with it and set up how you prove that it's you.
handed-here-text = You can now set up new methods without proving an old one, for a few minutes. The link works once.
handed-not-yours = Not your account, or nobody told you about this? Then close this page and tell your administrator.
handed-other = You are signed in with another account. Sign out, then open the link again.
handed-button = Continue
handed-dead-lead = It was used already, was withdrawn, or is too old. Ask your administrator for a new one.

# What was handed over, as settings.
nav-in-person = Help in person
in-person-lead = What administrators can hand to people who can't help themselves.
in-person-links = Hand-over links
in-person-links-hint = A link that opens security info, a new password or the whole account of one person, once. Whoever may reset that person's password or change their methods can make one, on the person's page.
in-person-set-minutes = Minutes for which a link is good
in-person-set-minutes-hint = 5 to 1440.
