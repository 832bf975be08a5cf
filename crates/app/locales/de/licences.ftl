# Abonnements und Lizenzen.

nav-licences = Lizenzen
permission-licences-read = Abonnements sehen und wer eine Lizenz hat
permission-licences-write = Lizenzen zuweisen und entziehen
plan-password-reset = Kennwortzurücksetzung in der Cloud
plan-password-reset-hint = Das Kennwort eines Kontos zurücksetzen, das hier geführt wird. Braucht keine Lizenz; jedes Produkt enthält es.
plan-password-writeback = Kennwortrückschreiben
plan-password-writeback-hint = Ändern, Zurücksetzen und Entsperren in Ihrem lokalen Verzeichnis.

licences-lead = Was Ihre Organisation besitzt und wer es hat.
licences-none = Kein Abonnement
licences-none-text = Wer diese Installation betreibt, fügt auf dem Rechner selbst eines hinzu: keyward admin subscription add
licences-col-product = Produkt
licences-col-units = Lizenzen
licences-col-taken = Vergeben
licences-col-left = Frei
licences-col-plans = Dienstpläne
licences-unlimited = Für alle
licences-over = { $count ->
    [one] Eine mehr vergeben als vorhanden
   *[other] { $n } mehr vergeben als vorhanden
}
licences-over-text = { $count ->
    [one] Ein Benutzer mehr hat diese Lizenz, als es Lizenzen gibt, weil eine Gruppe gewachsen ist. Niemand verliert etwas; entziehen Sie sie jemandem, oder lassen Sie weitere hinzufügen.
   *[other] { $n } Benutzer mehr haben diese Lizenz, als es Lizenzen gibt, weil eine Gruppe gewachsen ist. Niemand verliert etwas; entziehen Sie sie jemandem, oder lassen Sie weitere hinzufügen.
}
licences-part-number = Teilenummer
licences-since = Seit
licences-used = { $taken } von { $held } vergeben
licences-everybody = In Ihrer Organisation haben das alle. Es gibt nichts zuzuweisen.
licences-plans = Dienstpläne
licences-assigned = Zugewiesen an
licences-assigned-none = Noch hat niemand diese Lizenz
licences-assigned-none-text = Geben Sie sie einer Gruppe: Deren Mitglieder, auch die darin enthaltener Gruppen, haben sie, solange sie dazugehören.
licences-search = Suchen, wer sie hat
licences-none-found = Nichts gefunden
licences-none-found-text = Suchen Sie nach dem Anfang eines Namens.
licences-all = Alle anzeigen
licences-kind-user = Benutzer
licences-kind-group = Gruppe
licences-without = Ohne { $plan }
licences-assign = Zuweisen
licences-assign-title = { $product } zuweisen
licences-assign-lead = An Benutzer oder an Gruppen mit allen, die darin sind.
licences-assign-who = Wer sie bekommt
licences-assign-plans = Was sie enthält
licences-assign-plans-hint = Nehmen Sie heraus, was nicht dabei sein soll. Wer die Lizenz schon hat, bekommt sie mit diesen Plänen.
licences-removal = Lizenz entziehen
licences-remove-title = { $name } die Lizenz { $product } entziehen?
licences-remove-user = Sie ist sofort weg, außer eine Gruppe gibt sie ebenfalls.
licences-remove-group = Die Mitglieder verlieren sie sofort, außer sie haben sie auch auf anderem Weg.
licences-of-user-none = Keine Lizenz.
licences-of-user-direct = dem Benutzer zugewiesen
licences-of-user-everybody = alle haben sie
licences-of-user-group = durch { $group }

note-licences-assigned = { $count ->
    [one] Die Lizenz wurde zugewiesen.
   *[other] { $n } Lizenzen wurden zugewiesen.
}
note-licence-removed = Die Lizenz wurde entzogen.

refusal-units-short = { $count ->
    [one] Es gibt eine Lizenz für { $products }, nötig wären { $needed }. Nichts wurde geändert. Entziehen Sie jemandem die Lizenz, oder lassen Sie weitere hinzufügen.
   *[other] Es gibt { $held } Lizenzen für { $products }, nötig wären { $needed }. Nichts wurde geändert. Entziehen Sie jemandem die Lizenz, oder lassen Sie weitere hinzufügen.
}
refusal-no-writeback-plan = Ihre Organisation hat kein Abonnement mit Kennwortrückschreiben. Jedes von diesen enthält es: { $products }. Wer diese Installation betreibt, kann eines hinzufügen.
refusal-group-licensed = Die Mitglieder dieser Gruppe haben durch sie Lizenzen. Entziehen Sie der Gruppe zuerst die Lizenzen.
reason-units-short = nicht genug Lizenzen
reason-no-writeback-plan = kein Abonnement mit Kennwortrückschreiben
reason-group-licensed = Mitglieder haben Lizenzen durch die Gruppe
