# Wörter, die alle Seiten teilen.

layout-skip = Zum Hauptinhalt
layout-sign-out = Abmelden
layout-help = Hilfe
layout-menu = Menü
layout-menu-label = Admin Center
layout-account = Mein Konto
nav-overview = Übersicht
nav-users = Benutzer
nav-groups = Gruppen
nav-roles = Rollen
nav-password-reset = Kennwortzurücksetzung
nav-properties = Eigenschaften
nav-methods = Authentifizierungs{"\u00AD"}methoden
nav-registration = Registrierung
nav-notifications = Benachrichtigungen
nav-customization = Anpassung
nav-administrator-policy = Administratorrichtlinie
nav-activity = Aktivität
nav-insights = Nutzung und Erkenntnisse
nav-audit = Überwachungsprotokolle
nav-deliveries = Zustellungen

parts-error = Fehler:
parts-error-summary = Da stimmt etwas nicht
parts-show-password = Kennwort anzeigen
parts-show = Anzeigen
parts-hide = Verbergen
parts-step = Schritt { $step } von { $of }
parts-unsaved = Sie haben Änderungen, die nicht gespeichert sind.
parts-discard = Verwerfen
parts-save = Speichern
parts-copy = Kopieren
parts-copied = Kopiert

next = Weiter
back = Zurück
cancel = Abbrechen
send-code = Code senden
another-way = Einen anderen Weg nehmen
contact-admin = Administrator um Hilfe bitten

method-mobile-phone = Telefon zur Authentifizierung
method-email = E-Mail zur Authentifizierung

number-1 = eins
number-2 = zwei
number-3 = drei
number-4 = vier
number-5 = fünf
number-6 = sechs
number-7 = sieben
number-8 = acht
number-9 = neun

device-unknown = Unbekanntes Gerät

# Seiten, die für eine andere stehen.
problem-to-start = Zur Startseite
problem-to-account = Zu meinem Konto
problem-to-admin = Zur Übersicht
problem-request = Wenn Sie um Hilfe bitten, nennen Sie die Anfrage { $id }.
problem-not-found-title = Diese Seite gibt es nicht
problem-not-found-text = Vielleicht ist die Adresse falsch, oder was hier stand, wurde gelöscht.
problem-no-role-title = Das ist für Administratoren
problem-no-role-text = Sie sind mit einem Konto ohne Administratorrolle angemeldet. Bitten Sie einen Administrator um eine oder melden Sie sich mit einem anderen Konto an.
problem-refused-title = Das ging nicht
problem-bad-form-title = Das Formular war nicht lesbar
problem-bad-form-text = Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular noch einmal.
problem-too-large-title = Das ist zu viel auf einmal
problem-too-large-text = Es wurde nichts geändert. Das Formular fasst bis zu 64 Kilobyte.
problem-stale-form-title = Diese Seite ist veraltet
problem-stale-form-text = Seit sie geladen wurde, haben Sie sich an- oder abgemeldet, vielleicht in einem anderen Tab. Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular noch einmal.
problem-cross-site-title = Die Anfrage kam von einer anderen Seite
problem-cross-site-text = Es wurde nichts geändert. Öffnen Sie die Seite hier und senden Sie das Formular von dort.
problem-wrong-host-title = Falsche Adresse
problem-wrong-host-text = Dieser Dienst ist nur unter { $url } erreichbar.
problem-fault-title = Bei uns ist etwas kaputtgegangen
problem-fault-text = Es ist nichts verloren, was Sie nicht noch einmal senden können. Versuchen Sie es noch einmal; wenn es wieder geschieht, sagen Sie es Ihrem Administrator.
problem-slow-title = Das dauert zu lange
problem-slow-text = Ob es noch gelingt, ist offen. Warten Sie eine Minute und sehen Sie nach, bevor Sie es noch einmal senden.
problem-unavailable-title = Das geht gerade nicht
problem-unavailable-text = Die Datenbank dieses Dienstes ist ausgelastet oder nicht erreichbar. Nichts wurde geändert, und was vorher gespeichert war, bleibt gespeichert. Versuchen Sie es in ein paar Sekunden noch einmal; wenn es so bleibt, sagen Sie es Ihrem Administrator.

# Ablehnungen: was geschah und was zu tun ist.
refusal-fields = Prüfen Sie die markierten Felder.
refusal-bad-credentials = Benutzername oder Kennwort ist falsch. Prüfen Sie beides und versuchen Sie es noch einmal.
refusal-locked-out = Zum Schutz dieses Kontos ist die Anmeldung gesperrt, bis { $until }. Sie müssen nicht warten: Setzen Sie stattdessen das Kennwort zurück.
refusal-sign-in-needed = Melden Sie sich zuerst an.
refusal-fresh-proof-needed = Weisen Sie nach, dass Sie es sind, bevor Sie das ändern.
refusal-not-allowed = Ihre Rolle erlaubt das nicht. Ein globaler Administrator kann Ihnen eine passende geben.
refusal-holds-more-rights = Diese Person hat Rechte, die Sie nicht haben. Ein globaler Administrator kann das tun.
refusal-last-global-administrator = Das ist der letzte globale Administrator, der sich anmelden kann. Bestimmen Sie zuerst einen weiteren.
refusal-not-on-yourself = Das können Sie nicht am eigenen Konto tun. Ein anderer Administrator kann es.
refusal-not-found = Das gibt es nicht oder nicht mehr.
refusal-changed-meanwhile = Jemand anderes hat das inzwischen geändert. Laden Sie die Seite neu, prüfen Sie sie und speichern Sie noch einmal.
refusal-name-taken = Dieser Name ist vergeben. Wählen Sie einen anderen.
refusal-unknown-domain = Keine Organisation hat hier diese Domäne.
refusal-group-in-use = Für diese Gruppe ist die Kennwortzurücksetzung eingeschaltet. Nehmen Sie sie zuerst unter Kennwortzurücksetzung > Eigenschaften heraus.
refusal-group-cycle = Diese Gruppe enthält die andere schon. Eine Gruppe kann sich nicht selbst enthalten.
refusal-policy-unsatisfiable = Niemand könnte zurücksetzen: Es sind weniger Arten von Methoden verfügbar als verlangt. Lassen Sie eine weitere Methode zu oder verlangen Sie nur eine.
refusal-robot-check = Die Prüfung, dass Sie kein Roboter sind, wurde nicht bestanden. Beantworten Sie sie noch einmal.
refusal-robot-too-fast = Das kam schneller, als Menschen lesen, und zählt deshalb nicht. Lassen Sie sich ein paar Sekunden Zeit und beantworten Sie die neue Frage.
refusal-robot-too-many = Von dort, wo Sie sind, wurden zu viele dieser Fragen beantwortet. Versuchen Sie es nach { $until } noch einmal oder mit einem Browser, der JavaScript ausführt: Dort braucht es keine Antwort.
refusal-destination-mismatch = Diese Nummer ist nicht die, die wir haben. Prüfen Sie sie, mit der Ländervorwahl.
refusal-code-wrong = Das ist nicht der Code. Sehen Sie in der neuesten Nachricht nach und versuchen Sie es noch einmal.
refusal-code-dead = Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.
refusal-blocked = Es gab zu viele falsche Versuche. Sie können es nach { $until } noch einmal versuchen oder Ihren Administrator um Hilfe bitten.
refusal-too-many-messages = Es wurden zu viele Codes angefordert. Sie können nach { $until } wieder einen anfordern oder einen anderen Weg nehmen.
refusal-reset-expired = Das dauerte länger als { $minutes } Minuten und wurde zur Sicherheit beendet. Es wurde nichts geändert.
refusal-reset-void = Dieser Vorgang ist vorbei: Er wurde abgeschlossen oder abgebrochen, oder das Konto hat sich seitdem geändert.
refusal-not-offered = Das ist an dieser Stelle nicht möglich. Machen Sie mit dem weiter, was die Seite anbietet.
refusal-password = Dieses Kennwort geht nicht.
refusal-current-password-wrong = Das ist nicht Ihr aktuelles Kennwort.
refusal-already-registered = Das ist schon registriert.
refusal-own-mailbox = Nehmen Sie eine Adresse außerhalb dieses Kontos. Einen Code in dem Postfach, aus dem Sie ausgesperrt sind, könnten Sie nicht lesen.
refusal-still-needed = Ihre Organisation verlangt das. Richten Sie zuerst etwas anderes ein.
refusal-link-dead = Dieser Link wurde schon benutzt, ist zu alt oder unvollständig.
refusal-set-up-already = Keyward ist schon eingerichtet. Melden Sie sich an.
refusal-unable = Für dieses Konto gibt es keine Kennwortzurücksetzung.
refusal-busy = Gerade melden sich viele Menschen an. Es wurde nichts versucht; warten Sie ein paar Sekunden und versuchen Sie es noch einmal.
refusal-directory-away = Das Verzeichnis Ihrer Organisation ist gerade nicht erreichbar, deshalb wurde nichts geändert. Versuchen Sie es in ein paar Minuten noch einmal, oder wenden Sie sich an Ihren Administrator.
refusal-agent-code-dead = Unter diesem Code wartet kein Agent: Er ist vertippt, wurde schon benutzt oder ist älter als 15 Minuten. Prüfen Sie ihn, oder starten Sie keyward-connect configure noch einmal.

# Was an einem Feld nicht stimmt.
fault-empty = Füllen Sie dieses Feld aus
fault-too-long = Das ist zu lang
fault-unprintable = Hier steht ein Zeichen, das sich nicht anzeigen lässt. Tippen Sie es neu
fault-name-malformed = Geben Sie einen Namen aus Buchstaben, Ziffern und Leerzeichen ein
fault-name-empty = Geben Sie Ihren Benutzernamen ein
fault-upn-malformed = Geben Sie einen Benutzernamen wie adele@contoso.example ein: vor dem @ Buchstaben, Ziffern und . - _ '
fault-upn-taken = Ein anderer Benutzer hat diesen Namen
fault-upn-domain = Diese Domäne gehört nicht zu Ihrer Organisation
fault-domain-malformed = Geben Sie eine Domäne wie contoso.example ein
fault-domain-taken = Eine andere Organisation hat diese Domäne
fault-mail-malformed = Geben Sie eine Adresse wie name@example.org ein
fault-mail-empty = Geben Sie eine E-Mail-Adresse ein
fault-phone-malformed = Geben Sie die ganze Nummer mit Ländervorwahl ein, etwa +49 151 23456789
fault-phone-empty = Geben Sie eine Telefonnummer ein
fault-phone-kind = An diese Art von Nummer lassen sich keine Codes senden. Geben Sie eine Mobilnummer ein
fault-method-empty = Wählen Sie eines aus
fault-too-many-methods = Davon haben Sie schon zwei. Entfernen Sie zuerst eine
fault-group-name-taken = Eine andere Gruppe hat diesen Namen
fault-group-unknown = Eine der Gruppen gibt es nicht mehr
fault-groups-empty = Wählen Sie mindestens eine Gruppe aus
fault-days-range = Geben Sie eine Zahl von 0 bis 730 Tagen ein
fault-helpdesk-malformed = Geben Sie eine https-Adresse oder eine E-Mail-Adresse ein

# Was an einem neuen Kennwort nicht stimmt.
password-too-short = Nehmen Sie { $min } Zeichen oder mehr
password-too-long = Nehmen Sie höchstens { $max } Zeichen
password-unprintable = Lassen Sie Zeichen weg, die sich nicht anzeigen lassen
password-names-you = Nehmen Sie nicht den eigenen Namen, die eigene Adresse oder die Organisation
password-common = Nehmen Sie keine Wörter, Jahreszahlen oder Tastenreihen, die jeder probiert
password-organisation-word = Nehmen Sie keine Wörter, die Ihre Organisation gesperrt hat
password-mismatch = Die beiden Kennwörter sind verschieden. Tippen Sie zweimal dasselbe
password-same-as-old = Wählen Sie eines, das Sie nicht schon haben
