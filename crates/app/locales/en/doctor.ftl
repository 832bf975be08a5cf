# Connect > Writeback doctor: would a reset succeed, and if not, why not?

doctor-ask = Would a reset work?
doctor-ask-again = Look again
doctor-user-title = Would a reset of { $name } work?
doctor-user-lead = An agent looks at the account in the directory as it is now. Nothing is written to find out.
doctor-never = Nobody has looked yet
doctor-never-text = An agent reads the account and its rights, which takes about a second, and changes nothing.
doctor-yes = Yes. A reset would succeed now, with a password that keeps the policy.
doctor-no = No. A reset would fail now.
doctor-at = Looked at
doctor-blocks = What stands in the way
doctor-notes = Worth knowing
doctor-mend = This command mends it. Read it before you run it:
doctor-account = In the directory
doctor-set = Password last set
doctor-set-never = Never
doctor-policy = Password policy that applies
doctor-policy-own = The directory's own, no fine-grained one
doctor-policy-hidden = The agent's account may not read what it asks for.
doctor-length = { $count ->
    [one] At least one character
   *[other] At least { $n } characters
}
doctor-simple = No rule about kinds of characters
doctor-history = { $count ->
    [one] Not the last password
   *[other] None of the last { $n } passwords
}
doctor-age-minutes = { $count ->
    [one] At least a minute between two changes
   *[other] At least { $n } minutes between two changes
}
doctor-age-hours = { $count ->
    [one] At least an hour between two changes
   *[other] At least { $n } hours between two changes
}
doctor-lockout = { $count ->
    [one] Locked after one wrong password
   *[other] Locked after { $n } wrong passwords
}
doctor-lockout-never = Never locked after wrong passwords
note-doctor-looked = This is how it is just now.
note-doctor-waits = The agent has not answered yet. Open this page again in a minute: the answer is kept when it comes.

## Reasons: what it is, and what to do

doctor-why-directory-wrong-password = The directory took the password of the agent's account for wrong. Correct it in the agent's configuration.
doctor-why-directory-must-change = The password must be changed at the next sign-in.
doctor-why-directory-expired = The password has expired. A reset sets a new one.
doctor-why-directory-locked = The account is locked after wrong passwords. A reset lifts that.
doctor-why-directory-disabled = The account is disabled in the directory. Enable it there.
doctor-why-directory-account-expired = The account itself has run out in the directory. Extend it there.
doctor-why-directory-logon-hours = Now is outside the hours in which this account may sign in.
doctor-why-directory-workstation = The account may sign in at certain computers only.
doctor-why-directory-smart-card = The account signs in by smart card only and has no password to reset.
doctor-why-directory-policy = The directory's password policy stands against it.
doctor-why-directory-too-short = A password would have to be longer than is asked for here.
doctor-why-directory-complexity = A password would have to be more complex than is asked for here.
doctor-why-directory-history = The directory remembers old passwords and refuses them.
doctor-why-directory-too-young = The password was changed so recently that the policy's minimum age isn't over. Wait, or set one in the directory.
doctor-why-directory-banned = A filter of the directory refuses passwords.
doctor-why-directory-protected = A protected account (a privileged group, adminCount, a built-in, or the agent's own): its password is never set from here. Set it in the directory.
doctor-why-directory-cannot-change = "User cannot change password" is set on the account.
doctor-why-directory-no-right = The agent's account lacks a right on this object: to reset its password, or to write lockoutTime or pwdLastSet; or it can't read the policy that applies.
doctor-why-directory-not-found = The directory has no object with this source anchor any more. The next synchronization shows what became of it.
doctor-why-directory-out-of-scope = The account is outside the units and groups that the agent may touch. Widen its scope, or leave it.
doctor-why-directory-switched-off = No agent of this directory is set up to write passwords back. Tick "Password writeback" with keyward-connect configure.
doctor-why-directory-bad-task = The agent didn't trust what it was asked. Compare its clock, and look into its log.
doctor-why-directory-no-journal = The disk of the agent is full, so it begins nothing. Make room there.
doctor-why-reset-off = Password reset is switched off. Switch it on under Password reset > Properties.
doctor-why-not-in-scope = The user is in no group that password reset is switched on for. Add them to one, or widen Password reset > Properties.
doctor-why-account-disabled = Sign-in is blocked for the user. Who is disabled in the directory is blocked here.
doctor-why-account-held = The account is held since its owner said "It wasn't me". Unlock it on the user's page.
doctor-why-too-few-methods = The user has registered too few methods to prove who they are. Have them open Security info, or add methods on the user's page.
doctor-why-account-protected = The account is protected in the directory: its password is never set from here.
doctor-why-no-plan = Your organization holds no subscription with password writeback. Licences shows which would do.
doctor-why-writeback-off = Writing passwords back is switched off. Switch it on under Password reset > On-premises integration.
doctor-why-agent-away = No agent of this directory was heard lately. Look whether keyward-connect runs on its hosts and reaches this service.
doctor-why-directory-away = The agents reach no server of the directory. Look at the domain controllers and at what the agents say.
doctor-why-no-answer = The agent that was asked never answered. Look into its log, and ask again.
doctor-why-not-synced = The directory no longer brings this user in. Look at the last run.

## Everybody

doctor-title = Writeback doctor
doctor-lead = Would a reset succeed for everybody of your directories, and if not, why not? Agents look; nothing is written to find out.
doctor-everybody = Examine everybody
doctor-everybody-text = Agents look at every synchronized account, some at a time, while people go on as ever. You can leave this page.
doctor-progress = Under way: { $done } of { $of } users examined.
doctor-stopped = It stopped after { $done } of { $of } users; what was found until then is below.
doctor-sum = { $good } of { $all } would succeed.
doctor-begun-at = Begun
doctor-ended-at = Examined
doctor-by = by { $name }
doctor-reasons = Why the others would not
doctor-because-users = { $count ->
    [one] One user
   *[other] { $n } users
}
doctor-all-good = Nothing stands in anybody's way.
doctor-because-title = For whom a reset would fail
doctor-because-none = Nobody
doctor-because-none-text = For nobody who was examined last this is the reason.
note-doctor-begun = The examination has begun.
note-doctor-runs-already = An examination is under way already.
