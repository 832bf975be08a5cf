# The portal: for somebody in a hurry, on a phone.

signin-title = Sign in
signin-name = User name
signin-name-hint = Such as adele@contoso.example
signin-password = Password
signin-button = Sign in
signin-forgot = Forgot my password
signin-passkey = Sign in with a passkey
signin-signed-out = You are signed out.
signin-locked-way = Reset the password now

new-password = New password
new-password-again = New password again
new-password-hint = { $min } characters or more. Several words are easy to remember.
suggest-lead = Can't think of one?
suggest-button = Suggest a password
suggest-this = A password that was made up for you just now:
suggest-keep = Copy it into both fields, and keep it in your password manager or learn it before you go on.
suggest-filled = A password that was made up for you is in both fields. Keep it in your password manager or learn it before you go on.
must-change-title = Choose a new password
must-change-temporary = Your password is temporary. Choose one that only you know.
must-change-expired = Your password has expired. Choose a new one.
must-change-breached = Attackers know your password from a breach of another service. Choose a new one now, and change it wherever else you use it.
must-change-button = Save and go on

register-title = More information needed
register-lead = Your organization needs more information to keep your account secure
register-why = Set up ways to prove that it's you. With them you can reset a forgotten password by yourself, at any hour.
register-later = Not now
register-later-hint = You can do this later: you will be asked again at your next sign-in.
reconfirm-title = Is this still right?
reconfirm-lead = Check the ways by which you prove that it's you, so that they work when you need them.
register-methods-title = Don't lose access to your account
reconfirm-methods-title = Check your security info
register-methods-lead = { $needed ->
    [one] Set up at least one of these.
   *[other] Set up { $needed } of these.
}
register-not-set-up = Not set up
register-set-up = Set up
register-set-it-up = Set it up now
register-finish = Finish
register-still-missing = Not done yet: set up what is still missing below. You can also do it later.
register-looks-good = Looks good
register-change-something = Something has changed
register-different = I want to set up a different method

method-mobile-phone-ask = What is your mobile number?
method-mobile-phone-lead = We send a code to it by text message, now to check it and later when you reset your password.
method-mobile-phone-lead-call = We call it and say a code, now to check it and later when you reset your password.
method-mobile-phone-lead-both = We send a code to it by text message, or call and say it, now to check it and later when you reset your password.
method-mobile-phone-label = Mobile number
method-mobile-phone-hint = With its country code, such as +49{"\u00A0"}151{"\u00A0"}23456789
method-by = How do you want to get the code?
method-by-sms = By text message
method-by-voice = By a call
method-office-phone-ask = Is this the phone on your desk?
method-office-phone-lead = We call it and say a code, now to check it and later when you reset your password. If the number is wrong, ask your administrator: it is on record with your organization.
method-office-phone-label = Office phone
method-office-phone-hint = With its country code, such as +49{"\u00A0"}30{"\u00A0"}12345678
method-email-ask = What is your other email address?
method-email-lead = We send a code to it, now to check it and later when you reset your password.
method-email-label = Email address
method-email-hint = One that you can read without this account
method-authenticator-app-ask = Set up an authenticator app
method-authenticator-app-lead = Install one on your phone, if you have none. Any app that shows six-digit codes will do. You then scan a picture with it.
method-authenticator-app-label = Name
method-authenticator-app-hint = So that you know it again, such as My phone
method-passkey-ask = Create a passkey
method-passkey-lead = Your device, a security key or a password manager keeps it. You confirm with fingerprint, face or PIN instead of typing anything.
method-passkey-label = Name
method-passkey-hint = So that you know it again, such as My laptop
app-title = Connect your app
app-lead = Keep this page open until both steps are done.
app-scan = In the app, add an account and scan this picture.
app-qr = QR code for your authenticator app
app-by-hand = I can't scan it
app-by-hand-text = Type this key into the app:
app-by-hand-kind = If the app asks: time-based, SHA-1, 6 digits, 30 seconds.
app-type = Type the code that the app shows now for { $name }.
app-once = The picture and the key are shown now and never again. Whoever has them can prove to be you.
passkey-make-title = Create the passkey
passkey-make-lead = Your browser asks where to keep { $name }, and to confirm with fingerprint, face or PIN.
passkey-make-button = Create passkey
passkey-use-title = Use your passkey
passkey-use-lead = Your browser asks you to confirm with fingerprint, face or PIN.
passkey-use-button = Use passkey
passkey-reset-lead = If you have set one up, your browser asks you to confirm with fingerprint, face or PIN.
passkey-signin-title = Sign in with a passkey
passkey-signin-other = Sign in with a password
passkey-none = This browser can't use passkeys, or runs no scripts. Use another browser, or another way.
passkey-waiting = Waiting for your passkey …
passkey-cancelled = Nothing was confirmed. Try again, or use another way.
passkey-twice = This device has a passkey for your account already.
passkey-failed = That didn't work. Try again, or use another way.
method-prefilled = Your organization has this on record. Check it: it counts once you have proved it.

code-title = Enter the code
code-lead = We have sent it if what you gave us is right. It works for { $minutes } minutes.
code-lead-mobile-phone = We sent it by text message. It works for { $minutes } minutes.
code-lead-call = We are calling, if what you gave us is right. Pick up, press 1 and note the code. It works for { $minutes } minutes.
code-lead-email = We sent it by email. It works for { $minutes } minutes.
code-lead-authenticator-app = Open your authenticator app and type the code that it shows now, or the one of your token.
code-lead-recovery-codes = Type a code off your newest list that you have not used yet.
code-hint-recovery = { $length } letters and digits; dashes don't matter
code-label = Code
token-title = Activate your token
token-lead = Type the code that token { $serial } shows now.
token-waits = Token { $serial }
token-waits-text = Your administrator has given it to you. Activate it with a code.
token-activate = Activate
code-hint = { $digits } digits
code-button = Go on
code-missing = Didn't get it?
code-missing-text = It can take a minute. Check the junk mail folder, and that the phone has reception. Only the newest code works.
code-missing-call = It can take a minute until the phone rings. The code is said only when you press 1, and twice. Only the newest code works.
code-new = Get a new code
code-again = Begin again
code-refused = It isn't taken?
code-refused-authenticator-app = Each code works once and for half a minute: wait for the next one. The clock of the phone has to be right, so let it set itself.
code-refused-recovery-codes = Each code works once, and only the list that you made last is good. 0 and O, 1 and I are the same.

reset-title = Reset your password
reset-lead = Who are you?
reset-back-to-signin = Back to sign-in
robot-working = Checking that you aren't a robot …
robot-done = Checked: you aren't a robot.
robot-question = How much is { $left } plus { $right }?
robot-hint = This keeps robots out. Answer in digits.

goal-title = What do you need?
goal-reset = I forgot my password
goal-reset-hint = Choose a new one
goal-unlock = I know my password, but still can't sign in
goal-unlock-hint = Unlock the account and keep the password

verify-title = How do you want to prove that it's you?
verify-title-second = How do you want to prove it a second time?
verify-lead = Choose what you have at hand.
verify-mobile-phone = Text message to
verify-call = Call to
verify-office-phone = Call to the office phone
verify-email = Email to
verify-authenticator-app = Authenticator app
verify-authenticator-app-hint = The code that it shows, or your token
verify-passkey = Passkey
verify-passkey-hint = Fingerprint, face or PIN of a device
verify-recovery-codes = Recovery code
verify-recovery-codes-hint = One off your list
verify-none = I can't use any of these
verify-none-text = Your administrator can help you in another way.
number-title = Which number is it?
number-lead = Type the whole number of { $masked }. That shows us that it's yours.

choose-title = Choose a new password
choose-lead = You have proved that it's you.
choose-button = Set new password
verdict-length = { $min } characters or more
verdict-same = Both are the same

done-title = Your password was reset
done-lead = Sign in with the new one. You were signed out everywhere else.
done-again = This reset was finished already. The one that was set first counts.
done-unlocked-title = Your account is unlocked
done-unlocked-lead = Sign in with your password.

help-sent-title = Your administrators will see this
help-sent-lead = If your account exists, we told them that you need help. They will get in touch with you.
help-lead = We tell your administrators that you can't sign in. They will get in touch with you.
account-help-lead = We tell your administrators that you are signed in, but can't prove or set up a method. They will get in touch with you.
account-help-sent-lead = They know that you need help, and will get in touch with you.
help-button = Ask for help
help-desk-lead = Your organization has a page for this.
help-desk-open = Open the help desk
help-desk-mail-lead = Write to the help desk of your organization:

over-title = Start again
over-again = Reset my password

change-title = Change password
change-known = Attackers know the password you have just signed in with from a breach of another service. Change it now, here and wherever else you use it.
change-lead = You stay signed in here and are signed out everywhere else.
change-current = Current password
change-button = Change password
change-done-title = Your password was changed
change-done-lead = You were signed out everywhere else.
to-account = Go to my account

account-title = My account
account-hello = Hello, { $name }
account-signed-out-others = You are signed out everywhere else.
account-incomplete = You can't reset a forgotten password yet.
account-incomplete-button = Set it up now
account-password = Password
account-password-changed = Changed
account-methods = { $count ->
    [0] No methods
    [one] { $count } method
   *[other] { $count } methods
}
account-manage = Manage
account-view = View
account-sessions = { $count ->
    [one] Signed in on { $count } device
   *[other] Signed in on { $count } devices
}
account-to-admin = Open the admin center
account-sign-out-everywhere = Sign out everywhere else

security-title = Security info
security-lead = These are the ways by which you prove that it's you.
security-needed = { $needed ->
    [one] Your organization asks for at least one method.
   *[other] Your organization asks for { $needed } different methods.
}
security-prove-first = Before you change anything here, prove that it's you with a method that you have.
security-prove-button = Prove that it's me
security-none = Nothing is set up yet.
security-by-admin = added by an administrator
security-change = Change
security-rename = Rename
security-replace = Replace
security-remove = Remove
security-add-mobile-phone = Add a phone
security-add-office-phone = Add the office phone
security-add-email = Add an email address
security-add-recovery-codes = Make recovery codes
security-add-authenticator-app = Add an authenticator app
security-add-passkey = Add a passkey
prove-title = Prove that it's you
prove-lead = Choose a method that you have at hand.
remove-title = Remove this method?
remove-text = Codes can't be sent to it any more. We tell you at all your addresses.
remove-text-held = Its codes prove nothing any more. Delete the account in the app as well. We tell you at all your addresses.
remove-text-passkey = It signs you in no more, and proves nothing. Delete it on the device as well. We tell you at all your addresses.
remove-keep = Keep it
rename-title = What do you call this app?
rename-title-passkey = What do you call this passkey?
rename-button = Save
recovery-lead = { $count } codes to print or write down, for the day on which your phone is lost. Each works once.
recovery-replaces = You have a list with { $left } unused codes. A new list replaces it: the old codes are dead at once.
recovery-make = Make codes
recovery-title = Your recovery codes
recovery-keep = Keep them where you keep important papers, not with your phone. Cross each off when you have used it.
recovery-once = They are shown now and never again. Print this page or write them down.
recovery-saved = I have saved them
recovery-left = { $count ->
    [0] none left: make new ones
    [one] one left
   *[other] { $n } left
}

activity-title = Recent activity
activity-lead = Where you are signed in, and what happened to your account.
activity-sessions = Signed in
activity-since = since
activity-seen = last used
activity-this = This device
activity-events = What happened
activity-failed = refused
activity-strange = Something here wasn't you? Change your password: that signs you out everywhere else.
activity-signed-in = Signed in
activity-signed-out = Signed out
activity-sessions-revoked = Signed out elsewhere
activity-password-changed = Changed the password
activity-password-reset = Reset the password
activity-password-reset-by-admin = An administrator reset the password
activity-reset-started = A password reset was started
activity-reset-blocked = Password reset was blocked after too many tries
activity-unlocked = Unlocked the account
activity-code-sent = Code to change security info sent
activity-method-added = Added a method
activity-method-changed = Changed a method
activity-method-removed = Removed a method
activity-method-reviewed = Checked the security info
activity-reported = Reported that it wasn't you

not-me-title = Wasn't it you?
not-me-lead = Then lock the account now.
not-me-text = Nobody can sign in or reset the password until an administrator has helped you. Everybody who is signed in with your account is signed out.
not-me-button = It wasn't me: lock my account
not-me-was-me = It was me
not-me-done-title = Your account is locked
not-me-done-lead = We told your administrators. They will get in touch with you and let you in again.
not-me-dead-title = This link can't be used any more
not-me-dead-lead = It was used already or is too old. If somebody is using your account, reset your password now and tell your administrator.

setup-title = Set up Keyward
setup-lead = This page works once. It creates your organization and its first Global Administrator.
setup-organisation = Name of your organization
setup-domain = Its domain
setup-domain-hint = User names end in it, such as contoso.example
setup-admin = First administrator
setup-name = Your name
setup-user-name = Your user name
setup-user-name-hint = The part before the @
setup-mail = Your email address
setup-mail-hint = Where we tell you about changes
setup-password = Password
setup-button = Create organization

help-title = Help with signing in
help-forgot = I forgot my password
help-forgot-text = You can choose a new one yourself, if you have set up a phone or an email address for it.
help-code = The code doesn't arrive
help-code-text = Wait a minute, then check the junk mail folder and the phone's reception. Ask for a new code: only the newest one works.
help-locked = My account is locked
help-locked-text = After several wrong passwords, sign-in is closed for a minute or more. Resetting the password opens it at once.
help-new-phone = I have a new phone or address
help-new-phone-text = Sign in and change it under Security info. If you can't sign in, an administrator of your organization can help.
help-strange = I got a message about something that I didn't do
help-strange-text = Open the link "It wasn't me" in it. It locks your account and tells your administrators.

outbox-title = Outbox of the demo
outbox-lead = Here is what the demo has sent. A real installation sends it by mail and text message.
outbox-empty = Nothing was sent yet
outbox-empty-text = Ask for a code, and it appears here by itself.
outbox-call = Call
outbox-sms = Text message
outbox-to = To { $to }
outbox-follow = Open the link
