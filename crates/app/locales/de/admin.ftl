# Das Admin Center: für jemanden mit vierzig anderen Systemen.

search = Suchen
export-csv = CSV exportieren
edit = Bearbeiten
add = Hinzufügen
remove = Entfernen
keep = So lassen
yes = Ja
no = Nein
crumbs = Sie sind hier
pages = Seiten
pages-first = Erste Seite
pages-shown = { $count ->
    [one] { $n } Eintrag auf dieser Seite
   *[other] { $n } Einträge auf dieser Seite
}
pick-none = Keine Treffer
pick-users = Benutzer suchen
pick-groups = Gruppen suchen
pick-members = Benutzer und Gruppen suchen
pick-members-hint = Name, Benutzername oder Gruppe
fault-nobody-chosen = Wählen Sie mindestens einen Eintrag aus
fault-name-differs = Geben Sie den Namen genau so ein, wie er angezeigt wird
fault-held-password = Setzen Sie zuerst das Kennwort zurück, oder bestätigen Sie, dass es bleiben darf

# Was gerade getan wurde.
note-user-saved = Der Benutzer wurde gespeichert.
note-user-block = Die Anmeldung ist gesperrt, alle Sitzungen sind beendet.
note-user-unblock = Die Anmeldung ist wieder erlaubt.
note-user-delete = Der Benutzer wurde gelöscht und kann 30 Tage lang wiederhergestellt werden.
note-user-restore = Der Benutzer wurde wiederhergestellt.
note-user-unlock = Das Konto ist entsperrt.
note-user-revoke-sessions = Alle Sitzungen sind beendet.
note-user-reregister = Alle Methoden wurden entfernt. Der Benutzer registriert sich bei der nächsten Anmeldung neu.
note-users-block = { $count ->
    [one] Die Anmeldung wurde für einen Benutzer gesperrt.
   *[other] Die Anmeldung wurde für { $n } Benutzer gesperrt.
}
note-users-revoke-sessions = { $count ->
    [one] Die Sitzungen eines Benutzers sind beendet.
   *[other] Die Sitzungen von { $n } Benutzern sind beendet.
}
note-method-added = Die Methode wurde hinzugefügt. Der Benutzer wurde benachrichtigt.
note-method-removed = Die Methode wurde entfernt. Der Benutzer wurde benachrichtigt.
note-group-created = Die Gruppe wurde erstellt.
note-group-saved = Die Gruppe wurde gespeichert.
note-group-deleted = Die Gruppe wurde gelöscht.
note-members-added = { $count ->
    [one] Ein Mitglied wurde hinzugefügt.
   *[other] { $n } Mitglieder wurden hinzugefügt.
}
note-member-removed = Das Mitglied wurde entfernt.
note-owners-added = { $count ->
    [one] Ein Besitzer wurde hinzugefügt.
   *[other] { $n } Besitzer wurden hinzugefügt.
}
note-owner-removed = Der Besitzer wurde entfernt.
note-role-assigned = { $count ->
    [one] Die Rolle wurde einem Benutzer zugewiesen.
   *[other] Die Rolle wurde { $n } Benutzern zugewiesen.
}
note-role-removed = Die Rolle wurde entfernt.
note-delivery-retried = Es wird gleich noch einmal versucht.
note-delivery-dropped = Die Nachricht wurde verworfen.
note-deliveries-dropped = { $count ->
    [0] Nichts war veraltet.
    [one] Eine Nachricht wurde verworfen.
   *[other] { $n } Nachrichten wurden verworfen.
}
note-policy-saved = Die Änderung wurde gespeichert und gilt ab jetzt.
note-policy-same = Es gab nichts zu ändern.

# Benutzer.
users-title = Benutzer
users-lead = Alle, die sich in Ihrer Organisation anmelden können.
users-new = Neuer Benutzer
users-new-lead = Der Benutzer erhält ein temporäres Kennwort, das Sie einmal sehen.
users-search = Benutzer suchen
users-search-hint = Name oder Benutzername
users-filter-all = Alle
users-filter-enabled = Aktiviert
users-filter-blocked = Gesperrt
users-filter-held = Angehalten
users-filter-administrators = Administratoren
users-filter-deleted = Gelöscht
users-all = Alle Benutzer anzeigen
users-back = Zurück zu den Benutzern
users-empty = Keine Treffer
users-empty-text = Suchen Sie nach dem Anfang eines Namens oder Benutzernamens, oder nehmen Sie einen Filter weg.
users-deleted-empty = Niemand wurde gelöscht
users-deleted-empty-text = Gelöschte Benutzer können hier 30 Tage lang wiederhergestellt werden.
users-select-all = Alle Benutzer auf dieser Seite auswählen
users-select = { $name } auswählen
users-selected = { "{n}" } ausgewählt
users-col-name = Name
users-col-upn = Benutzername
users-col-state = Anmeldung
users-col-department = Abteilung
users-col-password = Kennwort zuletzt gesetzt
users-col-deleted = Gelöscht
users-col-restorable = Wiederherstellbar bis
users-state-enabled = Aktiviert
users-state-blocked = Gesperrt
users-state-held = Angehalten
users-state-deleted = Gelöscht
users-temporary = Temporäres Kennwort
users-no-password = Nie

users-edit-title = { $name } bearbeiten
users-edit-lead = Änderungen gelten sofort.
users-upn-hint = Die Domäne ist eine von: { $domains }
users-display-name = Anzeigename
users-given-name = Vorname
users-surname = Nachname
users-job-title = Position
users-mail = E-Mail
users-mail-hint = Das geschäftliche Postfach. Benachrichtigungen gehen dorthin, Codes nicht.
users-contact = Kontaktdaten
users-contact-hint = Sie werden bei der Registrierung vorausgefüllt angeboten. Für eine Zurücksetzung zählen sie erst, wenn der Benutzer sie bestätigt hat.
users-mobile-phone = Mobiltelefon
users-office-phone-hint = Mit Ländervorwahl; eine Durchwahl nach einem x, zum Beispiel +49 30 12345678 x567
users-mobile-phone-hint = Mit Ländervorwahl, zum Beispiel +49 151 23456789
users-other-mail = Alternative E-Mail
users-create = Benutzer erstellen
users-created-title = Der Benutzer wurde erstellt
users-password-title = Das Kennwort wurde zurückgesetzt
users-password-lead = Geben Sie { $name } dieses Kennwort auf einem Weg, den niemand sonst mitlesen kann. Es muss bei der ersten Anmeldung geändert werden.
users-password-once = Sie sehen es nur dieses eine Mal. Geht es verloren, setzen Sie das Kennwort erneut zurück.
users-to-page = Zu { $name }
users-another = Weiteren Benutzer erstellen

users-registered = Registriert
users-not-registered = Nicht registriert
users-able = Kann zurücksetzen
users-unable = Kann nicht zurücksetzen
users-unable-reset-off = Kennwortzurücksetzung ist ausgeschaltet
users-unable-not-in-scope = in keiner Gruppe, für die die Kennwortzurücksetzung eingeschaltet ist
users-unable-account-disabled = Anmeldung ist gesperrt
users-unable-account-held = angehalten nach „Das war ich nicht“
users-unable-too-few-methods = zu wenige Methoden registriert
users-must-change = Muss das Kennwort ändern
users-locked-until = Anmeldung in unbekannten Browsern gesperrt bis
users-familiar-until = Anmeldung in einem bekannten Browser gesperrt bis
users-locked = Ausgesperrt
users-blocked-until = Zurücksetzung gesperrt bis
users-messages-until = Keine weiteren Nachrichten bis
users-myself = Das sind Sie. Ihr eigenes Kennwort und Ihre Methoden verwalten Sie in Ihrem Konto:
users-restorable = Dieser Benutzer ist gelöscht und kann wiederhergestellt werden bis
users-profile = Profil
users-created = Erstellt
users-object-id = Objekt-ID
users-gates = { $count ->
    [one] Eine Zurücksetzung verlangt eine Methode.
   *[other] Eine Zurücksetzung verlangt { $n } verschiedene Methoden.
}
users-methods-hidden = Ihre Rolle zeigt keine Authentifizierungsmethoden an.
users-methods-none = Noch ist nichts registriert.
users-by-admin = Von einem Administrator hinzugefügt
users-by-user = Vom Benutzer bestätigt
users-used = zuletzt verwendet
users-confirmed = Vom Benutzer zuletzt überprüft am
users-groups-none = In keiner Gruppe.
users-roles-none = Keine Administratorrolle.
users-assign-role = Rolle zuweisen
users-sessions = Sitzungen
users-sessions-none = Nirgends angemeldet.
users-activity-hidden = Ihre Rolle zeigt das bei diesem Konto nicht an.
users-session-since = seit
users-session-seen = zuletzt verwendet
users-timeline = Was geschehen ist
users-timeline-none = Noch nichts.
users-timeline-all = Alles in den Überwachungsprotokollen anzeigen

users-add-mobile-phone = Telefon hinzufügen
users-add-office-phone = Bürotelefon hinzufügen
users-add-email = E-Mail-Adresse hinzufügen
users-add-lead = Fügen Sie nur hinzu, was sicher { $name } gehört: Codes für eine Zurücksetzung werden dorthin gesendet. Der Benutzer wird benachrichtigt.
users-method-mobile-phone = Mobilnummer
users-method-email = E-Mail-Adresse
users-method-email-hint = Eine, die der Benutzer ohne dieses Konto lesen kann
users-remove-method = Methode entfernen
users-remove-method-title = Diese Methode entfernen?
users-remove-method-text = Codes können nicht mehr dorthin gesendet werden. Der Benutzer wird an allen Adressen benachrichtigt, auch an dieser.
users-remove-held-text = Ihre Codes gelten dann nicht mehr. Der Benutzer wird an allen Adressen benachrichtigt.

users-block-button = Anmeldung sperren
users-block-title = Anmeldung von { $name } sperren?
users-block-title-bulk = { $count ->
    [one] Anmeldung für einen Benutzer sperren?
   *[other] Anmeldung für { $n } Benutzer sperren?
}
users-block-text = Anmeldung und Kennwortzurücksetzung sind nicht mehr möglich, bis Sie sie wieder erlauben. Angefangenes wird ungültig.
users-unblock-button = Anmeldung erlauben
users-unblock-title = Anmeldung von { $name } erlauben?
users-unblock-text = Die Anmeldung mit dem bisherigen Kennwort ist wieder möglich.
users-delete-button = Benutzer löschen
users-delete-title = { $name } löschen?
users-delete-text = Die Anmeldung ist nicht mehr möglich. Sie können den Benutzer 30 Tage lang mit Gruppen, Rollen und Methoden wiederherstellen; danach ist er endgültig gelöscht.
users-restore-button = Benutzer wiederherstellen
users-restore-title = { $name } wiederherstellen?
users-restore-text = Die Anmeldung mit dem bisherigen Kennwort ist wieder möglich.
users-reset-password-button = Kennwort zurücksetzen
users-reset-password-title = Kennwort von { $name } zurücksetzen?
users-reset-password-text = Es gibt ein temporäres Kennwort, das Sie einmal sehen; bei der nächsten Anmeldung wird ein neues gewählt. Das bisherige Kennwort gilt sofort nicht mehr.
users-unlock-button = Entsperren
users-unlock-title = { $name } entsperren?
users-unlock-text = Die Zähler falscher Kennwörter, falscher Codes und der Nachrichten werden gelöscht. Das Kennwort bleibt, wie es ist.
users-unlock-held = Wem dieses Konto gehört, hat zu einer Änderung „Das war ich nicht“ gemeldet. Entsperren hebt das Anhalten auf: Wer das Kennwort kennt, kann sich wieder anmelden.
users-unlock-new = Das Kennwort wurde nach dieser Meldung zurückgesetzt.
users-unlock-stale = Das Kennwort ist noch das von vor dieser Meldung; jemand anderes könnte es kennen. Setzen Sie es zuerst zurück.
users-unlock-keep = Anhalten aufheben und Kennwort behalten: Ich habe nachgefragt, niemand sonst kennt es
users-still-held = Die Anmeldung scheitert weiterhin: Das Konto ist nach „Das war ich nicht“ angehalten. Entsperren Sie es auch.
users-still-blocked = Die Anmeldung scheitert weiterhin: Das Konto ist gesperrt. Lassen Sie die Anmeldung auch wieder zu.
users-revoke-sessions-button = Sitzungen widerrufen
users-revoke-sessions-title = { $name } überall abmelden?
users-revoke-sessions-title-bulk = { $count ->
    [one] Einen Benutzer überall abmelden?
   *[other] { $n } Benutzer überall abmelden?
}
users-revoke-sessions-text = Eine neue Anmeldung mit dem Kennwort ist sofort möglich.
users-reregister-button = Erneute Registrierung verlangen
users-reregister-title = Alle Methoden von { $name } entfernen?
users-reregister-text = Ein vergessenes Kennwort lässt sich erst wieder zurücksetzen, wenn neu registriert wurde; bei der nächsten Anmeldung wird danach gefragt. Alle Adressen werden benachrichtigt.
users-sessions-end = { $count ->
    [0] Der Benutzer ist nirgends angemeldet.
    [one] Eine Sitzung endet.
   *[other] { $n } Sitzungen enden.
}
users-methods-gone = { $count ->
    [0] Der Benutzer hat keine Methoden.
    [one] Eine Methode wird entfernt.
   *[other] { $n } Methoden werden entfernt.
}
users-groups-of = { $count ->
    [0] Der Benutzer ist in keiner Gruppe.
    [one] Der Benutzer ist in einer Gruppe.
   *[other] Der Benutzer ist in { $n } Gruppen.
}
users-bulk-not-done = { $count ->
    [one] Für einen Benutzer wurde es nicht getan:
   *[other] Für { $n } Benutzer wurde es nicht getan:
}

# Gruppen.
groups-title = Gruppen
groups-lead = Gruppen bestimmen, für wen die Kennwortzurücksetzung eingeschaltet ist.
groups-new = Neue Gruppe
groups-new-lead = Mit einer Gruppe mit einem einzigen Mitglied lässt sich die Kennwortzurücksetzung ausprobieren.
groups-search = Gruppen suchen
groups-search-hint = Name der Gruppe
groups-all = Alle Gruppen anzeigen
groups-all-members = Alle Mitglieder anzeigen
groups-empty = Noch keine Gruppen
groups-empty-text = Erstellen Sie eine mit einem einzigen Mitglied, um die Kennwortzurücksetzung gefahrlos auszuprobieren.
groups-none-found = Keine Treffer
groups-none-found-text = Suchen Sie nach dem Anfang eines Namens.
groups-col-name = Name
groups-col-type = Typ
groups-col-members = Mitglieder
groups-col-description = Beschreibung
groups-type = Gruppentyp
groups-type-hint = Sicherheit ist der einzige Typ: Für solche Gruppen wird die Kennwortzurücksetzung eingeschaltet.
groups-type-security = Sicherheit
groups-name = Gruppenname
groups-description = Beschreibung
groups-first-members = Mitglieder
groups-first-members-hint = Weitere Personen und auch Gruppen können Sie später hinzufügen.
groups-create = Gruppe erstellen
groups-in-scope = Eingeschaltet
groups-in-scope-long = Zurücksetzung eingeschaltet
groups-members-count = { $count ->
    [one] { $n } Mitglied
   *[other] { $n } Mitglieder
}
groups-tab-members = Mitglieder
groups-tab-owners = Besitzer
groups-tab-settings = Einstellungen
groups-add-members = Mitglieder hinzufügen
groups-add-members-lead = Benutzer, und Gruppen mit allen darin, werden Mitglieder von { $name }.
groups-no-members = Noch keine Mitglieder
groups-no-members-text = Fügen Sie Benutzer hinzu, oder andere Gruppen mit allen darin.
groups-search-members = Mitglieder suchen
groups-member-user = Benutzer
groups-member-group = Gruppe
groups-add-owners = Besitzer hinzufügen
groups-add-owners-lead = Besitzer sind die Ansprechpartner für { $name }. Rechte erhalten sie dadurch hier nicht.
groups-no-owners = Noch keine Besitzer
groups-no-owners-text = Ein Besitzer kann sagen, wer in die Gruppe gehört.
groups-delete = Gruppe löschen
groups-delete-title = { $name } löschen?
groups-delete-text = { $count ->
    [0] Sie hat keine Mitglieder. Eine gelöschte Gruppe kann nicht wiederhergestellt werden.
    [one] Ein Mitglied verliert diese Mitgliedschaft. Eine gelöschte Gruppe kann nicht wiederhergestellt werden.
   *[other] { $n } Mitglieder verlieren diese Mitgliedschaft. Eine gelöschte Gruppe kann nicht wiederhergestellt werden.
}
groups-delete-type = Geben Sie zur Bestätigung { $name } ein
groups-in-use-title = Diese Gruppe wird verwendet
groups-in-use-through = Diese Gruppe liegt in { $names }; dafür ist die Kennwortzurücksetzung eingeschaltet. Ihre Mitglieder würden sie verlieren. Nehmen Sie die Gruppe zuerst dort heraus.
groups-to-properties = Eigenschaften öffnen

# Kennwortzurücksetzung.
policy-properties-lead = Für wen die Kennwortzurücksetzung eingeschaltet ist.
policy-methods-lead = Wie Benutzer vor dem Zurücksetzen ihre Identität bestätigen.
policy-registration-lead = Wann Benutzer ihre Methoden einrichten sollen.
policy-notifications-lead = Wer erfährt, dass ein Kennwort zurückgesetzt wurde.
policy-customization-lead = Wo Hilfe findet, wer nicht weiterkommt.
policy-read-only = Mit Ihrer Rolle können Sie diese Einstellungen sehen, aber nicht ändern.
policy-default = Standard: { $value }.
policy-changed-by = Diese Richtlinie wurde zuletzt geändert von { $name },
policy-never-changed = Diese Richtlinie ist wie bei der Installation.
policy-history = Änderungen anzeigen
policy-never = Nie
policy-days = { $count ->
    [one] { $n } Tag
   *[other] { $n } Tage
}
policy-set-scope = Self-Service-Kennwortzurücksetzung aktiviert
policy-scope-hint = Wer eingeschlossen ist, kann ein vergessenes Kennwort selbst zurücksetzen.
policy-scope-none = Keine
policy-scope-none-hint = Niemand kann zurücksetzen, auch Administratoren nicht.
policy-scope-selected = Ausgewählt
policy-scope-selected-hint = Die Mitglieder der Gruppen unten, auch verschachtelter. Administratoren gehören immer dazu.
policy-scope-all = Alle
policy-scope-all-hint = Alle in Ihrer Organisation.
policy-single-user = Für einen einzelnen Benutzer lässt es sich nicht einschalten. Um es mit einer Person auszuprobieren, erstellen Sie eine Gruppe mit diesem einen Mitglied.
policy-groups = Gruppen
policy-groups-hint = Sie zählen, wenn „Ausgewählt“ gewählt ist. Sie können mehrere auswählen.
policy-unlock = Entsperren
policy-unlock-hint = Wer sein Kennwort kennt, aber ausgesperrt wurde, bestätigt seine Identität und behält es.
policy-set-unlock = Benutzern erlauben, Konten ohne Zurücksetzen des Kennworts zu entsperren
policy-max-age = Ablauf von Kennwörtern
policy-set-max-age = Tage, bis ein Kennwort abläuft
policy-max-age-hint = 0 bis 730. 0 heißt nie, wie NIST SP 800-63B rät: Erzwungene Wechsel führen zu schwächeren Kennwörtern.
policy-set-gates = Anzahl der zum Zurücksetzen erforderlichen Methoden
policy-gates-hint = Bei zwei Methoden genügt ein gestohlenes Telefon nicht.
policy-gates-1 = Eine
policy-gates-1-hint = Schneller; jede registrierte Methode genügt.
policy-gates-2 = Zwei
policy-gates-2-hint = Zwei verschiedene Methoden nacheinander.
policy-set-kinds = Für Benutzer verfügbare Methoden
policy-kinds-hint = Was Benutzer registrieren und verwenden können.
policy-kinds-default = Authentifikator-App, Mobiltelefon, E-Mail
policy-kind-passkey = Passkey
policy-kind-passkey-hint = Fingerabdruck, Gesicht oder PIN eines Geräts oder Sicherheitsschlüssels; meldet auch ohne Kennwort an
policy-kind-authenticator-app = Authentifikator-App
policy-kind-authenticator-app-hint = Ein Code, den eine App auf dem Telefon zeigt, auch ohne Netz
policy-kind-mobile-phone = Mobiltelefon
policy-kind-mobile-phone-hint = Ein Code per SMS oder durch einen Anruf
policy-kind-office-phone = Bürotelefon
policy-kind-office-phone-hint = Ein Code durch einen Anruf; die Nummer steht in den Daten des Benutzers oder im Verzeichnis. Zusammen mit einem Mobiltelefon zählt es einmal
policy-kind-email = E-Mail
policy-kind-email-hint = Ein Code an eine Adresse außerhalb des Kontos
policy-kind-recovery-codes = Wiederherstellungscodes
policy-kind-recovery-codes-hint = Zehn Codes auf Papier, jeder gilt einmal
policy-set-mobile-by = Codes an Mobiltelefone
policy-mobile-by-hint = Ein Anruf sagt den Code an, sobald eine Taste gedrückt wurde. Er braucht ein Gateway für Anrufe, eingestellt in der Konfiguration des Servers, Abschnitt [voice].
policy-mobile-by-text = Per SMS
policy-mobile-by-call = Durch einen Anruf
policy-mobile-by-both = Auf beide Arten, nach Wahl der Person
policy-mail-alone = E-Mail und stärkere Methoden
policy-mail-alone-hint = Wo eine Methode genügt, könnte, wer die E-Mails eines Benutzers liest, dessen Authentifikator-App umgehen. Wer eine App hat, setzt deshalb mit etwas anderem als E-Mail zurück.
policy-set-mail-alone = Benutzer mit einer Authentifikator-App dürfen auch allein per E-Mail zurücksetzen
policy-methods-admins = Administratoren brauchen immer zwei Methoden, was auch immer hier eingestellt ist.
policy-registration = Registrierung
policy-set-required = Registrierung bei der Anmeldung verlangen
policy-required-hint = Wer eingeschlossen ist und zu wenig registriert hat, wird bei der Anmeldung gefragt. Das lässt sich aufschieben; beim nächsten Mal wird wieder gefragt.
policy-reconfirm = Erneute Bestätigung
policy-set-reconfirm = Tage, bis Benutzer ihre Methoden erneut bestätigen sollen
policy-reconfirm-hint = 0 bis 730. 0 heißt nie.
policy-notify-users = Benutzer
policy-set-notify-users = Benutzer über Kennwortzurücksetzungen benachrichtigen
policy-notify-users-hint = Eine Benachrichtigung geht an alle Adressen, mit einem Link für „Das war ich nicht“.
policy-notify-admins = Administratoren
policy-set-notify-admins = Alle Administratoren benachrichtigen, wenn andere Administratoren ihr Kennwort zurücksetzen
policy-notify-admins-hint = Alle globalen Administratoren werden per E-Mail benachrichtigt.
policy-helpdesk = Helpdesk-Link
policy-helpdesk-hint = Wer nicht weiterkommt, dem wird „Administrator kontaktieren“ angeboten. Ohne Link geht eine E-Mail an Ihre Administratoren.
policy-custom-helpdesk = Helpdesk-Link anpassen
policy-set-helpdesk = Eigene Helpdesk-Adresse (E-Mail oder URL)
policy-helpdesk-value-hint = Zum Beispiel https://help.contoso.example oder help@contoso.example
policy-effect-title = Auswirkung prüfen
policy-effect-lead = Noch ist nichts gespeichert. Das würde die Änderung bewirken.
policy-effect-changes = Was sich ändert
policy-effect-setting = Einstellung
policy-effect-now = Jetzt
policy-effect-then = Dann
policy-effect-enabled = Benutzer, für die die Zurücksetzung eingeschaltet ist
policy-effect-from-to = jetzt { $from }, dann { $to }
policy-effect-gaining = Benutzer, die zurücksetzen könnten und es heute nicht können
policy-effect-losing = Benutzer, die nicht mehr zurücksetzen könnten
policy-effect-unregistered = Benutzer, für die sie eingeschaltet wäre, die aber zu wenig registriert haben
policy-losing = { $count ->
    [one] Ein Benutzer kann heute zurücksetzen und könnte es nicht mehr.
   *[other] { $n } Benutzer können heute zurücksetzen und könnten es nicht mehr.
}
policy-losing-who = Anzeigen, wer
policy-losing-none = Niemand, der heute zurücksetzen kann, würde das verlieren.
policy-off = Die Kennwortzurücksetzung wäre für alle ausgeschaltet, auch für Administratoren.
policy-save = Änderungen speichern
policy-keep = So lassen
policy-affected-title = Benutzer, die nicht mehr zurücksetzen könnten
policy-affected-lead = Sie können heute zurücksetzen und könnten es nach der geplanten Änderung nicht mehr. Noch ist nichts gespeichert.
policy-affected-none = Niemand ist betroffen
policy-affected-cut = Höchstens 200 werden angezeigt. Der Export enthält alle.
policy-administrators-lead = Die festen Regeln für alle, die eine Administratorrolle haben.
policy-administrators-fixed = Diese Regeln lassen sich durch keine Einstellung und keine Gruppe ändern oder abschwächen.
policy-administrators-off = Die Kennwortzurücksetzung steht auf „Keine“, also können auch Administratoren nicht zurücksetzen. Sobald sie für irgendjemanden eingeschaltet ist, gelten diese Regeln.
policy-administrators-rules = Regeln
policy-administrators-scope = Gilt
policy-administrators-scope-text = Immer, wenn die Kennwortzurücksetzung nicht auf „Keine“ steht, welche Gruppen auch immer ausgewählt sind
policy-administrators-roles = Rollen, für die sie gelten

# Die Übersicht.
overview-lead = Wie die Kennwortzurücksetzung eingerichtet ist und verwendet wird.
overview-undelivered = { $count ->
    [one] Eine Nachricht konnte nicht zugestellt werden.
   *[other] { $n } Nachrichten konnten nicht zugestellt werden.
}
overview-people = Personen
overview-users = Benutzer
overview-enabled = Zurücksetzung eingeschaltet
overview-registered = Ausreichend registriert
overview-capable = Können jetzt zurücksetzen
overview-held = Angehalten nach „Das war ich nicht“
overview-week = Die letzten sieben Tage
overview-resets = Zurückgesetzte Kennwörter
overview-unable = Wollten zurücksetzen, können aber nicht
overview-blocked = Gesperrt nach falschen Antworten
overview-registrations = Registrierungen
overview-steps = Einrichtung
overview-left = { $count ->
    [0] Alles ist eingerichtet.
    [one] Eines ist noch zu tun.
   *[other] { $n } Dinge sind noch zu tun.
}
overview-finished = { $count ->
    [one] Eines ist erledigt
   *[other] { $n } Dinge sind erledigt
}
overview-todo = Zu tun
overview-mail-done = E-Mail ist eingerichtet
overview-mail-todo = E-Mail einrichten
overview-mail-why = Ohne sie erhält niemand Codes oder Benachrichtigungen per E-Mail. Eingestellt wird sie in der Konfiguration des Servers, Abschnitt [smtp].
overview-sms-done = SMS ist eingerichtet
overview-sms-todo = SMS einrichten
overview-sms-why = Ohne Gateway kann niemand das Telefon verwenden. Eingestellt wird es in der Konfiguration des Servers, Abschnitt [sms].
overview-group-done = Es gibt eine Gruppe
overview-group-todo = Gruppe erstellen
overview-group-why = Mit einer Gruppe mit einem einzigen Mitglied lässt sich die Kennwortzurücksetzung ausprobieren.
overview-group-link = Neue Gruppe
overview-scope-done = Die Kennwortzurücksetzung ist eingeschaltet
overview-scope-todo = Kennwortzurücksetzung einschalten
overview-scope-why = Solange sie auf „Keine“ steht, kann niemand zurücksetzen.
overview-scope-link = Eigenschaften öffnen
overview-registration-done = Benutzer werden bei der Anmeldung nach der Registrierung gefragt
overview-registration-todo = Benutzer nach der Registrierung fragen
overview-registration-why = Sonst müssen sie selbst daran denken, und die meisten merken es erst, wenn sie ausgesperrt sind.
overview-registration-link = Registrierung öffnen
overview-registered-done = Alle, für die sie eingeschaltet ist, haben sich registriert
overview-registered-todo = Einige haben sich noch nicht registriert
overview-registered-why = Sie könnten ein vergessenes Kennwort nicht zurücksetzen.
overview-registered-link = Anzeigen, wer
overview-second-admin-done = Es gibt mehr als einen globalen Administrator
overview-second-admin-todo = Zweiten globalen Administrator bestimmen
overview-second-admin-why = Wird der einzige ausgesperrt, kann niemand helfen; dann hilft nur noch die Befehlszeile des Servers.
overview-second-admin-link = Rolle öffnen

# Rollen.
roles-lead = Wer was verwalten darf. Die Rollen sind vorgegeben.
roles-col-role = Rolle
roles-col-holders = Inhaber
roles-col-may = Darf
roles-assign = Rolle zuweisen
roles-assign-title = { $role } zuweisen
roles-assign-lead = Wer eine Rolle erhält, fällt sofort unter die Administratorrichtlinie: zwei Methoden für eine Zurücksetzung.
roles-holders = Inhaber
roles-none = Niemand hat diese Rolle
roles-none-text = Weisen Sie sie denen zu, die sie brauchen, und niemandem sonst.
roles-active = Kann sich anmelden
roles-inactive = Kann sich nicht anmelden
roles-permissions = Was sie erlaubt
roles-template-id = Vorlagen-ID
roles-remove = Rolle entfernen
roles-remove-title = { $name } die Rolle { $role } entziehen?
roles-remove-text = Die Rechte gehen sofort verloren, auch in offenen Sitzungen.
roles-remove-left = { $count ->
    [0] Danach hat sie niemand.
    [one] Danach hat sie noch ein anderer Benutzer.
   *[other] Danach haben sie noch { $n } andere Benutzer.
}
role-global-administrator = Globaler Administrator
role-global-administrator-text = Alles, bei allen.
role-global-administrator-reach = Reicht bis zu allen, auch zu anderen Administratoren.
role-privileged-authentication-administrator = Privilegierter Authentifizierungs{ "\u00AD" }administrator
role-privileged-authentication-administrator-text = Kennwörter und Authentifizierungsmethoden aller, auch der Administratoren.
role-privileged-authentication-administrator-reach = Reicht bis zu allen, auch zu globalen Administratoren.
role-user-administrator = Benutzeradministrator
role-user-administrator-text = Benutzer und Gruppen; Kennwörter von Benutzern ohne Rolle und von schwächeren Administratoren.
role-user-administrator-reach = Reicht bis zu Benutzern ohne Rolle, zu Benutzer-, Helpdesk- und Gruppenadministratoren und zu Berichtlesern.
role-authentication-administrator = Authentifizierungs{ "\u00AD" }administrator
role-authentication-administrator-text = Kennwörter und Authentifizierungsmethoden von Benutzern ohne Rolle.
role-authentication-administrator-reach = Reicht bis zu Benutzern ohne Rolle, Authentifizierungsadministratoren und Berichtlesern.
role-helpdesk-administrator = Helpdeskadministrator
role-helpdesk-administrator-text = Kennwörter und Sitzungen von Benutzern ohne Rolle und von anderen im Helpdesk.
role-helpdesk-administrator-reach = Reicht bis zu Benutzern ohne Rolle, Helpdeskadministratoren und Berichtlesern.
role-groups-administrator = Gruppenadministrator
role-groups-administrator-text = Gruppen, ihre Mitglieder und Besitzer.
role-groups-administrator-reach = Handelt nur an Gruppen. Wer über Mitglieder entscheidet, entscheidet, für wen die Zurücksetzung eingeschaltet ist.
role-authentication-policy-administrator = Authentifizierungs{ "\u00AD" }richtlinien{ "\u00AD" }administrator
role-authentication-policy-administrator-text = Die Richtlinie zur Kennwortzurücksetzung.
role-authentication-policy-administrator-reach = Handelt nur an Einstellungen, an keinem Benutzer.
role-hybrid-identity-administrator = Hybrididentitätsadministrator
role-hybrid-identity-administrator-text = Die Verbindung zu einem lokalen Verzeichnis: Agents, und was sie einlesen.
role-hybrid-identity-administrator-reach = Handelt an keinem Benutzer.
role-license-administrator = Lizenzadministrator
role-license-administrator-text = Lizenzen: wer welche hat. Sieht Benutzer und Gruppen.
role-license-administrator-reach = Handelt an keinem Benutzer.
role-reports-reader = Berichtleser
role-reports-reader-text = Sieht Berichte und Überwachungsprotokolle.
role-reports-reader-reach = Ändert nichts.
role-global-reader = Globaler Leser
role-global-reader-text = Sieht alles, ändert nichts.
role-global-reader-reach = Ändert nichts.
permission-users-read = Benutzer sehen
permission-users-write = Benutzer erstellen, bearbeiten, sperren, löschen und wiederherstellen
permission-groups-read = Gruppen sehen
permission-groups-write = Gruppen erstellen, bearbeiten und löschen, samt Mitgliedern und Besitzern
permission-roles-read = Sehen, wer welche Rolle hat
permission-roles-write = Rollen zuweisen und entfernen
permission-methods-read = Authentifizierungsmethoden vollständig sehen
permission-methods-write = Authentifizierungsmethoden anderer hinzufügen und entfernen
permission-passwords-reset = Kennwörter anderer zurücksetzen und Konten entsperren
permission-sessions-revoke = Sitzungen anderer beenden
permission-policy-read = Die Richtlinie zur Kennwortzurücksetzung sehen
permission-policy-write = Die Richtlinie zur Kennwortzurücksetzung ändern
permission-insights-read = Berichte zu Nutzung und Registrierung sehen
permission-audit-read = Überwachungsprotokolle sehen und exportieren
permission-deliveries-read = Nicht zustellbare Nachrichten sehen
permission-deliveries-write = Gescheiterte Zustellungen wiederholen oder verwerfen

# Überwachungsprotokolle.
audit-lead = Jede Änderung und jeder Schritt: wer, was, wann, von wo.
audit-export-jsonl = JSON Lines exportieren
audit-text = Suche
audit-activity = Aktivität
audit-any = Alle
audit-result = Ergebnis
audit-success = Erfolg
audit-failure = Fehler
audit-from = Von (UTC)
audit-until = Bis (UTC)
audit-about = Zu { $name }
audit-filter = Filtern
audit-clear = Filter aufheben
audit-none = Keine Treffer
audit-none-text = Nehmen Sie einen Filter weg, oder wählen Sie einen längeren Zeitraum.
audit-col-time = Zeit
audit-col-activity = Aktivität
audit-col-actor = Von
audit-col-target = An
audit-service = Dienst
audit-reason = Grund
audit-detail = Einzelheit
audit-nothing = (nichts)
audit-ip = IP-Adresse
audit-user-agent = Browser
audit-request-id = Anforderung
audit-actor-stranger = Jemand, der nicht angemeldet ist
audit-actor-system = Keyward
audit-actor-agent = Agent auf { $host }
audit-actor-local = Lokaler Befehl

# Gründe im Protokoll, für Administratoren.
reason-bad-credentials = falscher Benutzername oder falsches Kennwort
reason-wrong-password = falsches Kennwort
reason-wrong-current-password = falsches aktuelles Kennwort
reason-unknown-name = kein Benutzer hat diesen Namen
reason-account-disabled = Anmeldung ist gesperrt
reason-account-held = angehalten nach „Das war ich nicht“
reason-locked-out = Anmeldung war vorübergehend gesperrt
reason-reset-off = Kennwortzurücksetzung ist ausgeschaltet
reason-not-in-scope = in keiner Gruppe, für die sie eingeschaltet ist
reason-too-few-methods = zu wenige Methoden registriert
reason-code-wrong = falscher Code
reason-code-dead = Code zu alt, verbraucht oder ersetzt
reason-app-code-wrong = falscher oder verbrauchter Code einer App
reason-recovery-code-wrong = falscher oder verbrauchter Wiederherstellungscode
reason-app-tries-over = zu viele Versuche oder zu spät
reason-blocked = nach zu vielen falschen Versuchen gesperrt
reason-sms-stopped = keine SMS in dieses Land, oder gerade gar keine
reason-too-many-messages = zu viele Nachrichten angefordert
reason-destination-mismatch = andere Nummer eingegeben als die registrierte
reason-robot-check = Prüfung gegen Roboter nicht bestanden
reason-not-offered = an dieser Stelle nicht angeboten
reason-reset-expired = hat zu lange gedauert
reason-reset-void = war schon beendet
reason-holds-more-rights = der Benutzer hat mehr Rechte als der Administrator
reason-password = das neue Kennwort hat Mängel
reason-already-registered = schon registriert

# Nutzung und Erkenntnisse.
insights-lead = Wie weit die Registrierung ist, und wie sie genutzt wird.
insights-details = Details zur Benutzerregistrierung
insights-words = Aktiviert: Die Zurücksetzung ist für sie eingeschaltet. Registriert: Ihre Methoden reichen aus. Fähig: beides.
insights-by-method = Benutzer, die eine Methode registriert haben
insights-of = { $count ->
    [one] { $n } Benutzer
   *[other] { $n } Benutzer
}
insights-as-table = Als Tabelle anzeigen
insights-method = Methode
insights-methods = Methoden
insights-usage = Wie oft es geschah
insights-usage-hint = Erfolge; daneben die Fehler.
insights-day = 24 Stunden
insights-week = 7 Tage
insights-month = 30 Tage
insights-failed = { $count ->
    [one] { $n } Fehler
   *[other] { $n } Fehler
}
insights-which-all = Alle
insights-which-all-lead = Alle, die nicht gelöscht sind.
insights-which-enabled = Aktiviert
insights-which-enabled-lead = Personen, für die die Kennwortzurücksetzung eingeschaltet ist und deren Kennwort von hier gesetzt werden kann: nicht geschützte Konten eines Verzeichnisses und nicht solche in einem, in das kein Agent zurückschreibt.
insights-which-registered = Registriert
insights-which-registered-lead = Personen, deren Methoden ausreichen.
insights-which-unregistered = Aktiviert, nicht registriert
insights-which-unregistered-lead = Personen, für die sie eingeschaltet ist, die aber zu wenig registriert haben, um sie zu nutzen.
insights-which-capable = Fähig
insights-which-capable-lead = Personen, die jetzt zurücksetzen könnten.
insights-none = Niemand steht auf dieser Liste
insights-none-text = Es hängt davon ab, für wen die Kennwortzurücksetzung eingeschaltet ist und was sie registriert haben.
insights-admin = Administrator
insights-col-registered = Registriert
insights-col-enabled = Aktiviert
insights-col-capable = Fähig
insights-col-confirmed = Zuletzt bestätigt

# Zustellungen.
deliveries-lead = E-Mails und SMS, die nicht hinausgegangen sind.
deliveries-none = Alles wurde zugestellt
deliveries-none-text = Nachrichten, die nicht gesendet werden konnten, erscheinen hier mit dem Grund.
deliveries-search = Empfänger suchen
deliveries-dead = Aufgegeben
deliveries-dead-hint = Diese wurden versucht, bis es keinen Sinn mehr hatte. Beheben Sie zuerst die Ursache, und versuchen Sie es dann erneut.
deliveries-dead-none = Keine.
deliveries-waiting = Werden erneut versucht
deliveries-waiting-hint = Diese sind mindestens einmal gescheitert und werden von selbst erneut versucht.
deliveries-waiting-none = Keine.
deliveries-col-about = An
deliveries-col-kind = Per
deliveries-col-error = Grund
deliveries-col-tries = Versuche
deliveries-col-at = Erstellt
deliveries-col-next = Nächster Versuch
deliveries-mail = E-Mail
deliveries-call = Anruf
deliveries-sms = SMS
deliveries-retry = Erneut versuchen
deliveries-stale = Veraltet
deliveries-drop = Verwerfen
deliveries-drop-stale = Alle veralteten verwerfen
deliveries-cut = Nicht alle werden angezeigt: Die Suche findet die übrigen, und die Datei enthält sie.
deliveries-drop-title = Diese Nachricht verwerfen?
deliveries-drop-text = Sie wird nicht gesendet und kann nicht zurückgeholt werden.

nav-sending-limits = Sendegrenzen
note-country-resumed = SMS gehen wieder in dieses Land. Sie werden von vorn gezählt.
sending-lead = Wie viel von dem verbraucht ist, was gesendet werden darf. Wer an eine Grenze stößt, wird gebeten, eine andere Methode zu nehmen.
sending-install-sms = Der Server insgesamt hat so viele SMS gesendet, wie er darf. Weitere folgen ab
sending-install-mail = Der Server insgesamt hat so viele Mails mit Codes gesendet, wie er darf. Weitere folgen ab
sending-totals = Diese Organisation, in den letzten 24 Stunden
sending-totals-hint = Wer den Server betreibt, setzt die Grenzen, im Abschnitt budgets seiner Konfiguration. Sind SMS oder Geld verbraucht, gehen Mails weiter.
sending-col-what = Was
sending-col-used = Verbraucht
sending-col-limit = Grenze
sending-col-state = Stand
sending-total-sms = SMS und Anrufe
sending-total-money = Preis der SMS und Anrufe
sending-total-mail = Mails mit Codes
sending-no-limit = keine
sending-used-up = Verbraucht
sending-until = bis
sending-since = seit
sending-open = Offen
sending-stopped = Angehalten
sending-countries = Länder, in der letzten Stunde
sending-countries-hint = Nach dem eigenen Land der Nummer: +1 876 ist Jamaika.
sending-breaker = Wurden { $sent } oder mehr Codes in ein Land gesendet und weniger als { $percent } % davon eingegeben, wird es angehalten: Jemand könnte daran verdienen. Sehen Sie ins Überwachungsprotokoll, und setzen Sie es fort, wenn es ein Irrtum war.
sending-countries-none = In der letzten Stunde wurde keine SMS gesendet, und kein Land ist angehalten.
sending-col-country = Land
sending-col-sent = Gesendet
sending-col-proved = Eingegebene Codes
sending-resume = Fortsetzen
sending-people = Personen, Nummern und Netze
sending-blocked = { $count ->
    [0] Niemandem wird gerade etwas verweigert.
    [one] Einem davon wird gerade etwas verweigert.
   *[other] { $count } davon wird gerade etwas verweigert.
}
sending-people-hint = Jede Person, jede Nummer, jedes Postfach, jeder bekannte Browser und jedes Netz hat eigene Grenzen. Sie werden ohne Namen geführt: Wer gesperrt ist, steht auf der Seite jedes Benutzers, wo es sich aufheben lässt.

## Hardware-Token

tokens-title = Hardware-Token
tokens-lead = Kleine Geräte, die einen Code zeigen. Sie zählen wie Authentifikator-Apps, sobald ein Code von ihnen eingegeben wurde.
tokens-none = Keine Hardware-Token
tokens-none-text = Importieren Sie die Datei, die mit ihnen kam.
tokens-import = Token importieren
tokens-import-lead = Die Datei des Herstellers mit ihren Geheimnissen. Nichts davon wird behalten, wenn nicht jede Zeile stimmt.
tokens-import-label = Inhalt der CSV-Datei
tokens-import-hint = Höchstens 250 Token auf einmal. Die erste Zeile nennt die Spalten; "hash function" (SHA1, SHA256) darf folgen. Ohne Benutzernamen gehört ein Token noch niemandem.
tokens-import-button = Importieren
tokens-import-wrong = Es wurde nichts importiert:
tokens-import-line = Zeile { $line }:
tokens-search = Seriennummer oder Benutzername
tokens-cut = Nur die ersten 200 werden gezeigt. Suchen Sie nach weiteren.
tokens-found-none = Es wurde kein Token gefunden.
tokens-col-serial = Seriennummer
tokens-col-owner = Benutzer
tokens-col-state = Zustand
tokens-col-maker = Hersteller und Modell
tokens-state-all = Alle
tokens-state-unassigned = Nicht zugewiesen
tokens-state-assigned = Zugewiesen
tokens-state-activated = Aktiviert
tokens-one = Token { $serial }
tokens-codes = Codes
tokens-codes-every = alle { $seconds } Sekunden
tokens-imported-at = Importiert
tokens-activate = Aktivieren
tokens-activate-text = Geben Sie den Code ein, den es jetzt zeigt. Auch der Besitzer kann das, unter Sicherheitsinformationen.
tokens-assign = Zuweisen
tokens-assign-text = Dem Benutzer dieses Namens. Dann aktiviert er es, oder Sie tun es.
tokens-unassign = Zurücknehmen
tokens-unassign-text = Es ist dann keine Methode des Besitzers mehr. Er wird benachrichtigt.
tokens-delete = Löschen
tokens-delete-text = Das Geheimnis wird gelöscht. Um es wieder zu verwenden, importieren Sie es noch einmal.
token-fault-header = Die erste Zeile muss die Spalten nennen.
token-fault-columns = Eine andere Zahl von Spalten als in der ersten Zeile, oder ein Anführungszeichen wird nicht geschlossen.
token-fault-empty = Es ist kein Token da.
token-fault-too-many = Mehr als 250 Token. Importieren Sie sie in mehreren Teilen.
token-fault-user-name = Der Benutzername ist keiner.
token-fault-serial = Eine Seriennummer mit höchstens 40 Zeichen fehlt.
token-fault-twice = Die Seriennummer steht schon in einer früheren Zeile.
token-fault-secret = Das Geheimnis muss aus 26 bis 128 Zeichen in Base32 bestehen.
token-fault-interval = Der Zeitabstand muss 30 oder 60 sein.
token-fault-hash = Die Hashfunktion muss SHA1 oder SHA256 sein.
token-fault-maker = Hersteller und Modell mit höchstens 60 Zeichen fehlen.
token-fault-unknown = Es gibt keinen Benutzer dieses Namens.
token-fault-not-allowed = Ihre Rolle darf die Methoden dieses Benutzers nicht ändern.
token-fault-taken = Ein Token mit dieser Seriennummer gibt es schon.
note-tokens-imported = { $count ->
    [one] Ein Token wurde importiert.
   *[other] { $count } Token wurden importiert.
  }
note-token-activated = Das Token wurde aktiviert.
note-token-assigned = Das Token wurde zugewiesen.
note-token-unassigned = Das Token wurde zurückgenommen.
note-token-deleted = Das Token wurde gelöscht.
