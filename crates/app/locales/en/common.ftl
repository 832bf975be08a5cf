# Words that every page shares.

layout-skip = Skip to main content
layout-sign-out = Sign out
layout-help = Help
layout-menu = Menu
layout-menu-label = Admin center
layout-account = My account
nav-overview = Overview
nav-users = Users
nav-groups = Groups
nav-roles = Roles
nav-password-reset = Password reset
nav-properties = Properties
nav-methods = Authentication methods
nav-registration = Registration
nav-notifications = Notifications
nav-customization = Customization
nav-administrator-policy = Administrator policy
nav-activity = Activity
nav-insights = Usage & insights
nav-audit = Audit logs
nav-deliveries = Deliveries

parts-error = Error:
parts-error-summary = There is a problem
parts-show-password = Show password
parts-show = Show
parts-hide = Hide
parts-step = Step { $step } of { $of }
parts-unsaved = You have changes that aren't saved.
parts-discard = Discard
parts-save = Save
parts-copy = Copy
parts-copied = Copied

next = Next
back = Back
cancel = Cancel
send-code = Send code
another-way = Use another way
contact-admin = Contact your administrator

method-mobile-phone = Authentication phone
method-email = Authentication email

number-1 = one
number-2 = two
number-3 = three
number-4 = four
number-5 = five
number-6 = six
number-7 = seven
number-8 = eight
number-9 = nine

device-unknown = Unknown device

# Pages that stand in for another one.
problem-to-start = Go to the start page
problem-to-account = Go to my account
problem-to-admin = Go to the overview
problem-request = If you ask for help, quote request { $id }.
problem-not-found-title = This page doesn't exist
problem-not-found-text = The address may be wrong, or what it shows was deleted.
problem-no-role-title = This is for administrators
problem-no-role-text = You are signed in with an account that has no administrator role. Ask an administrator for one, or sign in with another account.
problem-refused-title = That didn't work
problem-bad-form-title = The form could not be read
problem-bad-form-text = Nothing was changed. Go back, reload the page and send the form again.
problem-too-large-title = That is too much at once
problem-too-large-text = Nothing was changed. The form takes up to 64 kilobytes.
problem-stale-form-title = This page is out of date
problem-stale-form-text = You signed in or out since it was loaded, perhaps in another tab. Nothing was changed. Go back, reload the page and send the form again.
problem-cross-site-title = The request came from another site
problem-cross-site-text = Nothing was changed. Open the page here and send the form from it.
problem-wrong-host-title = Wrong address
problem-wrong-host-text = This service answers at { $url } only.
problem-fault-title = Something broke on our side
problem-fault-text = Nothing was lost that you can't send again. Try once more; if it happens again, tell your administrator.
problem-slow-title = That takes too long
problem-slow-text = Nobody knows yet whether it will be done. Wait a minute and look before you send it again.
problem-unavailable-title = That isn't possible right now
problem-unavailable-text = The database of this service is busy or can't be reached. Nothing was changed, and what was saved before stays saved. Try again in a few seconds; if it goes on, tell your administrator.

# Refusals: what happened, and what to do.
refusal-fields = Check the fields that are marked.
refusal-bad-credentials = The user name or password is wrong. Check both and try again.
refusal-locked-out = Sign-in is locked to protect this account, until { $until }. You needn't wait: reset the password instead.
refusal-sign-in-needed = Sign in first.
refusal-fresh-proof-needed = Prove that it's you before you change this.
refusal-not-allowed = Your role doesn't allow this. A Global Administrator can give you one that does.
refusal-holds-more-rights = This person holds rights that you don't have. A Global Administrator can do it.
refusal-last-global-administrator = This is the last Global Administrator who can sign in. Make another one first.
refusal-not-on-yourself = You can't do this to your own account. Another administrator can.
refusal-not-found = That doesn't exist, or not any more.
refusal-changed-meanwhile = Somebody else changed this while you were at it. Reload the page, check it and save again.
refusal-name-taken = This name is taken. Choose another one.
refusal-unknown-domain = No organization here has this domain.
refusal-group-in-use = Password reset is switched on for this group. Take it out of Password reset > Properties first.
refusal-group-cycle = This group already contains the other one. A group can't contain itself.
refusal-policy-unsatisfiable = Nobody could reset: fewer kinds of method are available than are required. Make another method available, or require one only.
refusal-robot-check = The check that you aren't a robot wasn't passed. Answer it once more.
refusal-robot-too-fast = That was answered faster than people read, so it wasn't taken. Take a few seconds and answer the new question.
refusal-robot-too-many = Too many of these questions were answered from where you are. Try again after { $until }, or with a browser that runs JavaScript, which needs no answer.
refusal-destination-mismatch = That isn't the number we have. Check it, with its country code.
refusal-code-wrong = That isn't the code. Check the newest message and try again.
refusal-code-dead = This code can't be used any more. Ask for a new one.
refusal-blocked = There were too many wrong tries. You can try again after { $until }, or contact your administrator.
refusal-too-many-messages = Too many codes were asked for. You can ask again after { $until }, or use another way.
refusal-reset-expired = This took longer than { $minutes } minutes, so it was ended to be safe. Nothing was changed.
refusal-reset-void = This reset is over: it was finished or cancelled, or the account has changed since.
refusal-not-offered = That isn't possible at this point. Go on with what the page offers.
refusal-password = This password can't be used.
refusal-current-password-wrong = That isn't your current password.
refusal-already-registered = That is registered already.
refusal-own-mailbox = Use an address outside this account. You couldn't read a code in the mailbox that you're locked out of.
refusal-still-needed = Your organization asks for this. Set up another one first.
refusal-link-dead = This link was used already, is too old, or isn't complete.
refusal-set-up-already = Keyward has been set up already. Sign in instead.
refusal-unable = Password reset isn't available for this account.
refusal-busy = Many people are signing in right now. Nothing was tried; wait a few seconds and try again.
refusal-directory-away = Your organization's directory can't be reached right now, so nothing was changed. Try again in a few minutes, or contact your administrator.
refusal-agent-code-dead = No agent waits under this code: it is mistyped, was used, or is older than 15 minutes. Check it, or run keyward-connect configure once more.

# What is wrong with one field.
fault-empty = Fill this in
fault-too-long = This is too long
fault-unprintable = This contains a character that can't be shown. Type it anew
fault-name-malformed = Enter a name of letters, digits and spaces
fault-name-empty = Enter your user name
fault-upn-malformed = Enter a user name such as adele@contoso.example: letters, digits and . - _ ' before the @
fault-upn-taken = Another user has this name
fault-upn-domain = This domain isn't one of your organization's
fault-domain-malformed = Enter a domain such as contoso.example
fault-domain-taken = Another organization has this domain
fault-mail-malformed = Enter an address such as name@example.org
fault-mail-empty = Enter an email address
fault-phone-malformed = Enter the whole number with its country code, such as +49 151 23456789
fault-phone-empty = Enter a phone number
fault-phone-kind = Codes can't be sent to this kind of number. Enter a mobile number
fault-method-empty = Choose one
fault-too-many-methods = You have two of these already. Remove one first
fault-group-name-taken = Another group has this name
fault-group-unknown = One of the groups doesn't exist any more
fault-groups-empty = Choose at least one group
fault-days-range = Enter a number of days from 0 to 730
fault-helpdesk-malformed = Enter an https address or an email address

# What is wrong with a new password.
password-too-short = Use { $min } characters or more
password-too-long = Use { $max } characters or fewer
password-unprintable = Leave out characters that can't be shown
password-names-you = Don't use your own name, address or organization
password-common = Don't make it of words, years or rows of keys that everybody tries
password-organisation-word = Don't make it of words that your organization has banned
password-mismatch = The two passwords differ. Type the same one twice
password-same-as-old = Choose one that you don't have now
