# Neue Methoden warten; Richtlinien nach Gruppe; was für einen Benutzer gilt.

policy-quarantine = Neue Methoden
policy-quarantine-hint = Wer in ein fremdes Konto gelangt, fügt ein eigenes Telefon hinzu und setzt damit zurück. Deshalb kann eine neue oder geänderte Methode das Kennwort eine Weile nicht zurücksetzen, außer der Besitzer hat sich beim Hinzufügen mit einer älteren ausgewiesen. Die erste Registrierung eines Benutzers wartet nicht.
policy-set-quarantine = Stunden, bis eine neue Methode das Kennwort zurücksetzen kann
policy-set-quarantine-administrators = Dasselbe für Administratoren
policy-quarantine-value-hint = 0 bis 720. 0 heißt sofort.
policy-quarantine-administrators-hint = 0 bis 720 und nicht weniger als für Benutzer.
policy-hours = { $count ->
    [one] { $n } Stunde
   *[other] { $n } Stunden
}
fault-quarantine-range = Geben Sie eine Zahl von 0 bis 720 Stunden ein; Administratoren warten nicht kürzer als Benutzer
security-usable-from = zum Zurücksetzen verwendbar ab
users-usable-from = Zum Zurücksetzen verwendbar ab
users-unable-methods-too-new = Methoden zum Zurücksetzen zu neu
reason-methods-too-new = Methoden zum Zurücksetzen zu neu
doctor-why-methods-too-new = Der Benutzer hat genug Methoden registriert, aber einige sind so neu, dass sie das Kennwort noch nicht zurücksetzen können. Auf der Seite des Benutzers steht, ab wann.
mail-help-reason-methods-too-new = Ohne Ihre Hilfe geht es noch nicht: Es sind genug Methoden registriert, aber einige sind zum Zurücksetzen zu neu. Wenn die Person sie kennt, können Sie das Kennwort zurücksetzen.

# Richtlinien nach Gruppe, und Methoden für Gruppen.
nav-by-group = Richtlinien nach Gruppe
by-group-lead = Was von den Mitgliedern einer Gruppe über die Standardrichtlinie hinaus verlangt wird.
by-group-new = Neue Richtlinie
by-group-merge = Von allem, was für jemanden gilt, gewinnt das Strengste: die größte Anzahl Methoden, und nur die Methoden, die alle erlauben. Die Reihenfolge dient Ihrer Übersicht; sie ändert keine Regel. Mitglieder verschachtelter Gruppen zählen mit.
by-group-none = Es gibt keine Richtlinie nach Gruppe. Für alle gilt die Standardrichtlinie.
by-group-col-order = Rang
by-group-col-name = Richtlinie
by-group-col-group = Für
by-group-col-gates = Nötige Methoden
by-group-col-kinds = Methoden
by-group-default = Standard{"\u00AD"}richtlinie
by-group-everybody = Alle
by-group-mail-alone = E-Mail allein genügt
by-group-up = Nach oben
by-group-down = Nach unten
by-group-delete = Löschen
by-group-delete-title = { $name } löschen?
by-group-delete-text = Was sie über die anderen Richtlinien hinaus verlangt, wird von den Mitgliedern von { $group } nicht mehr verlangt. Ihre Methoden bleiben.
note-by-group-deleted = Die Richtlinie wurde gelöscht.
note-by-group-moved = Die Reihenfolge wurde geändert.
by-group-form-lead = Sie kann nur mehr verlangen als die Standardrichtlinie, nie weniger.
by-group-what = Richtlinie
policy-set-name = Bezeichnung
by-group-name-hint = Nur Administratoren sehen sie.
policy-set-group = Gilt für Mitglieder von
by-group-group-hint = Eine Gruppe, auch verschachtelte Mitglieder. Für Administratoren gilt ihre eigene Richtlinie.
by-group-gates-hint = Wo eine andere Richtlinie zwei verlangt, sind es zwei.
by-group-kinds = Methoden, die sie verwenden dürfen
by-group-kinds-hint = Soweit die Standardrichtlinie sie anbietet. Was Sie nicht auswählen, können sie weder registrieren noch verwenden.
by-group-not-offered = Die Standardrichtlinie bietet sie nicht an, also zählt sie nicht.
by-group-mail-alone-hint = Zählt nur, wo jede geltende Richtlinie es so sagt, auch die Standardrichtlinie.
by-group-beside = Diese Einstellungen sind die Standardrichtlinie. Von einigen Gruppen kann mehr verlangt werden.
by-group-clashes = Wer in beiden Gruppen ist, könnte nie genug registrieren:
by-group-clash = { $one } und { $other }:
by-group-clash-none = { $count ->
    [one] zusammen lassen sie keine Methode übrig und verlangen eine.
   *[other] zusammen lassen sie keine Methode übrig und verlangen { $n }.
}
by-group-clash-left = zusammen lassen sie { $kinds } übrig und verlangen { $gates }.
policy-stranded = { $count ->
    [one] Einem Benutzer blieben zu wenige Methoden, um je genug zu registrieren: Die Zurücksetzung wäre für ihn eingeschaltet, und er könnte sie nie nutzen.
   *[other] { $n } Benutzern blieben zu wenige Methoden, um je genug zu registrieren: Die Zurücksetzung wäre für sie eingeschaltet, und sie könnten sie nie nutzen.
}
policy-set-reach = Wer sie verwenden darf
policy-set-excluded = Außer Mitgliedern von
reach-hint = Wer sie nicht verwenden darf, kann sie weder registrieren noch damit zurücksetzen. Früher Registriertes bleibt und zählt nicht.
reach-state-off = Aus
reach-state-off-hint = Niemand außer Administratoren.
reach-state-all = Alle
reach-state-all-hint = Alle Benutzer, außer den Mitgliedern der Gruppen unten.
reach-state-selected = Ausgewählte Gruppen
reach-state-selected-hint = Die Mitglieder der Gruppen, die Sie auswählen, auch verschachtelter.
reach-short-off = Aus
reach-short-all = Für alle
reach-short-selected = Für ausgewählte Gruppen
reach-short-except = Für alle außer einigen Gruppen
reach-included = Ausgewählte Gruppen
reach-included-hint = Sie zählen, wenn „Ausgewählte Gruppen“ gewählt ist.
reach-excluded-hint = Sie dürfen sie nicht verwenden, in welchen Gruppen sie auch sonst sind.
reach-pick-excluded = Auszunehmende Gruppen suchen
reach-admins = Administratoren haben alle Methoden, was auch immer hier eingestellt ist.
fault-policy-name-empty = Geben Sie eine Bezeichnung ein
fault-policy-name-malformed = Geben Sie eine Bezeichnung mit höchstens 80 Zeichen ein
fault-policy-name-taken = Eine andere Richtlinie heißt so
fault-policy-group-taken = Für diese Gruppe gibt es schon eine Richtlinie
fault-policy-group-one = Wählen Sie eine Gruppe aus
fault-policy-too-little = Eine Richtlinie nach Gruppe ließe weniger Arten von Methoden übrig, als sie verlangt: Niemand in ihrer Gruppe könnte zurücksetzen
fault-policies-many = Es gibt 50 Richtlinien nach Gruppe; mehr gehen nicht
fault-groups-many = Wählen Sie höchstens 50 Gruppen aus
groups-ruled = Unter Kennwortzurücksetzung genannt von
groups-ruled-hidden = Einstellungen, die Ihre Rolle nicht anzeigt.
groups-ruled-text = Eine Richtlinie zur Kennwortzurücksetzung oder eine Methode nennt diese Gruppe oder eine, in der sie liegt. Ohne sie gälten für ihre Mitglieder andere Regeln. Nehmen Sie sie zuerst dort heraus.

# Was für einen Benutzer gilt.
users-what-applies = Was gilt
applies-title = Was für { $name } gilt
applies-lead = Welche Richtlinien, welche Methoden, und was ein Zurücksetzen zeigen würde. Nachsehen ändert nichts und sendet nichts.
applies-able = Das Kennwort ließe sich jetzt selbst zurücksetzen.
applies-unable = Das Kennwort lässt sich jetzt nicht selbst zurücksetzen:
applies-impossible = Was hier gilt, lässt weniger Arten von Methoden übrig, als verlangt sind. Es lässt sich nicht genug registrieren.
applies-policies = Richtlinien
applies-administrator = Hat eine Rolle, also gilt diese Richtlinie an Stelle aller anderen
applies-gates = Nötige Methoden
applies-mail-alone = E-Mail allein genügt neben einer App
applies-methods = Methoden
applies-yes = Zählt
applies-off = Zählt nicht: ausgeschaltet
applies-not-for-them = Zählt nicht: nicht für diese Gruppen
applies-left-out = Zählt nicht: ausgelassen von { $names }
applies-registered = { $count ->
    [0] keine registriert
   *[other] { $n } registriert
}
applies-seen = Was die Seite zeigen würde
applies-seen-gates = { $count ->
    [one] Nach dem Benutzernamen: Eine Methode ist nötig, zur Wahl stehen diese.
   *[other] Nach dem Benutzernamen: { $n } Methoden sind nötig, für die erste stehen diese zur Wahl.
}
applies-seen-nobody = Methoden, die niemand hat, wie bei einem Namen, den es nicht gibt.
applies-seen-nobody-yet = Methoden, die niemand hat: Keine der eigenen wird allen angeboten. Nur ein Administrator kann helfen.
applies-seen-more = Nach der ersten fragt sie nach einer weiteren, wie es die Richtlinie will.
applies-seen-why = Vor einem Nachweis zeigt die Seite nichts, was an einer Rolle oder Gruppe hängt, damit Fremde niemanden erkennen.
applies-directory = Im Verzeichnis
applies-directory-unknown = Das Kennwort liegt im Verzeichnis. Noch hat niemand nachgesehen, ob es sich dort setzen lässt.
