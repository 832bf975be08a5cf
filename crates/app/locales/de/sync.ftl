# Connect: was Verzeichnisse gebracht haben, und was auf eine Entscheidung wartet.

refusal-mastered-elsewhere = Das kommt aus Ihrem lokalen Verzeichnis und wird hier nur angezeigt. Ändern Sie es dort; hier folgt es in Sekunden.

connect-runs-title = Synchronisierungsläufe
connect-runs-lead = Was aus Ihren Verzeichnissen kam, und was nicht übernommen werden konnte. Läufe werden eine Woche lang aufgehoben.
connect-runs-none = Noch wurde nichts synchronisiert
connect-runs-none-text = Sobald ein Agent neben einem Verzeichnis angefangen hat, stehen seine Läufe hier.
connect-run-col-at = Begonnen
connect-run-col-directory = Verzeichnis
connect-run-col-mode = Gelesen
connect-run-col-state = Stand
connect-run-col-added = Hinzugefügt
connect-run-col-updated = Geändert
connect-run-col-deleted = Gelöscht
connect-run-col-errors = Fehler
connect-mode-full = Alles
connect-mode-delta = Änderungen
connect-mode-preview = Vorschau
connect-state-running = Läuft
connect-state-done = Fertig
connect-state-cut = Abgebrochen
connect-state-held = Zurückgehalten
connect-state-abandoned = Aufgegeben
connect-run-title = Lauf von { $name }
connect-run-preview-text = Das war eine Vorschau: Es wurde nichts geändert.
connect-run-cut-text = Der Agent konnte nicht zu Ende lesen. Was angekommen war, wurde übernommen; gelöscht wurde nichts.
connect-run-abandoned-text = Der Agent ist verstummt, deshalb trat ein anderer Lauf an die Stelle. Gelöscht wurde nichts.
connect-run-held-text = Löschungen wurden zurückgehalten: Darüber entscheidet ein Administrator.
connect-run-message = Was der Agent sagt
connect-run-facts = Zahlen
connect-run-read = Gelesene Objekte
connect-run-joined = Aus der Cloud übernommen
connect-run-members-added = Hinzugefügte Mitglieder
connect-run-members-removed = Entfernte Mitglieder
connect-run-held = Zurückgehaltene Löschungen
connect-run-ended = Beendet
connect-run-errors = Was nicht übernommen werden konnte
connect-run-errors-hint = Was nicht übernommen werden konnte, wartet und wird von selbst wieder versucht, wenn sich etwas geändert hat.
connect-run-errors-none = Alles konnte übernommen werden.
connect-run-errors-csv = Fehler exportieren
connect-error-col-object = Objekt
connect-error-col-why = Was falsch ist, und was zu tun ist
connect-error-col-where = Wo es liegt
connect-run-changes = Was getan würde
connect-run-changes-none = Nichts würde sich ändern.
connect-run-changes-csv = Änderungen exportieren
connect-change-col-action = Was
connect-change-col-object = Objekt
connect-change-col-changes = Änderungen
connect-action-add = Hinzufügen
connect-action-update = Ändern
connect-action-join = Übernehmen
connect-action-restore = Wiederherstellen
connect-action-move = Hierher umziehen
connect-action-delete = Löschen
connect-action-hold = Nach Rückfrage löschen
connect-action-members = Mitglieder
connect-to-deletions = Über Löschungen entscheiden

connect-deletions-title = Ausstehende Löschungen
connect-deletions-lead = So viele Benutzer und Gruppen sind auf einmal aus einem Verzeichnis verschwunden, dass Sie erst gefragt werden. Alles andere läuft inzwischen weiter.
connect-deletions-none = Nichts wartet auf Sie
connect-deletions-none-text = Mehr als 500 Löschungen auf einmal, mehr als ein Zehntel eines Verzeichnisses oder alles darin würde hier warten.
connect-deletions-of = { $count ->
    [one] Eine Löschung in { $name } wartet seit
   *[other] { $count } Löschungen in { $name } warten seit
}
connect-deletions-decide = Ansehen und entscheiden
connect-deletion-title = { $count ->
    [one] Ein Objekt von { $name } löschen?
   *[other] { $count } Objekte von { $name } löschen?
}
connect-deletion-why = Meist ist eine Organisationseinheit nicht mehr angehakt, sie wurde geleert, oder der Agent hat Rechte verloren. Wenn das nicht Ihre Absicht war, behalten Sie alle und beheben Sie die Ursache.
connect-deletion-scope = { $count ->
    [one] Das Verzeichnis hat hier einen Benutzer oder eine Gruppe.
   *[other] Das Verzeichnis hat hier { $n } Benutzer und Gruppen.
}
connect-deletion-users = { $count ->
    [0] Benutzer sind nicht darunter.
    [one] Ein Benutzer kann sich nicht mehr anmelden. Er lässt sich 30 Tage lang wiederherstellen, indem man ihn im Verzeichnis zurückholt.
   *[other] { $n } Benutzer können sich nicht mehr anmelden. Sie lassen sich 30 Tage lang wiederherstellen, indem man sie im Verzeichnis zurückholt.
}
connect-deletion-groups = { $count ->
    [0] Gruppen sind nicht darunter.
    [one] Eine Gruppe ist endgültig weg.
   *[other] { $n } Gruppen sind endgültig weg.
}
connect-deletion-administrators = { $count ->
    [one] Einer der Benutzer hat eine Administratorrolle.
   *[other] { $n } der Benutzer haben eine Administratorrolle.
}
connect-deletion-in-scope = { $count ->
    [one] Für eine der Gruppen ist die Kennwortzurücksetzung eingeschaltet, oder eine Richtlinie oder Methode nennt sie. Sie bleibt, bis Sie sie unter Kennwortzurücksetzung herausnehmen.
   *[other] Für { $n } der Gruppen ist die Kennwortzurücksetzung eingeschaltet, oder Richtlinien oder Methoden nennen sie. Sie bleiben, bis Sie sie unter Kennwortzurücksetzung herausnehmen.
}
connect-deletion-list = Was gelöscht würde
connect-deletion-col-name = Name
connect-deletion-col-kind = Art
connect-deletion-col-at = Fehlt seit
connect-deletion-type = Zum Bestätigen { $count } eingeben
connect-deletion-approve = Löschen
connect-deletion-reject = Behalten
connect-deletion-reject-text = Alle bleiben, wie sie sind. Findet der nächste vollständige Lauf sie immer noch nicht, werden Sie wieder gefragt.
fault-count-differs = Geben Sie die Zahl genau so ein, wie sie dasteht
note-deletions-approved = { $count ->
    [0] Nichts konnte gelöscht werden.
    [one] Ein Objekt wurde gelöscht.
   *[other] { $n } Objekte wurden gelöscht.
}
note-deletions-rejected = { $count ->
    [one] Ein Objekt wurde behalten.
   *[other] { $n } Objekte wurden behalten.
}

connect-contacts-title = Ausstehende Kontaktdaten
connect-contacts-lead = Aus einem Verzeichnis kamen auf einmal andere Telefonnummern oder E-Mail-Adressen so vieler Benutzer, dass Sie erst gefragt werden. Alles andere läuft inzwischen weiter.
connect-contacts-none = Nichts wartet auf Sie
connect-contacts-none-text = Andere Kontaktdaten von mehr als 500 Benutzern in einer Stunde oder von mehr als einem Zehntel eines Verzeichnisses würden hier warten.
connect-contacts-of = { $count ->
    [one] Kontaktdaten eines Benutzers in { $name } warten seit
   *[other] Kontaktdaten von { $count } Benutzern in { $name } warten seit
}
connect-contacts-decide = Ansehen und entscheiden
connect-contact-title = { $count ->
    [one] Andere Kontaktdaten eines Benutzers von { $name } übernehmen?
   *[other] Andere Kontaktdaten von { $count } Benutzern von { $name } übernehmen?
}
connect-contact-why = Meist hat ein Werkzeug Nummern für alle geschrieben, oder die Maildomäne hat gewechselt. Wenn das niemand wollte, behalten Sie, was hier steht, und klären Sie, wer in das Verzeichnis geschrieben hat.
connect-contact-use = Sie werden beim Registrieren vorgeschlagen, und an die E-Mail-Adressen gehen Mitteilungen. Was schon registriert ist, bleibt, wie es ist.
connect-contact-list = Was sich ändern würde
connect-contact-col-user = Benutzer
connect-contact-col-what = Was
connect-contact-col-old = Hier
connect-contact-col-new = Im Verzeichnis
connect-contact-mail = E-Mail
connect-contact-mobile = Mobiltelefon
connect-contact-office = Bürotelefon
connect-contact-administrator = Administrator
connect-contact-reject = Behalten, was hier steht
connect-contact-reject-text = Alle bleiben, wie sie sind. Findet der nächste vollständige Lauf im Verzeichnis noch immer andere, werden Sie wieder gefragt.
connect-contact-approve = Übernehmen, was im Verzeichnis steht
connect-contact-approve-text = Wessen Adresse inzwischen jemand anderem gehört, der bleibt, wie er ist.
note-contacts-approved = { $count ->
    [0] Niemandes Kontaktdaten konnten geändert werden.
    [one] Die Kontaktdaten eines Benutzers wurden geändert.
   *[other] Die Kontaktdaten von { $n } Benutzern wurden geändert.
}
note-contacts-rejected = { $count ->
    [one] Ein Benutzer behält die Kontaktdaten, die hier stehen.
   *[other] { $n } Benutzer behalten die Kontaktdaten, die hier stehen.
}

synced-from = Aus { $name } synchronisiert
synced-text = Dieses Konto kommt aus { $name } und wird hier nur angezeigt: Name, Stand und Kontaktdaten werden im Verzeichnis geändert und folgen hier in Sekunden.
synced-group-text = Diese Gruppe kommt aus { $name } und wird hier nur angezeigt: Name und Mitglieder werden im Verzeichnis geändert und folgen hier in Sekunden.
synced-card = Verzeichnis
synced-changed = Letzte Änderung aus dem Verzeichnis
synced-dn = Wo es liegt
synced-account = Kontoname
synced-sid = Sicherheitskennung
synced-anchor = Quellanker
synced-telephone = Telefon
synced-mobile = Mobilnummer, wie sie dort steht
synced-usage-location = Nutzungsstandort
synced-policy = Kennwortrichtlinie
synced-protected = Im Verzeichnis geschützt: Das Kennwort wird nie von hier zurückgesetzt.

sync-error-bad-upn = Der Benutzername fehlt oder hat Zeichen, mit denen sich niemand anmelden kann. Berichtigen Sie ihn im Verzeichnis.
sync-error-unknown-domain = Die Domäne des Benutzernamens gehört nicht zu Ihrer Organisation. Fügen Sie die Domäne hinzu, oder geben Sie dem Benutzer einen Namen in einer Ihrer Domänen.
sync-error-duplicate-upn = Jemand anderes hat diesen Benutzernamen. Ändern Sie einen der beiden.
sync-error-duplicate-mail = Jemand anderes hat diese E-Mail-Adresse, deshalb fehlt sie hier. Ändern Sie eine der beiden.
sync-error-admin-role = Einen Benutzer mit diesem Namen oder dieser E-Mail-Adresse gibt es hier schon, und er hat eine Administratorrolle. Deshalb wird er nicht übernommen. Entfernen Sie die Rolle, synchronisieren Sie, und geben Sie sie zurück.
sync-error-ambiguous-match = Benutzername und E-Mail-Adresse gehören hier zu verschiedenen Benutzern. Ändern Sie eines davon, damit klar ist, wer gemeint ist.
sync-error-anchor-changed = Der Quellanker dieses Kontos wurde im Verzeichnis geändert. Setzen Sie den alten Wert wieder ein; bis dahin bleibt der Benutzer, wie er war.
sync-error-anchor-elsewhere = Das ist ein Benutzer eines anderen Verzeichnisses, in dem das Konto noch besteht. Der Benutzer zieht hierher um, sobald das Konto dort gelöscht ist.
sync-error-anchor-reused = Ein anderes Konto mit einer anderen SID gibt sich für diesen Benutzer aus. Geben Sie ihm einen eigenen Quellanker, oder löschen Sie erst den Benutzer im Verzeichnis.
sync-error-duplicate-anchor = Zwei Konten haben denselben Quellanker. Berichtigen Sie eines davon.
sync-error-bad-mail = Die E-Mail-Adresse ist unbrauchbar und wurde weggelassen. Berichtigen Sie sie im Verzeichnis.
sync-error-too-long = Ein Attribut ist länger, als hier aufgehoben wird, und wurde gekürzt.
sync-error-last-administrator = Das ist der letzte globale Administrator, der sich anmelden kann. Deshalb bleibt das Konto eingeschaltet. Ernennen Sie erst einen anderen.
sync-error-password-unseen = Ein Agent hat gemeldet, ein neues Kennwort gesetzt zu haben, aber das Verzeichnis zeigt noch ein älteres. Klären Sie, was dieser Agent getan hat, bevor Sie ihm vertrauen.
sync-error-contacts-held = So viele Benutzer haben auf einmal andere Kontaktdaten bekommen, dass erst gefragt wird, unter Connect > Ausstehende Kontaktdaten. Bis dahin bleiben die alten.
sync-error-bad-name = Die Gruppe hat keinen Namen, der sich anzeigen lässt. Geben Sie ihr einen.
sync-error-duplicate-name = Eine andere Gruppe hat diesen Namen. Benennen Sie eine der beiden um.
sync-error-unknown-group = Es kamen Mitglieder für eine Gruppe, die nicht im Umfang ist. Nehmen Sie die Gruppe auf, oder beachten Sie das nicht.

## Auf Wunsch

connect-sync-now = Jetzt synchronisieren
connect-sync-preview = Vorschau
connect-sync-full = Alles lesen
connect-sync-hint = Änderungen kommen von selbst innerhalb von Sekunden. Eine Vorschau liest alles und ändert nichts: Ihr Lauf zeigt, was geschähe.
connect-sync-away = Kein Agent dieses Verzeichnisses war zu fragen: Keiner hat sich in letzter Zeit gemeldet, das Verzeichnis antwortet keinem, oder keiner ist für das Synchronisieren eingerichtet. Sehen Sie unter Connect > Agents nach.
connect-sync-no-answer = Der Agent hat noch nicht geantwortet. Tut er es innerhalb einer Minute, fängt er trotzdem an, und sein Lauf steht dann hier.
connect-sync-refused = Der Agent wollte nicht anfangen: Synchronisieren ist in seiner Konfiguration ausgeschaltet, oder er traute der Frage nicht. Sehen Sie in sein Protokoll.
note-sync-begun = Der Agent fängt an. Sein Lauf steht gleich hier.
