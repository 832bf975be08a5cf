# Ein Konto übergeben: am Platz des Administrators.
handing-title = Übergeben
handing-lead = Ein Link, den Sie { $name } als QR-Code zeigen oder vorlesen. Er braucht weder E-Mail noch Telefonnummer.
handing-held = Wem dieses Konto gehört, hat „Das war ich nicht“ gemeldet. Zurück führt die Übergabe des ganzen Kontos: Sie weisen sich mit zwei Methoden aus, und dort wird neu begonnen.
handing-open = Ein Link wartet darauf, geöffnet zu werden
handing-opens = Öffnet
handing-until = Gilt bis
handing-by = Erstellt von
handing-withdraw = Link zurückziehen
handing-security-info = Sicherheitsinformationen
handing-security-info-hint = Anmelden und Methoden neu einrichten; nach den alten, etwa auf einem verlorenen Telefon, wird nicht gefragt.
handing-security-info-text = Mit dem Link meldet man sich mit dem Kennwort an. Danach lassen sich einige Minuten lang Methoden hinzufügen und entfernen, ohne eine alte nachzuweisen.
handing-password = Ein neues Kennwort
handing-password-hint = Das Kennwort ist vergessen, und die Methoden helfen nicht weiter. Die Methoden bleiben.
handing-password-text = Mit dem Link wird nach den Kennwortregeln ein neues Kennwort gewählt. Das bisherige gilt dann nicht mehr, und überall wird abgemeldet. Die Methoden bleiben.
handing-account = Das ganze Konto
handing-account-hint = Neues Kennwort und neue Methoden: am ersten Arbeitstag oder nach „Das war ich nicht“.
handing-account-text = Mit dem Link wird ein neues Kennwort gewählt. Dann werden alle Methoden entfernt, ein Anhalten nach „Das war ich nicht“ endet, und nach der Anmeldung werden neue Methoden eingerichtet.
handing-ask = Link für { $name } erstellen?
handing-lasts = { $minutes ->
    [one] Er gilt eine Minute lang, und einmal.
   *[other] Er gilt { $minutes } Minuten lang, und einmal.
}
handing-replaces = Der Link, der jetzt wartet, gilt dann nicht mehr.
handing-sure = Wer ihn öffnet, hat das Konto. Seien Sie sicher, wem Sie ihn geben: persönlich oder bei einem Anruf unter einer Nummer, die Sie schon kannten. Alle Adressen werden benachrichtigt.
handing-make = Link erstellen
handing-made = Der Link ist bereit
handing-made-lead = Lassen Sie { $name } den Code scannen oder die Adresse eingeben.
handing-qr = QR-Code mit dem Link
handing-link = Link
handing-once = Er wird jetzt angezeigt und nie wieder. Schicken Sie ihn über nichts, was andere lesen können.
users-hand-over-button = Übergeben
note-hand-over-withdrawn = Der Link wurde zurückgezogen.
refusal-two-proofs-needed = Dafür weisen Sie sich mit zwei Methoden verschiedener Art aus, und Sie haben nur eine. Richten Sie zuerst in Ihren Sicherheitsinformationen eine weitere ein.
reason-two-proofs-needed = weniger als zwei Methoden, um sich auszuweisen
reason-link-dead = kein Link, der noch gilt
fault-hand-over-range = Geben Sie eine Zahl von 5 bis 1440 Minuten ein.

prove-two-lead = Dafür braucht es zwei Ihrer Methoden, eine nach der anderen.
prove-second-lead = Und nun mit einer Methode anderer Art.

# Am Link.
handed-title = Ihr Konto
handed-security-info-title = Sicherheits{"\u00AD"}informationen einrichten
handed-security-info-text = Ein Administrator hat diesen Link für Sie erstellt. Melden Sie sich zuerst mit Ihrem Kennwort an; dann können Sie neue Methoden einrichten, ohne eine alte nachzuweisen.
handed-password-title = Neues Kennwort wählen
handed-password-text = Ein Administrator hat diesen Link für Sie erstellt. Er gilt einmal. Gehen Sie weiter, wenn Sie bereit sind, ein neues Kennwort zu wählen.
handed-account-title = Ihr Konto übernehmen
handed-account-text = Ein Administrator hat diesen Link für Sie erstellt. Er gilt einmal. Sie wählen ein neues Kennwort, melden sich damit an und richten ein, wie Sie nachweisen, dass Sie es sind.
handed-here-text = Sie können jetzt einige Minuten lang neue Methoden einrichten, ohne eine alte nachzuweisen. Der Link gilt einmal.
handed-not-yours = Nicht Ihr Konto, oder niemand hat Ihnen davon erzählt? Dann schließen Sie diese Seite und sagen Sie es Ihrem Administrator.
handed-other = Sie sind mit einem anderen Konto angemeldet. Melden Sie sich ab und öffnen Sie den Link dann noch einmal.
handed-button = Weiter
handed-dead-lead = Er wurde schon benutzt oder zurückgezogen, oder er ist zu alt. Bitten Sie Ihren Administrator um einen neuen.

# Was übergeben wird, als Einstellungen.
nav-in-person = Hilfe vor Ort
in-person-lead = Was Administratoren Menschen geben können, die sich nicht selbst helfen können.
in-person-links = Links zur Übergabe
in-person-links-hint = Ein Link, der die Sicherheitsinformationen, ein neues Kennwort oder das ganze Konto einer Person öffnet, einmal. Wer deren Kennwort zurücksetzen oder deren Methoden ändern darf, kann auf der Seite der Person einen erstellen.
in-person-set-minutes = Minuten, die ein Link gilt
in-person-set-minutes-hint = 5 bis 1440.
