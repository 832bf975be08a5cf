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
