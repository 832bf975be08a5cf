# Connect: what directories brought, and what waits for a decision.

refusal-mastered-elsewhere = This comes from your on-premises directory and is only shown here. Change it there; it follows within seconds.

connect-runs-title = Synchronization runs
connect-runs-lead = What came from your directories, and what could not be taken. Runs are kept for a week.
connect-runs-none = Nothing has been synchronized yet
connect-runs-none-text = Runs show here as soon as an agent beside a directory has begun.
connect-run-col-at = Started
connect-run-col-directory = Directory
connect-run-col-mode = What was read
connect-run-col-state = State
connect-run-col-added = Added
connect-run-col-updated = Changed
connect-run-col-deleted = Deleted
connect-run-col-errors = Errors
connect-mode-full = Everything
connect-mode-delta = Changes
connect-mode-preview = Preview
connect-state-running = Running
connect-state-done = Done
connect-state-cut = Cut off
connect-state-held = Deletions held
connect-state-abandoned = Abandoned
connect-run-title = Run of { $name }
connect-run-preview-text = This was a preview: nothing was changed.
connect-run-cut-text = The agent could not read to the end. What had come was taken, and nothing was deleted.
connect-run-abandoned-text = The agent fell silent, so another run took its place. Nothing was deleted.
connect-run-held-text = Deletions were held back: an administrator decides.
connect-run-message = What the agent says
connect-run-facts = Numbers
connect-run-read = Objects read
connect-run-joined = Taken over from the cloud
connect-run-members-added = Members added
connect-run-members-removed = Members removed
connect-run-held = Deletions held back
connect-run-ended = Ended
connect-run-errors = What could not be taken
connect-run-errors-hint = What could not be taken waits, and is tried again by itself when something has changed.
connect-run-errors-none = Everything could be taken.
connect-run-errors-csv = Export errors
connect-error-col-object = Object
connect-error-col-why = What is wrong, and what to do
connect-error-col-where = Where it is
connect-run-changes = What would be done
connect-run-changes-none = Nothing would change.
connect-run-changes-csv = Export changes
connect-change-col-action = What
connect-change-col-object = Object
connect-change-col-changes = Changes
connect-action-add = Add
connect-action-update = Change
connect-action-join = Take over
connect-action-restore = Restore
connect-action-move = Move here
connect-action-delete = Delete
connect-action-hold = Delete after asking
connect-action-members = Members
connect-to-deletions = Decide about deletions

connect-deletions-title = Pending deletions
connect-deletions-lead = So many users and groups vanished from a directory at once that you are asked first. Everything else goes on meanwhile.
connect-deletions-none = Nothing waits for you
connect-deletions-none-text = More than 500 deletions at once, more than a tenth of a directory, or all of it would wait here.
connect-deletions-of = { $count ->
    [one] One deletion in { $name } waits since
   *[other] { $count } deletions in { $name } wait since
}
connect-deletions-decide = Look and decide
connect-deletion-title = { $count ->
    [one] Delete one object of { $name }?
   *[other] Delete { $count } objects of { $name }?
}
connect-deletion-why = Usual causes are a unit that is no longer ticked, a unit that was emptied, or rights that the agent has lost. If you did not mean it, keep them and mend the cause.
connect-deletion-scope = { $count ->
    [one] The directory has one user or group here.
   *[other] The directory has { $n } users and groups here.
}
connect-deletion-users = { $count ->
    [0] No users are among them.
    [one] One user can't sign in any more, and can be restored for 30 days by bringing them back in the directory.
   *[other] { $n } users can't sign in any more, and can be restored for 30 days by bringing them back in the directory.
}
connect-deletion-groups = { $count ->
    [0] No groups are among them.
    [one] One group is gone for good.
   *[other] { $n } groups are gone for good.
}
connect-deletion-administrators = { $count ->
    [one] One of the users holds an administrator role.
   *[other] { $n } of the users hold an administrator role.
}
connect-deletion-in-scope = { $count ->
    [one] One of the groups is one that password reset is switched on for, or that a policy or a method names. It stays until you take it out under Password reset.
   *[other] { $n } of the groups are ones that password reset is switched on for, or that policies or methods name. They stay until you take them out under Password reset.
}
connect-deletion-list = What would be deleted
connect-deletion-col-name = Name
connect-deletion-col-kind = Type
connect-deletion-col-at = Missing since
connect-deletion-type = Type { $count } to confirm
connect-deletion-approve = Delete them
connect-deletion-reject = Keep them
connect-deletion-reject-text = They stay as they are. If the next full run still doesn't find them, you are asked again.
fault-count-differs = Type the number exactly as it is shown
note-deletions-approved = { $count ->
    [0] Nothing could be deleted.
    [one] One object was deleted.
   *[other] { $n } objects were deleted.
}
note-deletions-rejected = { $count ->
    [one] One object was kept.
   *[other] { $n } objects were kept.
}

connect-contacts-title = Pending contact data
connect-contacts-lead = A directory brought other phone numbers or mail addresses of so many users at once that you are asked first. Everything else goes on meanwhile.
connect-contacts-none = Nothing waits for you
connect-contacts-none-text = Other contact data of more than 500 users within an hour, or of more than a tenth of a directory, would wait here.
connect-contacts-of = { $count ->
    [one] Contact data of one user in { $name } wait since
   *[other] Contact data of { $count } users in { $name } wait since
}
connect-contacts-decide = Look and decide
connect-contact-title = { $count ->
    [one] Take other contact data of one user of { $name }?
   *[other] Take other contact data of { $count } users of { $name }?
}
connect-contact-why = Usual causes are a tool that writes numbers for everybody, or a change of the mail domain. If nobody meant it, keep what is here and find out who wrote to the directory.
connect-contact-use = They are proposed when somebody registers, and mail addresses get notices. What is registered already stays as it is.
connect-contact-list = What would change
connect-contact-col-user = User
connect-contact-col-what = What
connect-contact-col-old = Here
connect-contact-col-new = In the directory
connect-contact-mail = Email
connect-contact-mobile = Mobile phone
connect-contact-office = Office phone
connect-contact-administrator = Administrator
connect-contact-reject = Keep what is here
connect-contact-reject-text = They stay as they are. If the next full run still finds others in the directory, you are asked again.
connect-contact-approve = Take what the directory says
connect-contact-approve-text = Whose address has become somebody else's meanwhile stays as they are.
note-contacts-approved = { $count ->
    [0] Nobody's contact data could be changed.
    [one] The contact data of one user were changed.
   *[other] The contact data of { $n } users were changed.
}
note-contacts-rejected = { $count ->
    [one] One user keeps the contact data that are here.
   *[other] { $n } users keep the contact data that are here.
}

synced-from = Synced from { $name }
synced-text = This account comes from { $name } and is only shown here: name, state and contact data are changed in the directory, and follow within seconds.
synced-group-text = This group comes from { $name } and is only shown here: its name and members are changed in the directory, and follow within seconds.
synced-card = Directory
synced-changed = Last change from the directory
synced-dn = Where it is
synced-account = Account name
synced-sid = Security identifier
synced-anchor = Source anchor
synced-telephone = Telephone
synced-mobile = Mobile number, as written there
synced-usage-location = Usage location
synced-policy = Password policy
synced-protected = Protected in the directory: its password is never reset from here.

sync-error-bad-upn = The user name is missing, or has characters that nobody can sign in with. Correct it in the directory.
sync-error-unknown-domain = The domain of the user name is none of your organization's. Add the domain, or give the user a name in one of them.
sync-error-duplicate-upn = Somebody else has this user name. Change one of the two.
sync-error-duplicate-mail = Somebody else has this email address, so it was left out here. Change one of the two.
sync-error-admin-role = A user with this name or email address exists here and holds an administrator role, so they are not taken over. Take the role away, synchronize, and give it back.
sync-error-ambiguous-match = User name and email address belong to different users here. Change one of them so that it is clear who is meant.
sync-error-anchor-changed = The source anchor of this account was changed in the directory. Put the old value back; until then the user stays as it was.
sync-error-anchor-elsewhere = This is a user of another directory, which still has the account. The user moves here as soon as the account is gone there.
sync-error-anchor-reused = Another account, with another SID, claims to be this user. Give it a source anchor of its own, or delete the user in the directory first.
sync-error-duplicate-anchor = Two accounts have the same source anchor. Correct one of them.
sync-error-bad-mail = The email address can't be used and was left out. Correct it in the directory.
sync-error-too-long = An attribute is longer than is kept here, and was cut.
sync-error-last-administrator = This is the last Global Administrator who can sign in, so the account stays enabled. Make another one first.
sync-error-password-unseen = An agent said to have set a new password, but the directory still shows an older one. Find out what that agent did before you trust it.
sync-error-contacts-held = So many users got other contact data at once that an administrator is asked first, under Connect > Pending contact data. The old ones stay until then.
sync-error-bad-name = The group has no name that can be shown. Give it one.
sync-error-duplicate-name = Another group has this name. Rename one of the two.
sync-error-unknown-group = Members came for a group that isn't in scope. Bring the group into scope, or take no notice.

## On demand

connect-sync-now = Synchronize now
connect-sync-preview = Preview
connect-sync-full = Read everything
connect-sync-hint = Changes come by themselves within seconds. A preview reads everything and changes nothing: its run shows what would be done.
connect-sync-away = No agent of this directory could be asked: none was heard lately, the directory answers none of them, or none is set up to synchronize. Look at Connect > Agents.
connect-sync-no-answer = The agent has not answered yet. If it does within a minute it begins all the same, and its run shows here.
connect-sync-refused = The agent would not begin: synchronizing is switched off in its configuration, or it didn't trust what it was asked. Look into its log.
note-sync-begun = The agent begins. Its run shows here in a moment.
