# Das Portal: für jemanden, der es eilig hat, am Telefon.

signin-title = Anmelden
signin-name = Benutzername
signin-name-hint = Zum Beispiel adele@contoso.example
signin-password = Kennwort
signin-button = Anmelden
signin-forgot = Kennwort vergessen
signin-passkey = Mit Passkey anmelden
signin-signed-out = Sie sind abgemeldet.
signin-locked-way = Kennwort jetzt zurücksetzen

new-password = Neues Kennwort
new-password-again = Neues Kennwort noch einmal
new-password-hint = { $min } Zeichen oder mehr. Mehrere Wörter merken sich leicht.
suggest-lead = Fällt Ihnen keines ein?
suggest-button = Kennwort vorschlagen
suggest-this = Ein Kennwort, das eben für Sie ausgedacht wurde:
suggest-keep = Übertragen Sie es in beide Felder, und bewahren Sie es in Ihrem Kennwortmanager auf oder lernen Sie es, bevor Sie weitermachen.
suggest-filled = In beiden Feldern steht ein Kennwort, das für Sie ausgedacht wurde. Bewahren Sie es in Ihrem Kennwortmanager auf oder lernen Sie es, bevor Sie weitermachen.
must-change-title = Wählen Sie ein neues Kennwort
must-change-temporary = Ihr Kennwort ist vorläufig. Wählen Sie eines, das nur Sie kennen.
must-change-expired = Ihr Kennwort ist abgelaufen. Wählen Sie ein neues.
must-change-breached = Angreifer kennen Ihr Kennwort aus dem Einbruch in einen anderen Dienst. Wählen Sie jetzt ein neues, und ändern Sie es überall, wo Sie es sonst noch verwenden.
must-change-button = Speichern und weiter

register-title = Weitere Angaben erforderlich
register-lead = Ihre Organisation benötigt weitere Informationen, um Ihr Konto zu schützen
register-why = Richten Sie Wege ein, auf denen Sie nachweisen, dass Sie es sind. Damit können Sie ein vergessenes Kennwort jederzeit selbst zurücksetzen.
register-later = Jetzt nicht
register-later-hint = Sie können das später tun: Bei der nächsten Anmeldung werden Sie wieder gefragt.
reconfirm-title = Stimmt das noch?
reconfirm-lead = Prüfen Sie die Wege, auf denen Sie nachweisen, dass Sie es sind, damit sie im Ernstfall funktionieren.
register-methods-title = Verlieren Sie nicht den Zugang zu Ihrem Konto
reconfirm-methods-title = Prüfen Sie Ihre Sicherheitsinformationen
register-methods-lead = { $needed ->
    [one] Richten Sie mindestens eines davon ein.
   *[other] Richten Sie { $needed } davon ein.
}
register-not-set-up = Nicht eingerichtet
register-set-up = Eingerichtet
register-set-it-up = Jetzt einrichten
register-finish = Fertig stellen
register-still-missing = Noch nicht fertig: Richten Sie ein, was unten noch fehlt. Das geht auch später.
register-looks-good = Sieht gut aus
register-change-something = Etwas hat sich geändert
register-different = Ich möchte eine andere Methode einrichten

method-mobile-phone-ask = Wie lautet Ihre Mobilnummer?
method-mobile-phone-lead = Wir senden einen Code per SMS dorthin, jetzt zur Prüfung und später, wenn Sie Ihr Kennwort zurücksetzen.
method-mobile-phone-lead-call = Wir rufen dort an und sagen einen Code an, jetzt zur Prüfung und später, wenn Sie Ihr Kennwort zurücksetzen.
method-mobile-phone-lead-both = Wir senden einen Code per SMS dorthin oder rufen an und sagen ihn an, jetzt zur Prüfung und später, wenn Sie Ihr Kennwort zurücksetzen.
method-mobile-phone-label = Mobilnummer
method-mobile-phone-hint = Mit Ländervorwahl, etwa +49{"\u00A0"}151{"\u00A0"}23456789
method-by = Wie möchten Sie den Code bekommen?
method-by-sms = Per SMS
method-by-voice = Durch einen Anruf
method-office-phone-ask = Ist das Ihr Telefon im Büro?
method-office-phone-lead = Wir rufen dort an und sagen einen Code an, jetzt zur Prüfung und später, wenn Sie Ihr Kennwort zurücksetzen. Stimmt die Nummer nicht, fragen Sie Ihren Administrator: Sie ist bei Ihrer Organisation gespeichert.
method-office-phone-label = Bürotelefon
method-office-phone-hint = Mit Ländervorwahl, etwa +49{"\u00A0"}30{"\u00A0"}12345678
method-email-ask = Wie lautet Ihre andere E-Mail-Adresse?
method-email-lead = Wir senden einen Code dorthin, jetzt zur Prüfung und später, wenn Sie Ihr Kennwort zurücksetzen.
method-email-label = E-Mail-Adresse
method-email-hint = Eine, die Sie ohne dieses Konto lesen können
method-authenticator-app-ask = Authentifikator-App einrichten
method-authenticator-app-lead = Installieren Sie eine auf Ihrem Telefon, falls Sie noch keine haben. Jede App, die sechsstellige Codes zeigt, ist geeignet. Danach scannen Sie damit ein Bild.
method-authenticator-app-label = Name
method-authenticator-app-hint = Damit Sie sie wiedererkennen, etwa Mein Telefon
method-passkey-ask = Passkey erstellen
method-passkey-lead = Ihr Gerät, ein Sicherheitsschlüssel oder ein Kennwortmanager bewahrt ihn auf. Sie bestätigen mit Fingerabdruck, Gesicht oder PIN, statt etwas einzugeben.
method-passkey-label = Name
method-passkey-hint = Damit Sie ihn wiedererkennen, etwa Mein Laptop
app-title = App verbinden
app-lead = Lassen Sie diese Seite offen, bis beide Schritte erledigt sind.
app-scan = Fügen Sie in der App ein Konto hinzu und scannen Sie dieses Bild.
app-qr = QR-Code für Ihre Authentifikator-App
app-by-hand = Ich kann es nicht scannen
app-by-hand-text = Geben Sie diesen Schlüssel in die App ein:
app-by-hand-kind = Falls die App fragt: zeitbasiert, SHA-1, 6 Ziffern, 30 Sekunden.
app-type = Geben Sie den Code ein, den die App jetzt für { $name } zeigt.
app-once = Bild und Schlüssel werden nur jetzt gezeigt. Wer sie hat, kann sich als Sie ausgeben.
passkey-make-title = Den Passkey erstellen
passkey-make-lead = Ihr Browser fragt, wo er { $name } aufbewahren soll, und lässt Sie mit Fingerabdruck, Gesicht oder PIN bestätigen.
passkey-make-button = Passkey erstellen
passkey-use-title = Passkey verwenden
passkey-use-lead = Ihr Browser lässt Sie mit Fingerabdruck, Gesicht oder PIN bestätigen.
passkey-use-button = Passkey verwenden
passkey-reset-lead = Wenn Sie einen eingerichtet haben, lässt Ihr Browser Sie mit Fingerabdruck, Gesicht oder PIN bestätigen.
passkey-signin-title = Mit Passkey anmelden
passkey-signin-other = Mit Kennwort anmelden
passkey-none = Dieser Browser kann keine Passkeys verwenden oder führt keine Skripte aus. Nehmen Sie einen anderen Browser oder einen anderen Weg.
passkey-waiting = Ihr Passkey wird erwartet …
passkey-cancelled = Es wurde nichts bestätigt. Versuchen Sie es noch einmal oder auf anderem Weg.
passkey-twice = Dieses Gerät hat schon einen Passkey für Ihr Konto.
passkey-failed = Das hat nicht geklappt. Versuchen Sie es noch einmal oder auf anderem Weg.
method-prefilled = Das hat Ihre Organisation gespeichert. Prüfen Sie es: Es zählt, sobald Sie es nachgewiesen haben.

code-title = Geben Sie den Code ein
code-lead = Wir haben ihn gesendet, wenn Ihre Angaben stimmen. Er gilt { $minutes } Minuten.
code-lead-mobile-phone = Wir haben ihn per SMS gesendet. Er gilt { $minutes } Minuten.
code-lead-call = Wir rufen an, wenn Ihre Angaben stimmen. Nehmen Sie ab, drücken Sie die 1 und notieren Sie den Code. Er gilt { $minutes } Minuten.
code-lead-email = Wir haben ihn per E-Mail gesendet. Er gilt { $minutes } Minuten.
code-lead-authenticator-app = Öffnen Sie Ihre Authentifikator-App und geben Sie den Code ein, den sie jetzt zeigt, oder den Ihres Tokens.
code-lead-recovery-codes = Geben Sie einen Code Ihrer neuesten Liste ein, den Sie noch nicht benutzt haben.
code-hint-recovery = { $length } Buchstaben und Ziffern; Striche sind egal
code-label = Code
token-title = Token aktivieren
token-lead = Geben Sie den Code ein, den das Token { $serial } jetzt zeigt.
token-waits = Token { $serial }
token-waits-text = Ihr Administrator hat es Ihnen gegeben. Aktivieren Sie es mit einem Code.
token-activate = Aktivieren
code-hint = { $digits } Ziffern
code-button = Weiter
code-missing = Nicht angekommen?
code-missing-text = Es kann eine Minute dauern. Sehen Sie im Spamordner nach und prüfen Sie, ob das Telefon Empfang hat. Nur der neueste Code gilt.
code-missing-call = Es kann eine Minute dauern, bis das Telefon klingelt. Der Code wird erst angesagt, wenn Sie die 1 drücken, und zwar zweimal. Nur der neueste Code gilt.
code-new = Neuen Code anfordern
code-again = Noch einmal beginnen
code-refused = Wird er nicht angenommen?
code-refused-authenticator-app = Jeder Code gilt einmal und eine halbe Minute lang: Warten Sie auf den nächsten. Die Uhr des Telefons muss richtig gehen, lassen Sie sie automatisch stellen.
code-refused-recovery-codes = Jeder Code gilt einmal, und nur die zuletzt erstellte Liste gilt. 0 und O, 1 und I sind gleich.

reset-title = Kennwort zurücksetzen
reset-lead = Wer sind Sie?
reset-back-to-signin = Zurück zur Anmeldung
robot-working = Wir prüfen, dass Sie kein Roboter sind …
robot-done = Geprüft: Sie sind kein Roboter.
robot-question = Wie viel ist { $left } plus { $right }?
robot-hint = Das hält Roboter fern. Antworten Sie in Ziffern.

goal-title = Was brauchen Sie?
goal-reset = Ich habe mein Kennwort vergessen
goal-reset-hint = Ein neues wählen
goal-unlock = Ich weiß mein Kennwort, kann mich aber nicht anmelden
goal-unlock-hint = Das Konto entsperren und das Kennwort behalten

verify-title = Wie möchten Sie nachweisen, dass Sie es sind?
verify-title-second = Wie möchten Sie es ein zweites Mal nachweisen?
verify-lead = Wählen Sie, was Sie zur Hand haben.
verify-mobile-phone = SMS an
verify-call = Anruf an
verify-office-phone = Anruf am Bürotelefon
verify-email = E-Mail an
verify-authenticator-app = Authentifikator-App
verify-authenticator-app-hint = Der Code, den sie oder Ihr Token zeigt
verify-passkey = Passkey
verify-passkey-hint = Fingerabdruck, Gesicht oder PIN eines Geräts
verify-recovery-codes = Wiederherstellungscode
verify-recovery-codes-hint = Einer von Ihrer Liste
verify-none = Ich kann nichts davon benutzen
verify-none-text = Ihr Administrator kann Ihnen auf andere Weise helfen.
number-title = Welche Nummer ist es?
number-lead = Tippen Sie die ganze Nummer zu { $masked }. Das zeigt uns, dass sie Ihnen gehört.

choose-title = Wählen Sie ein neues Kennwort
choose-lead = Sie haben nachgewiesen, dass Sie es sind.
choose-button = Neues Kennwort setzen
verdict-length = { $min } Zeichen oder mehr
verdict-same = Beide sind gleich

done-title = Ihr Kennwort wurde zurückgesetzt
done-lead = Melden Sie sich mit dem neuen an. Überall sonst wurden Sie abgemeldet.
done-again = Dieses Zurücksetzen war schon abgeschlossen. Es gilt das Kennwort, das zuerst gesetzt wurde.
done-unlocked-title = Ihr Konto ist entsperrt
done-unlocked-lead = Melden Sie sich mit Ihrem Kennwort an.

help-sent-title = Ihre Administratoren wissen Bescheid
help-sent-lead = Wenn es Ihr Konto gibt, haben wir ihnen gesagt, dass Sie Hilfe brauchen. Sie melden sich bei Ihnen.
help-lead = Wir sagen Ihren Administratoren, dass Sie sich nicht anmelden können. Sie melden sich bei Ihnen.
account-help-lead = Wir sagen Ihren Administratoren, dass Sie angemeldet sind, aber keine Methode nachweisen oder einrichten können. Sie melden sich bei Ihnen.
account-help-sent-lead = Sie wissen, dass Sie Hilfe brauchen, und melden sich bei Ihnen.
help-button = Um Hilfe bitten
help-desk-lead = Ihre Organisation hat dafür eine Seite.
help-desk-open = Helpdesk öffnen
help-desk-mail-lead = Schreiben Sie an den Helpdesk Ihrer Organisation:

over-title = Noch einmal von vorn
over-again = Kennwort zurücksetzen

change-title = Kennwort ändern
change-known = Angreifer kennen das Kennwort, mit dem Sie sich gerade angemeldet haben, aus dem Einbruch in einen anderen Dienst. Ändern Sie es jetzt, hier und überall, wo Sie es sonst noch verwenden.
change-lead = Hier bleiben Sie angemeldet, überall sonst werden Sie abgemeldet.
change-current = Aktuelles Kennwort
change-button = Kennwort ändern
change-done-title = Ihr Kennwort wurde geändert
change-done-lead = Überall sonst wurden Sie abgemeldet.
to-account = Zu meinem Konto

account-title = Mein Konto
account-hello = Guten Tag, { $name }
account-signed-out-others = Überall sonst sind Sie abgemeldet.
account-incomplete = Ein vergessenes Kennwort könnten Sie noch nicht zurücksetzen.
account-incomplete-button = Jetzt einrichten
account-password = Kennwort
account-password-changed = Geändert
account-methods = { $count ->
    [0] Keine Methoden
    [one] { $count } Methode
   *[other] { $count } Methoden
}
account-manage = Verwalten
account-view = Ansehen
account-sessions = { $count ->
    [one] Auf { $count } Gerät angemeldet
   *[other] Auf { $count } Geräten angemeldet
}
account-to-admin = Admin Center öffnen
account-sign-out-everywhere = Überall sonst abmelden

security-title = Sicherheits{"\u00AD"}informationen
security-lead = Auf diesen Wegen weisen Sie nach, dass Sie es sind.
security-needed = { $needed ->
    [one] Ihre Organisation verlangt mindestens eine Methode.
   *[other] Ihre Organisation verlangt { $needed } verschiedene Methoden.
}
security-prove-first = Bevor Sie hier etwas ändern, weisen Sie mit einer vorhandenen Methode nach, dass Sie es sind.
security-prove-button = Nachweisen, dass ich es bin
security-none = Es ist noch nichts eingerichtet.
security-by-admin = von einem Administrator hinzugefügt
security-change = Ändern
security-rename = Umbenennen
security-replace = Ersetzen
security-remove = Entfernen
security-add-mobile-phone = Telefon hinzufügen
security-add-office-phone = Bürotelefon hinzufügen
security-add-email = E-Mail-Adresse hinzufügen
security-add-recovery-codes = Wiederherstellungscodes erstellen
security-add-authenticator-app = Authentifikator-App hinzufügen
security-add-passkey = Passkey hinzufügen
prove-title = Weisen Sie nach, dass Sie es sind
prove-lead = Wählen Sie eine Methode, die Sie zur Hand haben.
remove-title = Diese Methode entfernen?
remove-text = Codes können dann nicht mehr dorthin gesendet werden. Wir sagen Ihnen an allen Ihren Adressen Bescheid.
remove-text-held = Ihre Codes gelten dann nicht mehr. Löschen Sie auch das Konto in der App. Wir sagen Ihnen an allen Ihren Adressen Bescheid.
remove-text-passkey = Er meldet Sie nicht mehr an und gilt nicht mehr als Nachweis. Löschen Sie ihn auch auf dem Gerät. Wir sagen Ihnen an allen Ihren Adressen Bescheid.
remove-keep = Behalten
rename-title = Wie nennen Sie diese App?
rename-title-passkey = Wie nennen Sie diesen Passkey?
rename-button = Speichern
recovery-lead = { $count } Codes zum Ausdrucken oder Aufschreiben, für den Tag, an dem Ihr Telefon verloren ist. Jeder gilt einmal.
recovery-replaces = Sie haben eine Liste mit { $left } unbenutzten Codes. Eine neue ersetzt sie: Die alten Codes gelten dann nicht mehr.
recovery-make = Codes erstellen
recovery-title = Ihre Wiederherstellungs{"\u00AD"}codes
recovery-keep = Bewahren Sie sie bei wichtigen Papieren auf, nicht beim Telefon. Streichen Sie jeden, den Sie benutzt haben.
recovery-once = Sie werden nur jetzt gezeigt. Drucken Sie diese Seite oder schreiben Sie sie ab.
recovery-saved = Ich habe sie gesichert
recovery-left = { $count ->
    [0] keiner übrig: Erstellen Sie neue
    [one] einer übrig
   *[other] { $n } übrig
}

activity-title = Letzte Aktivitäten
activity-lead = Wo Sie angemeldet sind und was mit Ihrem Konto geschah.
activity-sessions = Angemeldet
activity-since = seit
activity-seen = zuletzt benutzt
activity-this = Dieses Gerät
activity-events = Was geschah
activity-failed = abgelehnt
activity-strange = Etwas davon waren nicht Sie? Ändern Sie Ihr Kennwort: Damit werden Sie überall sonst abgemeldet.
activity-signed-in = Angemeldet
activity-signed-out = Abgemeldet
activity-sessions-revoked = Anderswo abgemeldet
activity-password-changed = Kennwort geändert
activity-password-reset = Kennwort zurückgesetzt
activity-password-reset-by-admin = Ein Administrator hat das Kennwort zurückgesetzt
activity-reset-started = Eine Kennwortzurücksetzung wurde begonnen
activity-reset-blocked = Die Kennwortzurücksetzung wurde nach zu vielen Versuchen gesperrt
activity-unlocked = Konto entsperrt
activity-code-sent = Code zum Ändern der Sicherheitsinformationen gesendet
activity-method-added = Methode hinzugefügt
activity-method-changed = Methode geändert
activity-method-removed = Methode entfernt
activity-method-reviewed = Sicherheitsinformationen geprüft
activity-reported = Gemeldet, dass Sie es nicht waren

not-me-title = Waren Sie das nicht?
not-me-lead = Dann sperren Sie das Konto jetzt.
not-me-text = Niemand kann sich anmelden oder das Kennwort zurücksetzen, bis ein Administrator Ihnen geholfen hat. Wer mit Ihrem Konto angemeldet ist, wird abgemeldet.
not-me-button = Das war ich nicht: Konto sperren
not-me-was-me = Das war ich
not-me-done-title = Ihr Konto ist gesperrt
not-me-done-lead = Wir haben Ihren Administratoren Bescheid gesagt. Sie melden sich bei Ihnen und lassen Sie wieder ein.
not-me-dead-title = Dieser Link gilt nicht mehr
not-me-dead-lead = Er wurde schon benutzt oder ist zu alt. Wenn jemand Ihr Konto benutzt, setzen Sie jetzt Ihr Kennwort zurück und sagen Sie es Ihrem Administrator.

setup-title = Keyward einrichten
setup-lead = Diese Seite geht einmal. Sie legt Ihre Organisation und deren ersten globalen Administrator an.
setup-organisation = Name Ihrer Organisation
setup-domain = Ihre Domäne
setup-domain-hint = Benutzernamen enden darauf, etwa contoso.example
setup-admin = Erster Administrator
setup-name = Ihr Name
setup-user-name = Ihr Benutzername
setup-user-name-hint = Der Teil vor dem @
setup-mail = Ihre E-Mail-Adresse
setup-mail-hint = Dort sagen wir Ihnen von Änderungen Bescheid
setup-password = Kennwort
setup-button = Organisation anlegen

help-title = Hilfe bei der Anmeldung
help-forgot = Ich habe mein Kennwort vergessen
help-forgot-text = Sie können selbst ein neues wählen, wenn Sie dafür ein Telefon oder eine E-Mail-Adresse eingerichtet haben.
help-code = Der Code kommt nicht an
help-code-text = Warten Sie eine Minute, sehen Sie dann im Spamordner nach und prüfen Sie den Empfang des Telefons. Fordern Sie einen neuen Code an: Nur der neueste gilt.
help-locked = Mein Konto ist gesperrt
help-locked-text = Nach mehreren falschen Kennwörtern ist die Anmeldung für eine Minute oder länger gesperrt. Wenn Sie das Kennwort zurücksetzen, geht sie sofort wieder.
help-new-phone = Ich habe ein neues Telefon oder eine neue Adresse
help-new-phone-text = Melden Sie sich an und ändern Sie es unter Sicherheitsinformationen. Wenn Sie sich nicht anmelden können, kann ein Administrator Ihrer Organisation helfen.
help-strange = Ich habe eine Nachricht über etwas bekommen, was ich nicht war
help-strange-text = Öffnen Sie darin den Link „Das war ich nicht“. Er sperrt Ihr Konto und sagt Ihren Administratoren Bescheid.

outbox-title = Postausgang der Demo
outbox-lead = Hier steht, was die Demo gesendet hat. Eine echte Installation sendet es per E-Mail und SMS.
outbox-empty = Noch wurde nichts gesendet
outbox-empty-text = Fordern Sie einen Code an; er erscheint hier von selbst.
outbox-call = Anruf
outbox-sms = SMS
outbox-to = An { $to }
outbox-follow = Link öffnen
