# Passwords that live in an organization's own directory.

## What went wrong, in words (a sentence each: what happened, and what to do)

refusal-directory-credentials = The user name or password is wrong, or your organization's directory has locked the account. Check both and try again, or choose "Forgot my password" to reset or unlock it.
refusal-writeback-off = Passwords of your organization's directory can't be set here. Change it at a computer of your organization, or ask your administrator.
refusal-writeback-pending = Your organization's directory is still at it. Wait a moment: nothing has to be sent again.
refusal-writeback-unknown = The connection broke while your organization's directory was at it, so we don't know whether it was done. Try to sign in with the new password first. If that doesn't work, the old one still counts: start again.
refusal-temporary-unseen = The directory has not answered yet, so the temporary password is not shown: it would be none if the directory refuses it. Look at the timeline on the user's page in a minute, then reset once more.
refusal-directory-too-short = Your organization asks for { $n } characters or more. Choose a longer password
refusal-directory-complexity = Your organization asks for three of these: capital letters, small letters, digits, other characters, and no part of your name. Choose another password
refusal-directory-history = You have used this password before. The last { $n } can't be used again: choose another one
refusal-directory-used-before = You have used this password before. Choose another one
refusal-directory-too-young = The password was changed only a short while ago, and your organization lets some time pass between two changes. Use the one you have, or ask your administrator.
refusal-directory-too-young-until = The password was changed only a short while ago. Your organization allows the next change after { $until }. Until then use the one you have, or ask your administrator.
refusal-directory-banned = Your organization doesn't allow this password because it is easy to guess. Choose another one
refusal-directory-policy = Your organization's directory doesn't take this password and doesn't say why. Most likely you have used it before, or it is on a list of weak ones. Choose a quite different one
refusal-directory-protected = This account is specially protected, and its password is never set from here. Contact your administrator.
refusal-directory-cannot-change = The password of this account can't be changed by its user. Contact your administrator.
refusal-directory-locked = Your organization's directory has locked this account after wrong passwords. Choose "Forgot my password" to reset or unlock it, or wait until it opens by itself.
refusal-directory-disabled = Your account is disabled in your organization's directory. Your password is right; your administrator can enable the account.
refusal-directory-account-expired = Your account in your organization's directory has run out. Your password is right; your administrator can extend the account.
refusal-directory-not-now = Your organization doesn't let this account sign in at this hour or from here. Your password is right; try again later, or ask your administrator.
refusal-directory-smart-card = This account signs in with a smart card and has no password to set. Use the card, or ask your administrator.
refusal-directory-reset-instead = Your organization's directory asks for a new password first. Sign out and in again to choose it, or choose "Forgot my password".
refusal-directory-not-there = Your organization's directory doesn't let us at this account, so nothing was changed. Your administrators were told; contact them.
refusal-directory-trouble = Your organization's directory couldn't do this because something has to be set right there first. Nothing was changed, and your administrators were told. Try again later, or contact them.

password-complexity = Use three of these: capital letters, small letters, digits, other characters

## Before a password is typed

terms-title = What your new password must be
terms-kinds = { $n } of these: capital letters, small letters, digits, other characters
terms-hard-to-guess = Hard to guess: no names, and little of what everybody tries
terms-not-breached = Not known from a breach of another service
terms-not-present = Not the one you have now
terms-not-used = { $n ->
    [one] Not the one you have now, nor the one before
   *[other] Not the one you have now, nor one of the { $n } before
}
terms-source-organization = asked by your organization
terms-source-directory = asked by its directory
terms-complexity = Three of these: capital letters, small letters, digits, other characters
terms-history = { $n ->
    [one] Not the one you had last
   *[other] None of your last { $n } passwords
}
terms-not-before = Your organization allows the next change after { $until }.

## While the directory is at it

wait-title = Just a moment
wait-lead = Your organization's directory is at it. This page looks again by itself.
wait-again = Look now
unknown-title = We don't know yet
unknown-signin = Try to sign in
unlock-title = Unlock your account
unlock-lead = You have proved that it's you. The password stays as it is.
unlock-button = Unlock my account
ended-title = This isn't possible here

## For administrators

users-unable-account-protected = protected in the directory
reason-account-protected = protected in the directory
reason-directory-away = the directory couldn't be reached; nothing was changed
reason-writeback-off = writing passwords back is switched off, or the subscription for it is missing
reason-writeback-pending = another change of this account was under way
reason-writeback-unknown = begun in the directory, and the answer was lost: look at when the password was last set there
reason-temporary-unseen = a temporary password was under way to the directory, and was not shown
reason-directory-wrong-password = the directory says: wrong password
reason-directory-must-change = the directory says: the password must be changed first
reason-directory-expired = the directory says: the password has expired
reason-directory-locked = the directory says: the account is locked
reason-directory-disabled = the directory says: the account is disabled. Enable it there
reason-directory-account-expired = the directory says: the account has run out. Extend it there
reason-directory-logon-hours = the directory says: outside the hours of this account
reason-directory-workstation = the directory says: not from this computer
reason-directory-not-now = the directory says: not at this hour, or not from here
reason-directory-smart-card = the account takes smart cards only
reason-directory-policy = against the directory's password policy; it doesn't say which rule
reason-directory-too-short = too short for the directory's policy
reason-directory-complexity = too simple for the directory's policy
reason-directory-history = used before
reason-directory-too-young = changed too recently for the directory's policy
reason-directory-banned = a filter of the directory doesn't allow it
reason-directory-protected = a protected account: the agent never resets those
reason-directory-cannot-change = "User cannot change password" is set on the account
reason-directory-no-right = the agent's service account lacks the right to reset passwords or to write lockoutTime and pwdLastSet on this account. `keyward-connect doctor` on the agent's host shows the command that gives it
reason-directory-not-found = the directory has no such object any more. The next synchronization will show what became of it
reason-directory-out-of-scope = the account is outside the units that the agent may touch
reason-directory-switched-off = this is switched off in the configuration of the agent
reason-directory-bad-task = the agent didn't trust what it was asked. Compare its clock, and look at its log
reason-directory-no-journal = the disk of the agent's host is full, so it begins nothing. Make room there
mail-help-reason-account-protected = They can't help themselves: the account is protected in your directory, and its password is never set from here. Set it in the directory.

mail-directory-trouble-subject = A password could not be written to your directory
mail-directory-trouble-text =
    On { $when }, { $name } ({ $upn }) wanted to set a password or to unlock the account, and your directory didn't allow it. Nothing was changed. They see that you were told ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }).

    What has to be mended: { $reason }.

    You get this mail at most once an hour for each directory and cause.
mail-directory-trouble-link = Open the user's page
