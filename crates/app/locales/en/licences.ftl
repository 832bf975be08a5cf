# Subscriptions and licences.

nav-licences = Licences
permission-licences-read = See subscriptions and who holds a licence
permission-licences-write = Assign licences and take them away
plan-password-reset = Password reset in the cloud
plan-password-reset-hint = Resetting the password of an account that lives here. Needs no licence; every product has it.
plan-password-writeback = Password writeback
plan-password-writeback-hint = Changing, resetting and unlocking in your on-premises directory.

licences-lead = What your organization holds, and who has it.
licences-none = No subscription
licences-none-text = Whoever runs this installation adds one on its machine: keyward admin subscription add
licences-col-product = Product
licences-col-units = Licences
licences-col-taken = In use
licences-col-left = Free
licences-col-plans = Service plans
licences-unlimited = For everybody
licences-over = { $count ->
    [one] One more in use than there is
   *[other] { $n } more in use than there are
}
licences-over-text = { $count ->
    [one] One user more has this licence than there are licences, because a group grew. Nobody loses anything; take it from somebody, or have more added.
   *[other] { $n } users more have this licence than there are licences, because a group grew. Nobody loses anything; take it from somebody, or have more added.
}
licences-part-number = Part number
licences-since = Since
licences-used = { $taken } of { $held } in use
licences-everybody = Everybody in your organization has this. There is nothing to assign.
licences-plans = Service plans
licences-assigned = Assigned to
licences-assigned-none = Nobody has this licence yet
licences-assigned-none-text = Give it to a group: its members, also of groups in it, have it for as long as they are in it.
licences-search = Search those who have it
licences-none-found = Nothing matches
licences-none-found-text = Search by the beginning of a name.
licences-all = Show everybody
licences-kind-user = User
licences-kind-group = Group
licences-without = Without { $plan }
licences-assign = Assign
licences-assign-title = Assign { $product }
licences-assign-lead = To users, or to groups with everybody in them.
licences-assign-who = Who gets it
licences-assign-plans = What it includes
licences-assign-plans-hint = Take away what they are not to have. Who has the licence already gets it with these plans.
licences-removal = Remove licence
licences-remove-title = Remove { $product } from { $name }?
licences-remove-user = They lose it at once, unless a group gives it to them too.
licences-remove-group = Its members lose it at once, unless they have it in another way.
licences-of-user-none = No licence.
licences-of-user-direct = assigned to the user
licences-of-user-everybody = everybody has it
licences-of-user-group = through { $group }

note-licences-assigned = { $count ->
    [one] The licence was assigned.
   *[other] { $n } licences were assigned.
}
note-licence-removed = The licence was removed.

refusal-units-short = { $count ->
    [one] There is one licence of { $products }, and { $needed } would be needed. Nothing was changed. Take the licence from somebody, or have more added.
   *[other] There are { $held } licences of { $products }, and { $needed } would be needed. Nothing was changed. Take the licence from somebody, or have more added.
}
refusal-no-writeback-plan = Your organization has no subscription with password writeback. Any of these has it: { $products }. Whoever runs this installation can add one.
refusal-group-licensed = The members of this group have licences through it. Take the licences from the group first.
reason-units-short = not enough licences
reason-no-writeback-plan = no subscription with password writeback
reason-group-licensed = members have licences through the group
