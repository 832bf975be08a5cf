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
