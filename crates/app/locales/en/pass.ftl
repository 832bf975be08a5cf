# Temporary Access Pass: at the administrator's desk.
pass-name = Temporary Access Pass
pass-lead = A short-lived pass by which { $name } signs in and sets up methods.
pass-ask = Make a pass for { $name }?
pass-text = With it they sign in without their password, and for ten minutes they can set up methods without proving an old one. It resets no password.
pass-minutes = Minutes for which it is good
pass-minutes-hint = { $min } to { $max }.
pass-once = It works once
pass-once-hint = Else it works any number of times until it ends.
pass-only-once = It works once.
pass-replaces = The pass that { $by } made stops working then, and whoever signed in with it is signed out. It is good until
pass-sure = Whoever has it can sign in. Be sure whom you give it to: in person, or on a call to a number that you knew before. They are told at all their addresses.
pass-make = Make pass
pass-made = The pass is ready
pass-made-lead = Give it to { $name }.
pass-until = Active until
pass-works = Works
pass-works-once = once
pass-works-many = any number of times
pass-shown-once = It is shown now and never again. Send it through nothing that others can read.
pass-used = Last used
pass-delete = Delete pass
note-pass-deleted = The pass was deleted.
refusal-passes-off = Your organization makes no Temporary Access Passes. Ask an administrator to switch them on.
reason-passes-off = Temporary Access Passes are switched off
fault-pass-lifetime = Type a number of minutes within what your organization allows.

# Signing in with it.
pass-signin = Sign in with a Temporary Access Pass
pass-signin-title = Sign in with a Temporary Access Pass
pass-signin-lead = Your administrator gave it to you. Afterwards, set up how you prove that it's you.
pass-signin-hint = Dashes and capitals don't matter
refusal-pass-wrong = The user name or pass is wrong, or the pass is no longer good. Check both, or ask your administrator for a new one.
reason-pass-wrong = wrong user name or Temporary Access Pass

# As settings.
in-person-passes = Temporary Access Passes
in-person-passes-hint = A pass that an administrator reads out to somebody who has nothing else to sign in with. Whoever may reset that person's password and change their methods can make one, on the person's page.
in-person-set-passes = Administrators make passes
in-person-set-pass-min = Shortest lifetime, in minutes
in-person-set-pass-max = Longest lifetime, in minutes
in-person-set-pass-default = Default lifetime, in minutes
in-person-set-pass-length = Characters
in-person-set-pass-length-hint = 8 to 48.
in-person-set-pass-minutes-hint = 10 to 43200, which is 30 days.
in-person-set-pass-default-hint = Between the shortest and the longest.
in-person-set-pass-once = Each pass works once
fault-pass-minutes-range = Type a number of minutes from 10 to 43200.
fault-pass-minutes-order = The longest lifetime is shorter than the shortest.
fault-pass-minutes-between = Type a number of minutes between the shortest and the longest lifetime.
fault-pass-length-range = Type a number from 8 to 48.
