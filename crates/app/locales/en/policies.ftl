# New methods wait; policies by group; what applies to one user.

policy-quarantine = New methods
policy-quarantine-hint = Whoever gets into somebody's account adds a phone of their own and resets with it. So a new or changed method can't reset the password for a while, unless its owner proved an older one when adding it. The first registration of a user doesn't wait.
policy-set-quarantine = Hours before a new method can reset the password
policy-set-quarantine-administrators = The same for administrators
policy-quarantine-value-hint = 0 to 720. 0 is at once.
policy-quarantine-administrators-hint = 0 to 720, and not less than for users.
policy-hours = { $count ->
    [one] { $n } hour
   *[other] { $n } hours
}
fault-quarantine-range = Enter a number of hours from 0 to 720; administrators don't wait for less than users
security-usable-from = usable for resets from
users-usable-from = Usable for resets from
users-unable-methods-too-new = methods too new to reset with
reason-methods-too-new = methods too new to reset with
doctor-why-methods-too-new = The user has registered enough methods, but some are so new that they can't reset the password yet. The user's page shows from when on they can.
mail-help-reason-methods-too-new = They can't help themselves yet: they have registered enough methods, but some are too new to reset with. If they know of them, you can reset the password.

# Policies by group, and methods for groups.
nav-by-group = Policies by group
by-group-lead = What is asked of the members of a group beside the default policy.
by-group-new = New policy
by-group-merge = The strictest of all that apply to somebody wins: the largest number of methods, and only the methods that all of them allow. The order is for you; it changes no rule. Members of nested groups count.
by-group-none = There is no policy by group. The default policy applies to everybody.
by-group-col-order = Order
by-group-col-name = Policy
by-group-col-group = For
by-group-col-gates = Methods required
by-group-col-kinds = Methods
by-group-default = Default policy
by-group-everybody = Everybody
by-group-mail-alone = mail alone is enough
by-group-up = Up
by-group-down = Down
by-group-delete = Delete
by-group-delete-title = Delete { $name }?
by-group-delete-text = What it asks beside the other policies is no longer asked of the members of { $group }. Their methods stay.
note-by-group-deleted = The policy was deleted.
note-by-group-moved = The order was changed.
by-group-form-lead = It can only ask for more than the default policy, never for less.
by-group-what = Policy
policy-set-name = Name
by-group-name-hint = For administrators; nobody else sees it.
policy-set-group = Applies to members of
by-group-group-hint = One group, nested groups included. Administrators are under their own policy.
by-group-gates-hint = Where another policy asks for two, two it is.
by-group-kinds = Methods they may use
by-group-kinds-hint = As far as the default policy offers them. What you don't tick, they can neither register nor use.
by-group-not-offered = Not offered by the default policy, so it doesn't count.
by-group-mail-alone-hint = Counts only where every policy that applies says so, the default one included.
by-group-beside = These settings are the default policy. Some groups can be asked for more.
by-group-clashes = Whoever is in both groups could never register enough:
by-group-clash = { $one } and { $other }:
by-group-clash-none = { $count ->
    [one] together they leave no method, and ask for one.
   *[other] together they leave no method, and ask for { $n }.
}
by-group-clash-left = together they leave { $kinds }, and ask for { $gates }.
policy-stranded = { $count ->
    [one] One user would be left with too few methods to ever register enough: reset would be on for them, and they could never use it.
   *[other] { $n } users would be left with too few methods to ever register enough: reset would be on for them, and they could never use it.
}
policy-set-reach = Who may use it
policy-set-excluded = Except members of
reach-hint = People who may not use it can neither register it nor reset with it. What they have registered before stays, and counts for nothing.
reach-state-off = Off
reach-state-off-hint = Nobody but administrators.
reach-state-all = Everybody
reach-state-all-hint = All users, except members of the groups below.
reach-state-selected = Selected groups
reach-state-selected-hint = The members of the groups that you choose, nested groups included.
reach-short-off = Off
reach-short-all = For everybody
reach-short-selected = For selected groups
reach-short-except = For everybody but some groups
reach-included = Selected groups
reach-included-hint = They count when "Selected groups" is chosen.
reach-excluded-hint = They may not use it, whatever other groups they are in.
reach-pick-excluded = Search for groups to leave out
reach-admins = Administrators have all methods, whatever is set here.
fault-policy-name-empty = Enter a name
fault-policy-name-malformed = Enter a name of at most 80 characters
fault-policy-name-taken = Another policy has this name
fault-policy-group-taken = Another policy is for this group
fault-policy-group-one = Choose one group
fault-policy-too-little = A policy by group would leave fewer kinds of method than it asks for: nobody in its group could reset
fault-policies-many = There are 50 policies by group; there can't be more
fault-groups-many = Choose at most 50 groups
groups-ruled = Named under Password reset by
groups-ruled-hidden = settings that your role doesn't show.
groups-ruled-text = A password reset policy or a method names this group, or a group that it lies in. Without it, other rules would apply to its members. Take it out there first.

# What applies to one user.
users-what-applies = What applies
applies-title = What applies to { $name }
applies-lead = Which policies, which methods, and what a reset would show. Looking changes nothing and sends nothing.
applies-able = They could reset their password now.
applies-unable = They can't reset their password now:
applies-impossible = What applies to them leaves fewer kinds of method than it asks for. They can't register enough.
applies-policies = Policies
applies-administrator = Holds a role, so this policy applies instead of all others
applies-gates = Methods required
applies-mail-alone = Mail alone is enough beside an app
applies-methods = Methods
applies-yes = Counts
applies-off = Doesn't count: switched off
applies-not-for-them = Doesn't count: not for their groups
applies-left-out = Doesn't count: left out by { $names }
applies-registered = { $count ->
    [0] none registered
   *[other] { $n } registered
}
applies-seen = What the page would show
applies-seen-gates = { $count ->
    [one] After the user name: one method is needed, to choose from these.
   *[other] After the user name: { $n } methods are needed, the first to choose from these.
}
applies-seen-nobody = Methods that nobody has, as for a name that doesn't exist.
applies-seen-nobody-yet = Methods that nobody has: none of theirs is offered to everybody. They have to ask an administrator.
applies-seen-more = After the first one it asks for another, as their policy wants it.
applies-seen-why = Before a proof the page shows nothing that hangs on a role or a group, so that strangers can't tell who is who.
applies-directory = In the directory
applies-directory-unknown = The password is kept in the directory. Nobody has asked yet whether it could be set there.
