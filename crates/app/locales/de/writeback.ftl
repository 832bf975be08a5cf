# Kennwörter, die im eigenen Verzeichnis einer Organisation liegen.

## Was schiefging, in Worten (je ein Satz: was geschehen ist und was zu tun ist)

refusal-directory-credentials = Benutzername oder Kennwort ist falsch, oder das Verzeichnis Ihrer Organisation hat das Konto gesperrt. Prüfen Sie beides und versuchen Sie es noch einmal, oder wählen Sie „Kennwort vergessen“, um es zurückzusetzen oder zu entsperren.
refusal-writeback-off = Kennwörter aus dem Verzeichnis Ihrer Organisation können hier nicht gesetzt werden. Ändern Sie es an einem Rechner Ihrer Organisation, oder fragen Sie Ihren Administrator.
refusal-writeback-pending = Das Verzeichnis Ihrer Organisation ist noch dabei. Warten Sie einen Moment: Es muss nichts noch einmal gesendet werden.
refusal-writeback-unknown = Die Verbindung riss ab, während das Verzeichnis Ihrer Organisation dabei war; darum wissen wir nicht, ob es geschehen ist. Versuchen Sie zuerst, sich mit dem neuen Kennwort anzumelden. Geht das nicht, gilt noch das alte: Beginnen Sie dann von vorn.
refusal-temporary-unseen = Das Verzeichnis hat noch nicht geantwortet; darum wird das temporäre Kennwort nicht gezeigt: Lehnt das Verzeichnis es ab, wäre es keines. Sehen Sie in einer Minute in den Verlauf auf der Seite des Benutzers, und setzen Sie dann noch einmal zurück.
refusal-directory-too-short = Ihre Organisation verlangt { $n } Zeichen oder mehr. Wählen Sie ein längeres Kennwort
refusal-directory-complexity = Ihre Organisation verlangt drei davon: Großbuchstaben, Kleinbuchstaben, Ziffern, andere Zeichen, und keinen Teil Ihres Namens. Wählen Sie ein anderes Kennwort
refusal-directory-history = Dieses Kennwort hatten Sie schon einmal. Die letzten { $n } können nicht wieder verwendet werden: Wählen Sie ein anderes
refusal-directory-used-before = Dieses Kennwort hatten Sie schon einmal. Wählen Sie ein anderes
refusal-directory-too-young = Das Kennwort wurde erst vor Kurzem geändert, und Ihre Organisation lässt zwischen zwei Änderungen etwas Zeit vergehen. Nehmen Sie das jetzige, oder fragen Sie Ihren Administrator.
refusal-directory-too-young-until = Das Kennwort wurde erst vor Kurzem geändert. Ihre Organisation erlaubt die nächste Änderung nach { $until }. Nehmen Sie bis dahin das jetzige, oder fragen Sie Ihren Administrator.
refusal-directory-banned = Ihre Organisation erlaubt dieses Kennwort nicht, weil es leicht zu erraten ist. Wählen Sie ein anderes
refusal-directory-policy = Das Verzeichnis Ihrer Organisation nimmt dieses Kennwort nicht und sagt nicht, warum. Wahrscheinlich hatten Sie es schon einmal, oder es steht auf einer Liste schwacher Kennwörter. Wählen Sie ein ganz anderes
refusal-directory-protected = Dieses Konto ist besonders geschützt; sein Kennwort wird nie von hier aus gesetzt. Wenden Sie sich an Ihren Administrator.
refusal-directory-cannot-change = Das Kennwort dieses Kontos kann nicht von seinem Benutzer geändert werden. Wenden Sie sich an Ihren Administrator.
refusal-directory-locked = Das Verzeichnis Ihrer Organisation hat dieses Konto nach falschen Kennwörtern gesperrt. Wählen Sie „Kennwort vergessen“, um es zurückzusetzen oder zu entsperren, oder warten Sie, bis es sich von selbst öffnet.
refusal-directory-disabled = Ihr Konto ist im Verzeichnis Ihrer Organisation deaktiviert. Ihr Kennwort ist richtig; Ihr Administrator kann das Konto wieder aktivieren.
refusal-directory-account-expired = Ihr Konto im Verzeichnis Ihrer Organisation ist abgelaufen. Ihr Kennwort ist richtig; Ihr Administrator kann das Konto verlängern.
refusal-directory-not-now = Ihre Organisation lässt dieses Konto zu dieser Stunde oder von hier aus nicht anmelden. Ihr Kennwort ist richtig; versuchen Sie es später, oder fragen Sie Ihren Administrator.
refusal-directory-smart-card = Dieses Konto meldet sich mit einer Smartcard an und hat kein Kennwort, das man setzen könnte. Nehmen Sie die Karte, oder fragen Sie Ihren Administrator.
refusal-directory-reset-instead = Das Verzeichnis Ihrer Organisation verlangt zuerst ein neues Kennwort. Melden Sie sich ab und wieder an, um es zu wählen, oder wählen Sie „Kennwort vergessen“.
refusal-directory-not-there = Das Verzeichnis Ihrer Organisation lässt uns nicht an dieses Konto, darum wurde nichts geändert. Ihre Administratoren wissen Bescheid; wenden Sie sich an sie.
refusal-directory-trouble = Das Verzeichnis Ihrer Organisation konnte das nicht tun, weil dort erst etwas in Ordnung gebracht werden muss. Es wurde nichts geändert, und Ihre Administratoren wissen Bescheid. Versuchen Sie es später noch einmal, oder wenden Sie sich an sie.

password-complexity = Nehmen Sie drei davon: Großbuchstaben, Kleinbuchstaben, Ziffern, andere Zeichen

## Bevor ein Kennwort getippt wird

terms-title = Wie Ihr neues Kennwort sein muss
terms-kinds = { $n } davon: Großbuchstaben, Kleinbuchstaben, Ziffern, andere Zeichen
terms-hard-to-guess = Schwer zu erraten: keine Namen und wenig von dem, was alle probieren
terms-not-breached = Nicht aus einem Einbruch in einen anderen Dienst bekannt
terms-not-present = Nicht das, das Sie jetzt haben
terms-not-used = { $n ->
    [one] Nicht das, das Sie jetzt haben, und nicht das davor
   *[other] Nicht das, das Sie jetzt haben, und keines der { $n } davor
}
terms-source-organization = verlangt Ihre Organisation
terms-source-directory = verlangt ihr Verzeichnis
terms-complexity = Drei davon: Großbuchstaben, Kleinbuchstaben, Ziffern, andere Zeichen
terms-history = { $n ->
    [one] Nicht das, das Sie zuletzt hatten
   *[other] Keines Ihrer letzten { $n } Kennwörter
}
terms-not-before = Ihre Organisation erlaubt die nächste Änderung nach { $until }.

## Während das Verzeichnis dabei ist

wait-title = Einen Moment
wait-lead = Das Verzeichnis Ihrer Organisation ist dabei. Diese Seite sieht von selbst wieder nach.
wait-again = Jetzt nachsehen
unknown-title = Das wissen wir noch nicht
unknown-signin = Anmelden versuchen
unlock-title = Konto entsperren
unlock-lead = Sie haben bewiesen, dass Sie es sind. Das Kennwort bleibt, wie es ist.
unlock-button = Mein Konto entsperren
ended-title = Das geht hier nicht

## Für Administratoren

users-unable-account-protected = im Verzeichnis geschützt
reason-account-protected = im Verzeichnis geschützt
reason-directory-away = das Verzeichnis war nicht erreichbar; es wurde nichts geändert
reason-writeback-off = das Zurückschreiben von Kennwörtern ist ausgeschaltet, oder das Abonnement dafür fehlt
reason-writeback-pending = eine andere Änderung dieses Kontos war im Gang
reason-writeback-unknown = im Verzeichnis begonnen, und die Antwort ging verloren: Sehen Sie dort nach, wann das Kennwort zuletzt gesetzt wurde
reason-temporary-unseen = ein temporäres Kennwort war unterwegs ins Verzeichnis und wurde nicht gezeigt
reason-directory-wrong-password = das Verzeichnis sagt: falsches Kennwort
reason-directory-must-change = das Verzeichnis sagt: das Kennwort muss erst geändert werden
reason-directory-expired = das Verzeichnis sagt: das Kennwort ist abgelaufen
reason-directory-locked = das Verzeichnis sagt: das Konto ist gesperrt
reason-directory-disabled = das Verzeichnis sagt: das Konto ist deaktiviert. Aktivieren Sie es dort
reason-directory-account-expired = das Verzeichnis sagt: das Konto ist abgelaufen. Verlängern Sie es dort
reason-directory-logon-hours = das Verzeichnis sagt: außerhalb der Stunden dieses Kontos
reason-directory-workstation = das Verzeichnis sagt: nicht von diesem Rechner aus
reason-directory-not-now = das Verzeichnis sagt: nicht zu dieser Stunde oder nicht von hier aus
reason-directory-smart-card = das Konto nimmt nur Smartcards
reason-directory-policy = gegen die Kennwortrichtlinie des Verzeichnisses; welche Regel, sagt es nicht
reason-directory-too-short = zu kurz für die Richtlinie des Verzeichnisses
reason-directory-complexity = zu einfach für die Richtlinie des Verzeichnisses
reason-directory-history = früher schon verwendet
reason-directory-too-young = zu kürzlich geändert für die Richtlinie des Verzeichnisses
reason-directory-banned = ein Filter des Verzeichnisses erlaubt es nicht
reason-directory-protected = ein geschütztes Konto: der Agent setzt solche nie zurück
reason-directory-cannot-change = am Konto ist „Benutzer kann Kennwort nicht ändern“ gesetzt
reason-directory-no-right = dem Dienstkonto des Agenten fehlt das Recht, bei diesem Konto Kennwörter zurückzusetzen oder lockoutTime und pwdLastSet zu schreiben. `keyward-connect doctor` auf dem Rechner des Agenten zeigt den Befehl, der es gibt
reason-directory-not-found = das Verzeichnis hat dieses Objekt nicht mehr. Die nächste Synchronisierung zeigt, was daraus wurde
reason-directory-out-of-scope = das Konto liegt außerhalb der Einheiten, die der Agent anrühren darf
reason-directory-switched-off = das ist in der Konfiguration des Agenten ausgeschaltet
reason-directory-bad-task = der Agent traute dem Auftrag nicht. Vergleichen Sie seine Uhr, und sehen Sie in sein Protokoll
reason-directory-no-journal = die Platte des Agenten ist voll, darum beginnt er nichts. Schaffen Sie dort Platz
mail-help-reason-account-protected = Ohne Ihre Hilfe geht es nicht: Das Konto ist in Ihrem Verzeichnis geschützt, und sein Kennwort wird nie von hier aus gesetzt. Setzen Sie es im Verzeichnis.

mail-directory-trouble-subject = Ein Kennwort konnte nicht in Ihr Verzeichnis geschrieben werden
mail-directory-trouble-text =
    Am { $when } wollte { $name } ({ $upn }) ein Kennwort setzen oder das Konto entsperren, und Ihr Verzeichnis ließ es nicht zu. Es wurde nichts geändert. Dort steht, dass Sie Bescheid wissen ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }).

    Was in Ordnung zu bringen ist: { $reason }.

    Diese Mail kommt je Verzeichnis und Ursache höchstens einmal in der Stunde.
mail-directory-trouble-link = Seite des Benutzers öffnen
