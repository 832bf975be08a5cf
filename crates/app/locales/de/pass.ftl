# Befristeter Zugriffspass: am Platz des Administrators.
pass-name = Befristeter Zugriffs{"\u00AD"}pass
pass-lead = Ein Pass für kurze Zeit, mit dem { $name } sich anmeldet und Methoden einrichtet.
pass-ask = Pass für { $name } erstellen?
pass-text = Damit meldet man sich ohne Kennwort an, und zehn Minuten lang lassen sich Methoden einrichten, ohne eine alte nachzuweisen. Ein Kennwort wird damit nicht zurückgesetzt.
pass-minutes = Minuten, die er gilt
pass-minutes-hint = { $min } bis { $max }.
pass-once = Er gilt einmal
pass-once-hint = Sonst gilt er bis zu seinem Ende beliebig oft.
pass-only-once = Er gilt einmal.
pass-replaces = Der Pass, den { $by } erstellt hat, gilt dann nicht mehr, und wer sich damit angemeldet hat, wird abgemeldet. Er gilt bis
pass-sure = Wer ihn hat, kann sich anmelden. Seien Sie sicher, wem Sie ihn geben: persönlich oder bei einem Anruf unter einer Nummer, die Sie schon kannten. Alle Adressen werden benachrichtigt.
pass-make = Pass erstellen
pass-made = Der Pass ist bereit
pass-made-lead = Geben Sie ihn { $name }.
pass-until = Gilt bis
pass-works = Gilt
pass-works-once = einmal
pass-works-many = beliebig oft
pass-shown-once = Er wird jetzt angezeigt und nie wieder. Schicken Sie ihn über nichts, was andere lesen können.
pass-used = Zuletzt benutzt
pass-delete = Pass löschen
note-pass-deleted = Der Pass wurde gelöscht.
refusal-passes-off = In Ihrer Organisation gibt es keine befristeten Zugriffspässe. Bitten Sie einen Administrator, sie einzuschalten.
reason-passes-off = befristete Zugriffspässe sind ausgeschaltet
fault-pass-lifetime = Geben Sie eine Zahl von Minuten ein, die Ihre Organisation erlaubt.

# Mit ihm anmelden.
pass-signin = Mit befristetem Zugriffspass anmelden
pass-signin-title = Mit befristetem Zugriffs{"\u00AD"}pass anmelden
pass-signin-lead = Sie haben ihn von Ihrem Administrator bekommen. Richten Sie danach ein, wie Sie nachweisen, dass Sie es sind.
pass-signin-hint = Bindestriche und Großschreibung sind gleichgültig
refusal-pass-wrong = Benutzername oder Pass ist falsch, oder der Pass gilt nicht mehr. Prüfen Sie beides, oder bitten Sie Ihren Administrator um einen neuen.
reason-pass-wrong = falscher Benutzername oder falscher befristeter Zugriffspass

# Als Einstellungen.
in-person-passes = Befristete Zugriffspässe
in-person-passes-hint = Ein Pass, den ein Administrator jemandem vorliest, der sonst nichts zum Anmelden hat. Wer deren Kennwort zurücksetzen und deren Methoden ändern darf, kann auf der Seite der Person einen erstellen.
in-person-set-passes = Administratoren erstellen Pässe
in-person-set-pass-min = Kürzeste Gültigkeit in Minuten
in-person-set-pass-max = Längste Gültigkeit in Minuten
in-person-set-pass-default = Übliche Gültigkeit in Minuten
in-person-set-pass-length = Zeichen
in-person-set-pass-length-hint = 8 bis 48.
in-person-set-pass-minutes-hint = 10 bis 43200, das sind 30 Tage.
in-person-set-pass-default-hint = Zwischen der kürzesten und der längsten.
in-person-set-pass-once = Jeder Pass gilt einmal
fault-pass-minutes-range = Geben Sie eine Zahl von 10 bis 43200 Minuten ein.
fault-pass-minutes-order = Die längste Gültigkeit ist kürzer als die kürzeste.
fault-pass-minutes-between = Geben Sie eine Zahl von Minuten zwischen der kürzesten und der längsten Gültigkeit ein.
fault-pass-length-range = Geben Sie eine Zahl von 8 bis 48 ein.
