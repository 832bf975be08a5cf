# What Keyward sends by mail and text message.
#
# Who, what, when, and what to do if it wasn't you. A blank line begins a new paragraph. Text messages carry no link,
# subjects carry no code. $when is a time in UTC, $device a browser and system in our own words.

## Codes by text message

sms-code-reset = { $code } is your { $organisation } code to reset your password, good for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }. Don't share it with anyone.
sms-code-register = { $code } is your { $organisation } code to add this phone as a way to reset your password, good for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }. Don't share it.
sms-code-step-up = { $code } is your { $organisation } code to change your security info, good for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }. Don't share it with anyone.

## Codes by a call

call-code-reset = Hello. This is { $organisation }. Somebody asked for a code to reset your password. If that was not you, hang up. To hear the code, press 1.
call-code-register = Hello. This is { $organisation }. Somebody asked for a code to add this phone as a way to reset a password. If that was not you, hang up. To hear the code, press 1.
call-code-step-up = Hello. This is { $organisation }. Somebody asked for a code to change your security info. If that was not you, hang up. To hear the code, press 1.
call-say = Your code is
call-again = Once more
call-bye = Don't share it with anyone. Goodbye.
call-no-key = No code without the key. Goodbye.

## Codes by mail

mail-code-reset-subject = Your code to reset your password
mail-code-reset-text =
    { $code } is your code to reset the password of your { $organisation } account.

    It is good for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }, in the browser where you asked for it. Don't share it: nobody at { $organisation } will ever ask you for it.

    You didn't ask for it? Then somebody typed your user name. Your password is unchanged, and without this code it stays so.

mail-code-register-subject = Your code to add this mailbox
mail-code-register-text =
    { $code } is your code to add this mailbox to the security info of a { $organisation } account.

    It is good for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }. Don't share it: nobody at { $organisation } will ever ask you for it.

    You didn't ask for it? Then somebody typed your address by mistake. Nothing was added, and without this code nothing will be.

mail-code-step-up-subject = Your code to change your security info
mail-code-step-up-text =
    { $code } is your code to change the security info of your { $organisation } account.

    It is good for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }. Don't share it: nobody at { $organisation } will ever ask you for it.

    You didn't ask for it? Then somebody else is signed in as you. Change your password now, on your account page: that signs everybody else out.

## Notices to a user

mail-password-reset-subject = Your password was reset
mail-password-reset-text =
    { $name }, the password of your account { $upn } was reset on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }). You are signed out everywhere.

    If this was you, you are done: sign in with the new password.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-password-reset-link = It wasn't me

mail-password-changed-subject = Your password was changed
mail-password-changed-text =
    { $name }, the password of your account { $upn } was changed on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }) by somebody who knew the old one. All other devices are signed out.

    If this was you, you are done.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-password-changed-link = It wasn't me

mail-password-reset-by-admin-subject = An administrator has reset your password
mail-password-reset-by-admin-text =
    { $name }, an administrator gave your account { $upn } a temporary password on { $when }. You are signed out everywhere.

    The administrator will tell you the temporary password. You choose your own at the next sign-in.

    You didn't ask for this? Open the link and confirm: your account is then locked, and your administrators are told. Or call your helpdesk, on a number you know.
mail-password-reset-by-admin-link = It wasn't me

mail-hand-over-subject = An administrator made a link for your account
mail-hand-over-text =
    { $name }, on { $when } an administrator made a link by which you can { $opens ->
        [security-info] set up the security info
        [password] choose a new password
       *[account] choose a new password and set up the security info
    } of your account { $upn }. The administrator will give it to you; it works once.

    You didn't ask for this? Open the link below and confirm: your account is then locked, and your administrators are told. Or call your helpdesk, on a number you know.
mail-hand-over-link = It wasn't me

mail-pass-made-subject = An administrator made a Temporary Access Pass for your account
mail-pass-made-text =
    { $name }, on { $when } an administrator made a pass by which you can sign in to your account { $upn } and set up your security info. The administrator will give it to you; it is good until { $until }.

    You didn't ask for this? Open the link below and confirm: your account is then locked, and your administrators are told. Or call your helpdesk, on a number you know.
mail-pass-made-link = It wasn't me

mail-pass-used-subject = Somebody signed in with a Temporary Access Pass
mail-pass-used-text =
    { $name }, on { $when } somebody signed in to your account { $upn } with the pass that an administrator made for you ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }).

    If it was you, there is nothing to do.

    If not, open the link below and confirm: your account is then locked, and your administrators are told. Or call your helpdesk, on a number you know.
mail-pass-used-link = It wasn't me

mail-unlocked-subject = Your account was unlocked
mail-unlocked-text =
    { $name }, your account { $upn } was unlocked on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }). The password is the same as before.

    If this was you, you are done: sign in.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-unlocked-link = It wasn't me

# What a method is called in the middle of a sentence.
told-method = { $kind ->
    [authenticator-app] the authenticator app "{ $method }"
    [passkey] the passkey "{ $method }"
    [recovery-codes] a new list of recovery codes
   *[other] { $method }
}
told-old = { $kind ->
    [authenticator-app] the authenticator app "{ $old }"
    [passkey] the passkey "{ $old }"
    [recovery-codes] the list of recovery codes
   *[other] { $old }
}

# From when on it resets the password.
told-wait = { $waits ->
    [yes] It can be used to reset your password from { $usable } on.
   *[no] It can be used to reset your password.
}

mail-method-added-subject = A way to reset your password was added
mail-method-added-text =
    { $name }, { told-method } was added to the security info of your account { $upn } on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }). { told-wait }{ $kind ->
        [passkey] {" "}It can be used to sign in, too.
       *[other] {""}
    }

    If this was you, you are done.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-method-added-link = It wasn't me

mail-method-added-by-admin-subject = An administrator added a way to reset your password
mail-method-added-by-admin-text =
    { $name }, an administrator added { told-method } to the security info of your account { $upn } on { $when }. { told-wait }

    If { told-method } is yours and you know about this, you are done.

    If not, open the link and confirm. Your account is then locked, and your administrators are told.
mail-method-added-by-admin-link = That isn't mine

mail-method-changed-subject = A way to reset your password was changed
mail-method-changed-text =
    { $name }, { told-old } was replaced by { told-method } in the security info of your account { $upn } on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }). { $kind ->
        [authenticator-app] Codes of the old one prove nothing any more.
        [passkey] The old one doesn't sign you in any more.
        [recovery-codes] The old codes are dead.
       *[other] Codes don't go to the old one any more.
    } { told-wait }

    If this was you, you are done.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-method-changed-link = It wasn't me

mail-method-removed-subject = A way to reset your password was removed
mail-method-removed-text =
    { $name }, { told-method } was removed from the security info of your account { $upn } on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }). It can't be used to reset your password any more.

    If this was you, you are done.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-method-removed-link = It wasn't me

mail-method-removed-by-admin-subject = An administrator removed a way to reset your password
mail-method-removed-by-admin-text =
    { $name }, an administrator removed { told-method } from the security info of your account { $upn } on { $when }. It can't be used to reset your password any more.

    You may be asked to register again when you next sign in.

    You know nothing about this? Open the link and confirm. Your account is then locked, and your administrators are told.
mail-method-removed-by-admin-link = It wasn't agreed with me

mail-recovery-code-used-subject = A recovery code was used
mail-recovery-code-used-text =
    { $name }, a recovery code of your account { $upn } was used on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }). { $left ->
        [0] It was the last one.
        [one] One is left.
       *[other] { $left } are left.
    }{ $few ->
        [yes] {" "}Make a new list soon, in your security info.
       *[no] {""}
    }

    If this was you, you are done.

    If it wasn't you, open the link and confirm. Your account is then locked, and your administrators are told.
mail-recovery-code-used-link = It wasn't me

## The same by text message, where no mailbox is known or the phone itself is concerned

sms-notice-password-reset = { $organisation }: the password of { $upn } was reset on { $when }. If it wasn't you, call your helpdesk now.
sms-notice-password-changed = { $organisation }: the password of { $upn } was changed on { $when }. If it wasn't you, call your helpdesk now.
sms-notice-password-reset-by-admin = { $organisation }: an administrator reset the password of { $upn } on { $when }. If you didn't ask for it, call your helpdesk.
sms-notice-hand-over = { $organisation }: an administrator made a link that opens { $upn }. If you didn't ask for it, call your helpdesk now.
sms-notice-pass-made = { $organisation }: an administrator made a Temporary Access Pass for { $upn }. If you didn't ask for it, call your helpdesk now.
sms-notice-pass-used = { $organisation }: somebody signed in to { $upn } with a Temporary Access Pass on { $when }. If it wasn't you, call your helpdesk now.
sms-notice-unlocked = { $organisation }: your account { $upn } was unlocked on { $when }. If it wasn't you, call your helpdesk now.
sms-notice-method-added = { $organisation }: { told-method } was added to reset the password of { $upn }. If you didn't add it, call your helpdesk now.
sms-notice-method-added-by-admin = { $organisation }: an administrator added { told-method } to reset the password of { $upn }. If you don't know about it, call your helpdesk now.
sms-notice-method-changed = { $organisation }: { told-old } was replaced by { told-method } to reset the password of { $upn }. If it wasn't you, call your helpdesk now.
sms-notice-method-removed = { $organisation }: { told-method } can no longer be used to reset the password of { $upn }. If it wasn't you, call your helpdesk now.
sms-notice-method-removed-by-admin = { $organisation }: an administrator removed { told-method } from the security info of { $upn }. If you don't know about it, call your helpdesk.
sms-notice-recovery-code-used = { $organisation }: a recovery code of { $upn } was used on { $when }; left: { $left }. If it wasn't you, call your helpdesk now.

## To administrators

mail-admin-password-reset-subject = An administrator has reset their password: { $name }
mail-admin-password-reset-text =
    { $name } ({ $upn }) is an administrator and reset their own password on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }), after proving two methods.

    You are told because you are a Global Administrator. There is nothing to do if { $name } confirms it.

    If not, block sign-in for the account and end its sessions at once.

mail-admin-pass-made-subject = An administrator got a Temporary Access Pass: { $name }
mail-admin-pass-made-text =
    { $by } made a pass on { $when } by which { $name } ({ $upn }), who is an administrator, can sign in and set up security info. It is good until { $until }.

    You are told because you are a Global Administrator. There is nothing to do if both confirm it.

    If not, delete the pass, block sign-in for the account and end its sessions at once.

mail-agent-added-subject = An agent was let in: { $host }
mail-agent-added-text =
    { $by } let the agent on { $host } in on { $when }. From now on it can bring users in and see the passwords that people set in its directory.

    The fingerprint of its keys is { $fingerprint }.

    There is nothing to do if this was agreed.

    If not, shut it out at once.
mail-agent-added-link = See the agents

mail-agent-revoked-subject = An agent was shut out: { $host }
mail-agent-revoked-text =
    { $by } shut the agent on { $host } out on { $when }. It is asked nothing any more, and can't come back by itself.

    If no other agent stands beside its directory, the people in it can't sign in or reset their password until one does.
mail-agent-revoked-link = See the agents

mail-agent-key-rolled-subject = An agent has a new key: { $host }
mail-agent-key-rolled-text =
    The agent on { $host } changed the key that passwords are sealed to, on { $when }. Agents do this by themselves every six months, or when somebody on that host asks for it.

    The fingerprint of its keys is now { $fingerprint }.

    If it happens more often and nobody asked for it, look at that host.
mail-agent-key-rolled-link = See the agents

mail-agent-in-two-places-subject = The keys of an agent are used in two places: { $host }
mail-agent-in-two-places-text =
    Somebody uses the keys of the agent on { $host } beside the agent itself. It was seen on { $when }, from the address { $by }.

    The host may have been copied with everything on it, or the keys were stolen.

    Shut the agent out now, look at the host, and let the agent in again with new keys.
mail-agent-in-two-places-link = Shut the agent out

mail-agent-asks-subject = An agent names another directory: { $host }
mail-agent-asks-text =
    The agent on { $host } says that it stands beside { $directory } ({ $when }). It was not let in for that directory, so nothing is taken from it there, and no password goes there by it.

    If you set it up for this directory, allow it on its page.

    If not, shut it out, and look at that host.
mail-agent-asks-link = See this agent

mail-agent-key-stuck-subject = An agent can't change its key: { $host }
mail-agent-key-stuck-text =
    The agent on { $host } is due to change the key that passwords are sealed to, and can't ({ $when }). It says: { $by }

    It works on with the key it has, and tries again each minute. Make room on that host's disk and let the agent's user write to its state directory; then run keyward-connect key roll there.
mail-agent-key-stuck-link = See the agents

mail-admin-contact-changed-subject = Contact data of an administrator changed in { $directory }: { $name }
mail-admin-contact-changed-text =
    A phone number or mail address of { $name } ({ $user }) was changed in { $directory } ({ $when }). { $name } holds an administrator role here.

    It proves nothing here: codes go to what was registered only. But ask { $name } whether they know of it. If they don't, somebody else can write to their account in that directory.
mail-admin-contact-changed-link = See this user

mail-deletions-held-subject = { $count ->
    [one] One deletion in { $directory } waits for you
   *[other] { $count } deletions in { $directory } wait for you
}
mail-deletions-held-text =
    So many users and groups vanished from { $directory } at once that they are kept until somebody decides ({ $when }): { $count }. Everything else goes on meanwhile.

    Usual causes are a unit that is no longer ticked, a unit that was emptied, or rights that the agent has lost. If nobody meant it, keep them and mend the cause.
mail-deletions-held-link = Look and decide

mail-contacts-held-subject = Other contact data of many users in { $directory } wait for you
mail-contacts-held-text =
    { $directory } brought other phone numbers or mail addresses of so many users at once that the old ones are kept until somebody decides ({ $when }). So far they are of { $count } users, and more may follow. Everything else goes on meanwhile.

    Usual causes are a tool that writes numbers for everybody, or a change of the mail domain. If nobody meant it, keep what is here and find out who wrote to the directory.
mail-contacts-held-link = Look and decide

mail-directory-away-subject = Nobody answers for { $directory }
mail-directory-away-text =
    No agent beside { $directory } was heard for a while, or the directory answers none of them. The last word of an agent came on { $when }.

    Until one answers, people from there can't sign in, change or reset their password, and changes of users don't arrive. People who are kept here notice nothing.

    Look whether keyward-connect runs on its hosts, and whether it reaches this service and a server of the directory: keyward-connect status and keyward-connect doctor say what is wrong. You get another mail when it is over.
mail-directory-away-link = See the agents

mail-directory-back-subject = { $directory } answers again
mail-directory-back-text =
    An agent answers for { $directory } again, since { $when }. People from there can sign in, change and reset their password; what changed meanwhile arrives now.
mail-directory-back-link = See the agents

mail-budget-used-up-subject = { $what ->
    [mail] No more codes are sent by mail for now
    [install-mail] No more codes are sent by mail for now
   *[other] No more text messages are sent for now
}
mail-budget-used-up-text =
    { $what ->
        [sms] Your organization has sent as many text messages in a day as its limit allows.
        [money] Your organization's text messages have cost as much in a day as its limit allows.
        [mail] Your organization has sent as many mails with codes in a day as its limit allows.
        [install-sms] All organizations on this server together have sent as many text messages in a day as its limit allows.
        [install-mail] All organizations on this server together have sent as many mails with codes in a day as its limit allows.
       *[country] Your organization has sent as many text messages to one country ({ $country }) in an hour as its limit allows.
    } Until some of them are older than that, people are asked to take another method.

    If that many people needed a code, ask whoever runs the server to raise the limit. If not, somebody may be sending them at your cost: the audit log says who asked.
mail-budget-used-up-link = See the limits

mail-country-stopped-subject = Text messages to a country were stopped: { $country }
mail-country-stopped-text =
    Many codes were sent to numbers of one country ({ $country }), and hardly any of them were typed. That is what it looks like when somebody earns by messages that you pay for, so no more are sent there. People with such numbers are asked to take another method; mail goes on.

    Look in the audit log who asked for them. If it was a mistake, or a gateway that delivered nothing, resume the country.
mail-country-stopped-link = Look and decide

mail-admin-recovered-subject = Recovered on the server: { $name }
mail-admin-recovered-text =
    { $name } ({ $upn }) was made Global Administrator on { $when }, with a new temporary password, by a command on the server itself. Only somebody with access to that machine can do this.

    There is nothing to do if this was agreed.

    If not, somebody has access to the server who shouldn't: block sign-in for the account and look at the machine.

mail-help-subject = { $name } can't sign in and asks for help
mail-help-text =
    { $name } ({ $upn }) asked for an administrator's help with signing in on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }).

    { $reason }

    Anybody who knows the user name can ask. Before you help, call back on a number you know and make sure that it is { $name }.
mail-help-link = Open the account
mail-help-reason-able = Nothing stands in the way: they can reset the password by themselves.
mail-help-reason-blocked = They gave too many wrong answers or asked for too many codes, and are blocked for a day. Unlocking the account lifts it.
mail-help-reason-signed-in = They are signed in, but can't prove a method that they registered, or can't register one.
mail-help-reason-reset-off = They can't help themselves: password reset is switched off.
mail-help-reason-not-in-scope = They can't help themselves: they are in none of the groups for which password reset is switched on.
mail-help-reason-account-disabled = They can't help themselves: sign-in is blocked for this account.
mail-help-reason-account-held = They can't help themselves: the account is locked because a change was reported as not theirs. Find out what happened before you unlock it.
mail-help-reason-too-few-methods = They can't help themselves: they have registered fewer methods than the policy asks for.

mail-not-me-subject = { $name } reports: it wasn't me
mail-not-me-text =
    { $name } ({ $upn }) reported on { $when } ({ $device ->
        [unknown] device unknown
       *[other] { $device }
    }) that a change to their account wasn't theirs.

    The account is locked for sign-in and password reset, and all its sessions have ended.

    Call { $name } on a number you know. Check the authentication methods and the recent activity, reset the password, then unlock the account.
mail-not-me-link = Open the account

## Under every mail

mail-foot = { $organisation } sends this mail because it concerns the security of an account. Replies are not read.
