# Connect > Rückschreib-Diagnose: Ginge ein Zurücksetzen, und wenn nicht, warum?

doctor-ask = Ginge ein Zurücksetzen?
doctor-ask-again = Noch einmal nachsehen
doctor-user-title = Ginge ein Zurücksetzen bei { $name }?
doctor-user-lead = Ein Agent sieht sich das Konto im Verzeichnis an, wie es jetzt ist. Geschrieben wird dafür nichts.
doctor-never = Noch hat niemand nachgesehen
doctor-never-text = Ein Agent liest das Konto und seine Rechte; das dauert etwa eine Sekunde und ändert nichts.
doctor-yes = Ja. Ein Zurücksetzen gelänge jetzt, mit einem Kennwort, das der Richtlinie genügt.
doctor-no = Nein. Ein Zurücksetzen schlüge jetzt fehl.
doctor-at = Nachgesehen
doctor-blocks = Was im Weg steht
doctor-notes = Gut zu wissen
doctor-mend = Dieser Befehl behebt es. Lesen Sie ihn, bevor Sie ihn ausführen:
doctor-account = Im Verzeichnis
doctor-set = Kennwort zuletzt gesetzt
doctor-set-never = Nie
doctor-policy = Kennwortrichtlinie, die gilt
doctor-policy-own = Die des Verzeichnisses, keine abgestufte
doctor-policy-hidden = Was sie verlangt, darf das Konto des Agenten nicht lesen.
doctor-length = { $count ->
    [one] Mindestens ein Zeichen
   *[other] Mindestens { $n } Zeichen
}
doctor-simple = Keine Regel über Arten von Zeichen
doctor-history = { $count ->
    [one] Nicht das letzte Kennwort
   *[other] Keines der letzten { $n } Kennwörter
}
doctor-age-minutes = { $count ->
    [one] Mindestens eine Minute zwischen zwei Änderungen
   *[other] Mindestens { $n } Minuten zwischen zwei Änderungen
}
doctor-age-hours = { $count ->
    [one] Mindestens eine Stunde zwischen zwei Änderungen
   *[other] Mindestens { $n } Stunden zwischen zwei Änderungen
}
doctor-lockout = { $count ->
    [one] Gesperrt nach einem falschen Kennwort
   *[other] Gesperrt nach { $n } falschen Kennwörtern
}
doctor-lockout-never = Nie gesperrt nach falschen Kennwörtern
note-doctor-looked = So ist es gerade jetzt.
note-doctor-waits = Der Agent hat noch nicht geantwortet. Öffnen Sie diese Seite in einer Minute noch einmal: Die Antwort wird aufgehoben, wenn sie kommt.

## Gründe: was es ist, und was zu tun ist

doctor-why-directory-wrong-password = Das Verzeichnis hielt das Kennwort des Kontos des Agenten für falsch. Berichtigen Sie es in seiner Konfiguration.
doctor-why-directory-must-change = Das Kennwort muss bei der nächsten Anmeldung geändert werden.
doctor-why-directory-expired = Das Kennwort ist abgelaufen. Ein Zurücksetzen setzt ein neues.
doctor-why-directory-locked = Das Konto ist nach falschen Kennwörtern gesperrt. Ein Zurücksetzen hebt das auf.
doctor-why-directory-disabled = Das Konto ist im Verzeichnis deaktiviert. Aktivieren Sie es dort.
doctor-why-directory-account-expired = Das Konto selbst ist im Verzeichnis abgelaufen. Verlängern Sie es dort.
doctor-why-directory-logon-hours = Jetzt ist außerhalb der Stunden, in denen sich dieses Konto anmelden darf.
doctor-why-directory-workstation = Das Konto darf sich nur an bestimmten Rechnern anmelden.
doctor-why-directory-smart-card = Das Konto meldet sich nur mit Smartcard an und hat kein Kennwort zum Zurücksetzen.
doctor-why-directory-policy = Die Kennwortrichtlinie des Verzeichnisses steht dagegen.
doctor-why-directory-too-short = Ein Kennwort müsste länger sein, als hier verlangt wird.
doctor-why-directory-complexity = Ein Kennwort müsste komplexer sein, als hier verlangt wird.
doctor-why-directory-history = Das Verzeichnis merkt sich alte Kennwörter und lehnt sie ab.
doctor-why-directory-too-young = Das Kennwort wurde so kürzlich geändert, dass das Mindestalter der Richtlinie noch nicht vorbei ist. Warten Sie, oder setzen Sie eines im Verzeichnis.
doctor-why-directory-banned = Ein Filter des Verzeichnisses lehnt Kennwörter ab.
doctor-why-directory-protected = Ein geschütztes Konto (eine privilegierte Gruppe, adminCount, ein eingebautes oder das des Agenten): Sein Kennwort wird nie von hier aus gesetzt. Setzen Sie es im Verzeichnis.
doctor-why-directory-cannot-change = Am Konto ist „Benutzer kann Kennwort nicht ändern“ gesetzt.
doctor-why-directory-no-right = Dem Konto des Agenten fehlt ein Recht an diesem Objekt: sein Kennwort zurückzusetzen oder lockoutTime oder pwdLastSet zu schreiben; oder es darf die Richtlinie nicht lesen, die gilt.
doctor-why-directory-not-found = Das Verzeichnis hat kein Objekt mit diesem Quellanker mehr. Die nächste Synchronisierung zeigt, was daraus wurde.
doctor-why-directory-out-of-scope = Das Konto liegt außerhalb der Einheiten und Gruppen, die der Agent anrühren darf. Erweitern Sie seinen Bereich, oder lassen Sie es dabei.
doctor-why-directory-switched-off = Kein Agent dieses Verzeichnisses ist für das Rückschreiben eingerichtet. Haken Sie mit keyward-connect configure „Password writeback“ an.
doctor-why-directory-bad-task = Der Agent traute der Frage nicht. Vergleichen Sie seine Uhr, und sehen Sie in sein Protokoll.
doctor-why-directory-no-journal = Die Platte des Agenten ist voll, darum beginnt er nichts. Schaffen Sie dort Platz.
doctor-why-reset-off = Das Zurücksetzen von Kennwörtern ist ausgeschaltet. Schalten Sie es unter Kennwortzurücksetzung > Eigenschaften ein.
doctor-why-not-in-scope = Der Benutzer ist in keiner Gruppe, für die das Zurücksetzen eingeschaltet ist. Nehmen Sie ihn in eine auf, oder erweitern Sie Kennwortzurücksetzung > Eigenschaften.
doctor-why-account-disabled = Die Anmeldung des Benutzers ist blockiert. Wer im Verzeichnis deaktiviert ist, ist hier blockiert.
doctor-why-account-held = Das Konto ist angehalten, seit sein Besitzer „Das war ich nicht“ gesagt hat. Entsperren Sie es auf der Seite des Benutzers.
doctor-why-too-few-methods = Der Benutzer hat zu wenige Methoden registriert, um sich auszuweisen. Lassen Sie ihn die Sicherheitsinformationen öffnen, oder fügen Sie auf seiner Seite Methoden hinzu.
doctor-why-account-protected = Das Konto ist im Verzeichnis geschützt: Sein Kennwort wird nie von hier aus gesetzt.
doctor-why-no-plan = Ihre Organisation hat kein Abonnement mit Kennwortrückschreiben. Welche es hätten, steht unter Lizenzen.
doctor-why-writeback-off = Das Zurückschreiben von Kennwörtern ist ausgeschaltet. Schalten Sie es unter Kennwortzurücksetzung > Lokale Integration ein.
doctor-why-agent-away = Kein Agent dieses Verzeichnisses hat sich in letzter Zeit gemeldet. Sehen Sie nach, ob keyward-connect auf den Rechnern läuft und diesen Dienst erreicht.
doctor-why-directory-away = Die Agents erreichen keinen Server des Verzeichnisses. Sehen Sie nach den Domänencontrollern und nach dem, was die Agents melden.
doctor-why-no-answer = Der gefragte Agent hat nie geantwortet. Sehen Sie in sein Protokoll, und fragen Sie noch einmal.
doctor-why-not-synced = Das Verzeichnis bringt diesen Benutzer nicht mehr mit. Sehen Sie in den letzten Lauf.

## Alle

doctor-title = Rückschreib-Diagnose
doctor-lead = Gelänge ein Zurücksetzen bei allen aus Ihren Verzeichnissen, und wenn nicht, warum? Agents sehen nach; geschrieben wird dafür nichts.
doctor-everybody = Bei allen nachsehen
doctor-everybody-text = Agents sehen sich alle synchronisierten Konten an, einige auf einmal, während alle weiterarbeiten. Sie können diese Seite verlassen.
doctor-progress = Im Gang: { $done } von { $of } Benutzern angesehen.
doctor-stopped = Nach { $done } von { $of } Benutzern war Schluss; was bis dahin herauskam, steht unten.
doctor-sum = Bei { $good } von { $all } gelänge es.
doctor-begun-at = Begonnen
doctor-ended-at = Nachgesehen
doctor-by = von { $name }
doctor-reasons = Warum nicht bei den anderen
doctor-because-users = { $count ->
    [one] Ein Benutzer
   *[other] { $n } Benutzer
}
doctor-all-good = Niemandem steht etwas im Weg.
doctor-because-title = Bei wem es fehlschlüge
doctor-because-none = Niemand
doctor-because-none-text = Bei niemandem, der zuletzt angesehen wurde, ist das der Grund.
note-doctor-begun = Es wird nachgesehen.
note-doctor-runs-already = Es wird schon nachgesehen.
