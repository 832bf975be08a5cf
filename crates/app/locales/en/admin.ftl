# The admin center: for somebody with forty other systems.

search = Search
export-csv = Export CSV
edit = Edit
add = Add
remove = Remove
keep = Keep it as it is
yes = Yes
no = No
crumbs = You are here
pages = Pages
pages-first = First page
pages-shown = { $count ->
    [one] { $n } entry on this page
   *[other] { $n } entries on this page
}
pick-none = Nobody and nothing matches
pick-users = Search for users
pick-groups = Search for groups
pick-members = Search for users and groups
pick-members-hint = Name, user name or group
fault-nobody-chosen = Choose at least one
fault-name-differs = Type the name exactly as it is shown
fault-held-password = Reset the password first, or confirm that it may stay

# What was just done.
note-user-saved = The user was saved.
note-user-block = Sign-in is blocked, and all sessions have ended.
note-user-unblock = Sign-in is allowed again.
note-user-delete = The user was deleted and can be restored for 30 days.
note-user-restore = The user was restored.
note-user-unlock = The account is unlocked.
note-user-revoke-sessions = All sessions have ended.
note-user-reregister = All methods were removed. The user registers again at the next sign-in.
note-users-block = { $count ->
    [one] Sign-in was blocked for one user.
   *[other] Sign-in was blocked for { $n } users.
}
note-users-revoke-sessions = { $count ->
    [one] The sessions of one user have ended.
   *[other] The sessions of { $n } users have ended.
}
note-method-added = The method was added. The user was told.
note-method-removed = The method was removed. The user was told.
note-group-created = The group was created.
note-group-saved = The group was saved.
note-group-deleted = The group was deleted.
note-members-added = { $count ->
    [one] One member was added.
   *[other] { $n } members were added.
}
note-member-removed = The member was removed.
note-owners-added = { $count ->
    [one] One owner was added.
   *[other] { $n } owners were added.
}
note-owner-removed = The owner was removed.
note-role-assigned = { $count ->
    [one] The role was given to one user.
   *[other] The role was given to { $n } users.
}
note-role-removed = The role was taken away.
note-delivery-retried = It will be tried again at once.
note-delivery-dropped = The message was dropped.
note-deliveries-dropped = { $count ->
    [0] Nothing was out of date.
    [one] One message was dropped.
   *[other] { $n } messages were dropped.
}
note-policy-saved = The change was saved and counts from now on.
note-policy-same = There was nothing to change.

# Users.
users-title = Users
users-lead = Everybody who can sign in to your organization.
users-new = New user
users-new-lead = The user gets a temporary password, which you see once.
users-search = Search users
users-search-hint = Name or user name
users-filter-all = All
users-filter-enabled = Enabled
users-filter-blocked = Blocked
users-filter-held = Held
users-filter-administrators = Administrators
users-filter-deleted = Deleted
users-all = Show all users
users-back = Back to the users
users-empty = No user matches
users-empty-text = Search by the beginning of a name or user name, or take a filter away.
users-deleted-empty = Nobody was deleted
users-deleted-empty-text = Deleted users can be restored here for 30 days.
users-select-all = Select all users on this page
users-select = Select { $name }
users-selected = { "{n}" } selected
users-col-name = Name
users-col-upn = User name
users-col-state = Sign-in
users-col-department = Department
users-col-password = Password last set
users-col-deleted = Deleted
users-col-restorable = Can be restored until
users-state-enabled = Enabled
users-state-blocked = Blocked
users-state-held = Held
users-state-deleted = Deleted
users-temporary = Temporary password
users-no-password = Never

users-edit-title = Edit { $name }
users-edit-lead = Changes count at once.
users-upn-hint = Its domain is one of: { $domains }
users-display-name = Display name
users-given-name = First name
users-surname = Last name
users-job-title = Job title
users-mail = Email
users-mail-hint = The mailbox of work. Notices go there; codes do not.
users-contact = Contact data
users-contact-hint = Offered prefilled when the user registers. It counts for a reset only once the user has proved it.
users-mobile-phone = Mobile phone
users-office-phone-hint = With its country code; an extension after an x, such as +49 30 12345678 x567
users-mobile-phone-hint = With its country code, such as +49 151 23456789
users-other-mail = Alternate email
users-create = Create user
users-created-title = The user was created
users-password-title = The password was reset
users-password-lead = Give { $name } this password in a way that only they can read. It must be changed at the first sign-in.
users-password-once = This is the only time that you see it. If it gets lost, reset the password again.
users-to-page = Go to { $name }
users-another = Create another user

users-registered = Registered
users-not-registered = Not registered
users-able = Can reset
users-unable = Can't reset
users-unable-reset-off = password reset is switched off
users-unable-not-in-scope = in no group that password reset is switched on for
users-unable-account-disabled = sign-in is blocked
users-unable-account-held = held after "It wasn't me"
users-unable-too-few-methods = too few methods registered
users-must-change = Must change the password
users-locked-until = Sign-in in unfamiliar browsers locked until
users-familiar-until = Sign-in in a familiar browser locked until
users-locked = Locked
users-blocked-until = Reset blocked until
users-messages-until = No more messages until
users-myself = This is you. Your own password and methods are managed in your account:
users-restorable = This user is deleted and can be restored until
users-profile = Profile
users-created = Created
users-object-id = Object ID
users-gates = { $count ->
    [one] A reset asks for one method.
   *[other] A reset asks for { $n } different methods.
}
users-methods-hidden = Your role doesn't show authentication methods.
users-methods-none = Nothing is registered yet.
users-by-admin = Added by an administrator
users-by-user = Proved by the user
users-used = last used
users-confirmed = The user last confirmed these on
users-groups-none = In no group.
users-roles-none = No administrator role.
users-assign-role = Assign a role
users-sessions = Sessions
users-sessions-none = Not signed in anywhere.
users-activity-hidden = Your role doesn't show this for this user.
users-session-since = since
users-session-seen = last used
users-timeline = What happened
users-timeline-none = Nothing yet.
users-timeline-all = Show all in the audit logs

users-add-mobile-phone = Add a phone
users-add-office-phone = Add the office phone
users-add-email = Add an email address
users-add-lead = Only add what you are sure belongs to { $name }: codes for a reset will be sent to it. The user is told.
users-method-mobile-phone = Mobile number
users-method-email = Email address
users-method-email-hint = One that the user can read without this account
users-remove-method = Remove method
users-remove-method-title = Remove this method?
users-remove-method-text = Codes can't be sent to it any more. The user is told at all addresses, this one included.
users-remove-held-text = Its codes prove nothing any more. The user is told at all addresses.

users-block-button = Block sign-in
users-block-title = Block sign-in for { $name }?
users-block-title-bulk = { $count ->
    [one] Block sign-in for one user?
   *[other] Block sign-in for { $n } users?
}
users-block-text = They can't sign in or reset the password until you allow it again. What they have begun is void.
users-unblock-button = Allow sign-in
users-unblock-title = Allow sign-in for { $name }?
users-unblock-text = They can sign in again with the password they had.
users-delete-button = Delete user
users-delete-title = Delete { $name }?
users-delete-text = They can't sign in any more. You can restore them for 30 days, with groups, roles and methods; then they are gone for good.
users-restore-button = Restore user
users-restore-title = Restore { $name }?
users-restore-text = They can sign in again with the password they had.
users-reset-password-button = Reset password
users-reset-password-title = Reset the password of { $name }?
users-reset-password-text = They get a temporary password, which you see once, and choose a new one at the next sign-in. The present password stops working at once.
users-unlock-button = Unlock
users-unlock-title = Unlock { $name }?
users-unlock-text = Counters of wrong passwords, wrong codes and messages are cleared. The password stays as it is.
users-unlock-held = The owner of this account said "It wasn't me" about a change. Unlocking lifts the hold: whoever knows the password can sign in again.
users-unlock-new = The password was reset after that report.
users-unlock-stale = The password is still the one from before that report, so somebody else may know it. Reset it first.
users-unlock-keep = Lift the hold and keep the password: I asked the owner, and nobody else knows it
users-still-held = Sign-in still fails: the account is held after "It wasn't me". Unlock it too.
users-still-blocked = Sign-in still fails: the account is blocked. Allow sign-in too.
users-revoke-sessions-button = Revoke sessions
users-revoke-sessions-title = Sign { $name } out everywhere?
users-revoke-sessions-title-bulk = { $count ->
    [one] Sign one user out everywhere?
   *[other] Sign { $n } users out everywhere?
}
users-revoke-sessions-text = They can sign in again at once with their password.
users-reregister-button = Require registering again
users-reregister-title = Remove all methods of { $name }?
users-reregister-text = They can't reset a forgotten password until they have registered again, which they are asked to do at the next sign-in. They are told at all addresses.
users-sessions-end = { $count ->
    [0] They aren't signed in anywhere.
    [one] One session ends.
   *[other] { $n } sessions end.
}
users-methods-gone = { $count ->
    [0] They have no methods.
    [one] One method is removed.
   *[other] { $n } methods are removed.
}
users-groups-of = { $count ->
    [0] They are in no group.
    [one] They are in one group.
   *[other] They are in { $n } groups.
}
users-bulk-not-done = { $count ->
    [one] For one user it was not done:
   *[other] For { $n } users it was not done:
}

# Groups.
groups-title = Groups
groups-lead = Groups decide for whom password reset is switched on.
groups-new = New group
groups-new-lead = A group with one member is the way to try password reset.
groups-search = Search groups
groups-search-hint = Name of the group
groups-all = Show all groups
groups-all-members = Show all members
groups-empty = No groups yet
groups-empty-text = Make one with a single member to try password reset safely.
groups-none-found = Nothing matches
groups-none-found-text = Search by the beginning of a name.
groups-col-name = Name
groups-col-type = Type
groups-col-members = Members
groups-col-description = Description
groups-type = Group type
groups-type-hint = Security is the only type: such a group is what password reset is switched on for.
groups-type-security = Security
groups-name = Group name
groups-description = Description
groups-first-members = Members
groups-first-members-hint = You can add more people, and groups, later.
groups-create = Create group
groups-in-scope = Switched on
groups-in-scope-long = Password reset is on
groups-members-count = { $count ->
    [one] { $n } member
   *[other] { $n } members
}
groups-tab-members = Members
groups-tab-owners = Owners
groups-tab-settings = Settings
groups-add-members = Add members
groups-add-members-lead = Users, and groups with all that are in them, become members of { $name }.
groups-no-members = No members yet
groups-no-members-text = Add users, or other groups with everybody in them.
groups-search-members = Search members
groups-member-user = User
groups-member-group = Group
groups-add-owners = Add owners
groups-add-owners-lead = Owners are the people to ask about { $name }. It gives them no rights here.
groups-no-owners = No owners yet
groups-no-owners-text = An owner is the person to ask who belongs into the group.
groups-delete = Delete group
groups-delete-title = Delete { $name }?
groups-delete-text = { $count ->
    [0] It has no members. A deleted group can't be restored.
    [one] One member loses this membership. A deleted group can't be restored.
   *[other] { $n } members lose this membership. A deleted group can't be restored.
}
groups-delete-type = Type { $name } to confirm
groups-in-use-title = This group is in use
groups-in-use-through = This group lies in { $names }, for which password reset is switched on. Its members would lose it. Take the group out of there first.
groups-to-properties = Open Properties

# Password reset.
policy-properties-lead = For whom password reset is switched on.
policy-methods-lead = How people prove that it's them before they reset.
policy-registration-lead = When people are asked to set up their methods.
policy-notifications-lead = Who is told when a password was reset.
policy-customization-lead = Where people who can't go on find help.
policy-read-only = Your role lets you see these settings, not change them.
policy-default = Default: { $value }.
policy-changed-by = This policy was last changed by { $name },
policy-never-changed = This policy is as it was installed.
policy-history = Show its changes
policy-never = Never
policy-days = { $count ->
    [one] { $n } day
   *[other] { $n } days
}
policy-set-scope = Self-service password reset enabled
policy-scope-hint = People for whom it is on can reset a forgotten password by themselves.
policy-scope-none = None
policy-scope-none-hint = Nobody can reset, administrators included.
policy-scope-selected = Selected
policy-scope-selected-hint = The members of the groups below, nested groups included. Administrators always belong to it.
policy-scope-all = All
policy-scope-all-hint = Everybody in your organization.
policy-single-user = It can't be switched on for a single user. To try it on one person, make a group with that one member.
policy-groups = Groups
policy-groups-hint = They count when Selected is chosen. You can choose several.
policy-unlock = Unlocking
policy-unlock-hint = People who know their password but were locked out prove that it's them, and keep it.
policy-set-unlock = Allow users to unlock accounts without resetting their password
policy-max-age = Password expiry
policy-set-max-age = Days before a password expires
policy-max-age-hint = 0 to 730. 0 is never, as NIST SP 800-63B advises: forced changes make for weaker passwords.
policy-set-gates = Number of methods required to reset
policy-gates-hint = With two, whoever steals the phone still can't get in.
policy-gates-1 = One
policy-gates-1-hint = Quicker; any registered method is enough.
policy-gates-2 = Two
policy-gates-2-hint = Two different methods, one after the other.
policy-set-kinds = Methods available to users
policy-kinds-hint = What people can register and use.
policy-kinds-default = authenticator app, mobile phone, email
policy-kind-passkey = Passkey
policy-kind-passkey-hint = Fingerprint, face or PIN of a device or a security key; also signs in without a password
policy-kind-authenticator-app = Authenticator app
policy-kind-authenticator-app-hint = A code that an app on the phone shows, without network
policy-kind-mobile-phone = Mobile phone
policy-kind-mobile-phone-hint = A code by text message or by a call
policy-kind-office-phone = Office phone
policy-kind-office-phone-hint = A code by a call; the number is that of the user's data or the directory. Together with a mobile phone it counts once
policy-kind-email = Email
policy-kind-email-hint = A code to an address outside the account
policy-kind-recovery-codes = Recovery codes
policy-kind-recovery-codes-hint = Ten codes on paper, each good once
policy-set-mobile-by = Codes to mobile phones
policy-mobile-by-hint = A call says the code once a key was pressed. It needs a gateway for calls, set in the server's configuration, section [voice].
policy-mobile-by-text = By text message
policy-mobile-by-call = By a call
policy-mobile-by-both = By either, as people choose
policy-mail-alone = Mail and stronger methods
policy-mail-alone-hint = Where one method is enough, whoever reads the mail of somebody could get around their authenticator app. So people with an app reset by something else than mail.
policy-set-mail-alone = People with an authenticator app may reset by mail alone
policy-methods-admins = Administrators always need two methods, whatever is set here.
policy-registration = Registration
policy-set-required = Require users to register when signing in
policy-required-hint = People for whom reset is on and who have registered too little are asked at sign-in. They can put it off; they are asked again the next time.
policy-reconfirm = Reconfirmation
policy-set-reconfirm = Days before users are asked to reconfirm their methods
policy-reconfirm-hint = 0 to 730. 0 is never.
policy-notify-users = Users
policy-set-notify-users = Notify users on password resets
policy-notify-users-hint = A notice goes to all their addresses, with a link to say "It wasn't me".
policy-notify-admins = Administrators
policy-set-notify-admins = Notify all admins when other admins reset their password
policy-notify-admins-hint = Every Global Administrator is told by mail.
policy-helpdesk = Helpdesk link
policy-helpdesk-hint = People who can't go on are offered "Contact your administrator". Without a link it sends a mail to your administrators.
policy-custom-helpdesk = Customize helpdesk link
policy-set-helpdesk = Custom helpdesk email or URL
policy-helpdesk-value-hint = Such as https://help.contoso.example or help@contoso.example
policy-effect-title = Check the effect
policy-effect-lead = Nothing is saved yet. This is what the change would do.
policy-effect-changes = What changes
policy-effect-setting = Setting
policy-effect-now = Now
policy-effect-then = Then
policy-effect-enabled = Users for whom reset is on
policy-effect-from-to = { $from } now, { $to } then
policy-effect-gaining = Users who could reset and can't today
policy-effect-losing = Users who could no longer reset
policy-effect-unregistered = Users for whom it would be on, who have registered too little
policy-losing = { $count ->
    [one] One user can reset today and no longer could.
   *[other] { $n } users can reset today and no longer could.
}
policy-losing-who = See who
policy-losing-none = Nobody who can reset today would lose that.
policy-off = Password reset would be off for everybody, administrators included.
policy-save = Save changes
policy-keep = Keep as it is
policy-affected-title = Users who could no longer reset
policy-affected-lead = They can reset today, and could not after the change that you are about to make. Nothing is saved yet.
policy-affected-none = Nobody is affected
policy-affected-cut = At most 200 are shown. The export has all of them.
policy-administrators-lead = The fixed rules for everybody who holds an administrator role.
policy-administrators-fixed = These rules can't be changed or weakened, by no setting and no group.
policy-administrators-off = Password reset is set to None, so administrators can't reset either. As soon as it is on for anybody, these rules apply.
policy-administrators-rules = Rules
policy-administrators-scope = Applies
policy-administrators-scope-text = Whenever password reset isn't None, whatever groups are selected
policy-administrators-roles = Roles that it applies to

# The overview.
overview-lead = How password reset is set up, and how it is used.
overview-undelivered = { $count ->
    [one] One message could not be delivered.
   *[other] { $n } messages could not be delivered.
}
overview-people = People
overview-users = Users
overview-enabled = Reset is on for them
overview-registered = Registered enough
overview-capable = Can reset right now
overview-held = Held after "It wasn't me"
overview-week = The last seven days
overview-resets = Passwords reset
overview-unable = Tried to reset, but can't
overview-blocked = Blocked after wrong answers
overview-registrations = Registrations
overview-steps = Setting up
overview-left = { $count ->
    [0] Everything is set up.
    [one] One thing is left to do.
   *[other] { $n } things are left to do.
}
overview-finished = { $count ->
    [one] One thing is done
   *[other] { $n } things are done
}
overview-todo = To do
overview-mail-done = Mail is set up
overview-mail-todo = Set up mail
overview-mail-why = Without it nobody gets codes or notices by mail. It is set in the server's configuration, section [smtp].
overview-sms-done = Text messages are set up
overview-sms-todo = Set up text messages
overview-sms-why = Without a gateway nobody can use the phone. It is set in the server's configuration, section [sms].
overview-group-done = There is a group
overview-group-todo = Make a group
overview-group-why = A group with one member is the way to try password reset.
overview-group-link = New group
overview-scope-done = Password reset is switched on
overview-scope-todo = Switch password reset on
overview-scope-why = As long as it is set to None, nobody can reset.
overview-scope-link = Open Properties
overview-registration-done = Users are asked to register when they sign in
overview-registration-todo = Ask users to register
overview-registration-why = Otherwise they have to think of it themselves, and most notice only when they are locked out.
overview-registration-link = Open Registration
overview-registered-done = Everybody for whom it is on has registered
overview-registered-todo = Some people have not registered yet
overview-registered-why = They couldn't reset a forgotten password.
overview-registered-link = See who
overview-second-admin-done = There is more than one Global Administrator
overview-second-admin-todo = Make a second Global Administrator
overview-second-admin-why = If the only one is locked out, nobody can help; then only the command line of the server can.
overview-second-admin-link = Open the role

# Roles.
roles-lead = Who may administer what. Roles are built in.
roles-col-role = Role
roles-col-holders = Holders
roles-col-may = May
roles-assign = Assign role
roles-assign-title = Assign { $role }
roles-assign-lead = Whoever gets a role falls under the administrator policy at once: two methods for a reset.
roles-holders = Holders
roles-none = Nobody holds this role
roles-none-text = Assign it to those who need it, and to nobody else.
roles-active = Can sign in
roles-inactive = Can't sign in
roles-permissions = What it may do
roles-template-id = Template ID
roles-remove = Remove role
roles-remove-title = Remove { $role } from { $name }?
roles-remove-text = They lose its rights at once, also where they are signed in.
roles-remove-left = { $count ->
    [0] Nobody will hold it afterwards.
    [one] One other user will hold it afterwards.
   *[other] { $n } other users will hold it afterwards.
}
role-global-administrator = Global Administrator
role-global-administrator-text = Everything, to everybody.
role-global-administrator-reach = Reaches everybody, other administrators included.
role-privileged-authentication-administrator = Privileged Authentication Administrator
role-privileged-authentication-administrator-text = Passwords and authentication methods of everybody, administrators included.
role-privileged-authentication-administrator-reach = Reaches everybody, Global Administrators included.
role-user-administrator = User Administrator
role-user-administrator-text = Users and groups; passwords of users without a role and of weaker administrators.
role-user-administrator-reach = Reaches users without a role, and User, Helpdesk and Groups Administrators and Reports Readers.
role-authentication-administrator = Authentication Administrator
role-authentication-administrator-text = Passwords and authentication methods of users without a role.
role-authentication-administrator-reach = Reaches users without a role, Authentication Administrators and Reports Readers.
role-helpdesk-administrator = Helpdesk Administrator
role-helpdesk-administrator-text = Passwords and sessions of users without a role and of other helpdesk staff.
role-helpdesk-administrator-reach = Reaches users without a role, Helpdesk Administrators and Reports Readers.
role-groups-administrator = Groups Administrator
role-groups-administrator-text = Groups, their members and owners.
role-groups-administrator-reach = Acts on groups only. Whoever decides on members decides for whom reset is on.
role-authentication-policy-administrator = Authentication Policy Administrator
role-authentication-policy-administrator-text = The password reset policy.
role-authentication-policy-administrator-reach = Acts on settings only, on no user.
role-hybrid-identity-administrator = Hybrid Identity Administrator
role-hybrid-identity-administrator-text = The connection to an on-premises directory: agents, and what they bring in.
role-hybrid-identity-administrator-reach = Acts on no user.
role-license-administrator = License Administrator
role-license-administrator-text = Licences: who has which. Sees users and groups.
role-license-administrator-reach = Acts on no user.
role-reports-reader = Reports Reader
role-reports-reader-text = Sees reports and audit logs.
role-reports-reader-reach = Changes nothing.
role-global-reader = Global Reader
role-global-reader-text = Sees everything, changes nothing.
role-global-reader-reach = Changes nothing.
permission-users-read = See users
permission-users-write = Create, edit, block, delete and restore users
permission-groups-read = See groups
permission-groups-write = Create, edit and delete groups, and their members and owners
permission-roles-read = See who holds which role
permission-roles-write = Assign and remove roles
permission-methods-read = See authentication methods in full
permission-methods-write = Add and remove authentication methods of others
permission-passwords-reset = Reset passwords of others and unlock accounts
permission-sessions-revoke = End sessions of others
permission-policy-read = See the password reset policy
permission-policy-write = Change the password reset policy
permission-insights-read = See usage and registration reports
permission-audit-read = See and export audit logs
permission-deliveries-read = See messages that could not be delivered
permission-deliveries-write = Try failed deliveries again or drop them

# Audit logs.
audit-lead = Every change and every step of every flow: who, what, when, from where.
audit-export-jsonl = Export JSON lines
audit-text = Search
audit-activity = Activity
audit-any = Any
audit-result = Result
audit-success = Success
audit-failure = Failure
audit-from = From (UTC)
audit-until = Until (UTC)
audit-about = About { $name }
audit-filter = Filter
audit-clear = Clear filter
audit-none = Nothing matches
audit-none-text = Take a filter away, or choose a longer time.
audit-col-time = Time
audit-col-activity = Activity
audit-col-actor = By
audit-col-target = On
audit-service = Service
audit-reason = Reason
audit-detail = Detail
audit-nothing = (nothing)
audit-ip = IP address
audit-user-agent = Browser
audit-request-id = Request
audit-actor-stranger = Somebody not signed in
audit-actor-system = Keyward
audit-actor-agent = Agent on { $host }
audit-actor-local = Local command

# Reasons in the log, for administrators.
reason-bad-credentials = wrong user name or password
reason-wrong-password = wrong password
reason-wrong-current-password = wrong current password
reason-unknown-name = no user has this name
reason-account-disabled = sign-in is blocked
reason-account-held = held after "It wasn't me"
reason-locked-out = sign-in was locked
reason-reset-off = password reset is switched off
reason-not-in-scope = in no group that reset is switched on for
reason-too-few-methods = too few methods registered
reason-code-wrong = wrong code
reason-code-dead = code too old, used or replaced
reason-app-code-wrong = wrong or used code of an app
reason-recovery-code-wrong = wrong or used recovery code
reason-app-tries-over = too many tries, or too late
reason-blocked = blocked after too many wrong tries
reason-sms-stopped = no text messages to this country or at all right now
reason-too-many-messages = too many messages asked for
reason-destination-mismatch = typed another number than the registered one
reason-robot-check = robot check not passed
reason-not-offered = not offered at this point
reason-reset-expired = took too long
reason-reset-void = was over already
reason-holds-more-rights = the user holds more rights than the administrator
reason-password = the new password has faults
reason-already-registered = registered already

# Usage & insights.
insights-lead = How far registration has come, and how people use it.
insights-details = User registration details
insights-words = Enabled: reset is switched on for them. Registered: their methods are enough. Capable: both.
insights-by-method = Users who registered a method
insights-of = { $count ->
    [one] { $n } user
   *[other] { $n } users
}
insights-as-table = Show as a table
insights-method = Method
insights-methods = Methods
insights-usage = How often it happened
insights-usage-hint = Successes; failures beside them.
insights-day = 24 hours
insights-week = 7 days
insights-month = 30 days
insights-failed = { $count ->
    [one] { $n } failed
   *[other] { $n } failed
}
insights-which-all = All
insights-which-all-lead = Everybody who is not deleted.
insights-which-enabled = Enabled
insights-which-enabled-lead = People for whom password reset is switched on, and whose password can be set from here: not protected accounts of a directory, nor those in one that no agent writes back to.
insights-which-registered = Registered
insights-which-registered-lead = People whose methods are enough.
insights-which-unregistered = Enabled, not registered
insights-which-unregistered-lead = People for whom reset is on, who have registered too little to use it.
insights-which-capable = Capable
insights-which-capable-lead = People who could reset right now.
insights-none = Nobody is in this list
insights-none-text = It depends on for whom password reset is switched on, and what they have registered.
insights-admin = Administrator
insights-col-registered = Registered
insights-col-enabled = Enabled
insights-col-capable = Capable
insights-col-confirmed = Last confirmed

# Deliveries.
deliveries-lead = Mail and text messages that did not leave.
deliveries-none = Everything was delivered
deliveries-none-text = Messages that could not be sent appear here with the reason.
deliveries-search = Search recipients
deliveries-dead = Given up
deliveries-dead-hint = These were tried until it made no sense any more. Mend the cause first, then try them again.
deliveries-dead-none = None.
deliveries-waiting = Being tried again
deliveries-waiting-hint = These failed at least once and are tried again by themselves.
deliveries-waiting-none = None.
deliveries-col-about = To
deliveries-col-kind = By
deliveries-col-error = Reason
deliveries-col-tries = Tries
deliveries-col-at = Created
deliveries-col-next = Next try
deliveries-mail = Mail
deliveries-call = Call
deliveries-sms = Text message
deliveries-retry = Try again
deliveries-stale = Out of date
deliveries-drop = Drop
deliveries-drop-stale = Drop all that are out of date
deliveries-cut = Not all are shown: the search finds the others, and the file has them.
deliveries-drop-title = Drop this message?
deliveries-drop-text = It will not be sent, and can't be brought back.

nav-sending-limits = Sending limits
note-country-resumed = Text messages go to that country again. They are counted from the start.
sending-lead = How much of what may be sent is used. Who reaches a limit is told to take another method.
sending-install-sms = The server as a whole has sent as many text messages as it may. More follow from
sending-install-mail = The server as a whole has sent as many mails with codes as it may. More follow from
sending-totals = This organization, in the last 24 hours
sending-totals-hint = Whoever runs the server sets the limits, in the section budgets of its configuration. When text messages or money are used up, mail goes on.
sending-col-what = What
sending-col-used = Used
sending-col-limit = Limit
sending-col-state = State
sending-total-sms = Text messages and calls
sending-total-money = Price of text messages and calls
sending-total-mail = Mails with codes
sending-no-limit = none
sending-used-up = Used up
sending-until = until
sending-since = since
sending-open = Open
sending-stopped = Stopped
sending-countries = Countries, in the last hour
sending-countries-hint = By the number's own country, as +1 876 is Jamaica.
sending-breaker = When { $sent } or more codes were sent to a country and fewer than { $percent } % were typed, it is stopped: somebody may earn by them. Look at the audit log, and resume it when it was a mistake.
sending-countries-none = No text message was sent in the last hour, and no country is stopped.
sending-col-country = Country
sending-col-sent = Sent
sending-col-proved = Codes typed
sending-resume = Resume
sending-people = People, numbers and networks
sending-blocked = { $count ->
    [0] Nobody is refused anything right now.
    [one] One of them is refused something right now.
   *[other] { $count } of them are refused something right now.
}
sending-people-hint = Each person, number, mailbox, familiar browser and network has limits of its own. They are kept without names: who is blocked is on the page of each user, where it can be lifted.

## Hardware tokens

tokens-title = Hardware tokens
tokens-lead = Small devices that show a code. They count as authenticator apps, once a code of theirs was typed.
tokens-none = No hardware tokens
tokens-none-text = Import the file that came with them.
tokens-import = Import tokens
tokens-import-lead = The maker's file with their secrets. Nothing is kept of it unless every line is right.
tokens-import-label = Contents of the CSV file
tokens-import-hint = At most 250 tokens at once. The first line names the columns; "hash function" (SHA1, SHA256) may follow. Without a user name a token is nobody's yet.
tokens-import-button = Import
tokens-import-wrong = Nothing was imported:
tokens-import-line = Line { $line }:
tokens-search = Serial number or user name
tokens-cut = Only the first 200 are shown. Search for more.
tokens-found-none = No token is found.
tokens-col-serial = Serial number
tokens-col-owner = User
tokens-col-state = State
tokens-col-maker = Manufacturer and model
tokens-state-all = All
tokens-state-unassigned = Unassigned
tokens-state-assigned = Assigned
tokens-state-activated = Activated
tokens-one = Token { $serial }
tokens-codes = Codes
tokens-codes-every = every { $seconds } seconds
tokens-imported-at = Imported
tokens-activate = Activate
tokens-activate-text = Type the code that it shows now. Its owner can do so as well, under Security info.
tokens-assign = Assign
tokens-assign-text = To the user of this name. They then activate it, or you do.
tokens-unassign = Take back
tokens-unassign-text = It is no method of its owner any more. They are told.
tokens-delete = Delete
tokens-delete-text = Its secret is erased. To use it again, import it again.
token-fault-header = The first line has to name the columns.
token-fault-columns = Another number of columns than in the first line, or a quote is not closed.
token-fault-empty = There is no token.
token-fault-too-many = More than 250 tokens. Import them in several parts.
token-fault-user-name = The user name is none.
token-fault-serial = A serial number of at most 40 characters is missing.
token-fault-twice = The serial number stands in an earlier line.
token-fault-secret = The secret has to be 26 to 128 characters of base 32.
token-fault-interval = The time interval has to be 30 or 60.
token-fault-hash = The hash function has to be SHA1 or SHA256.
token-fault-maker = Manufacturer and model of at most 60 characters are missing.
token-fault-unknown = There is no user of this name.
token-fault-not-allowed = Your role may not change the methods of this user.
token-fault-taken = There is a token with this serial number already.
note-tokens-imported = { $count ->
    [one] One token was imported.
   *[other] { $count } tokens were imported.
  }
note-token-activated = The token was activated.
note-token-assigned = The token was assigned.
note-token-unassigned = The token was taken back.
note-token-deleted = The token was deleted.
