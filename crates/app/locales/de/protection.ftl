nav-protection = Kennwortschutz
protection-lead = Wie neue Kennwörter sein müssen und woraus sie nicht bestehen dürfen.
protection-length = Länge
protection-length-hint = Länge schützt besser als alles andere. NIST SP 800-63B, Abschnitt 3.1.1.2, verlangt { $alone } Zeichen, wo allein das Kennwort zur Anmeldung genügt, und 8, wo immer ein zweiter Faktor verlangt wird. Kennwörter, die jemand schon hat, bleiben, wie sie sind.
protection-set-min-length = Mindestens so viele Zeichen
protection-set-min-length-hint = 8 bis 64. Ist limits.password_min des Betreibers höher, gilt es ebenso; für Benutzer eines Verzeichnisses auch dessen Regel.
protection-history = Frühere Kennwörter
protection-history-hint = Das Kennwort, das jemand jetzt hat, lässt sich nie noch einmal wählen. Gemerkte Kennwörter werden als Hash aufbewahrt und vergessen, wenn Sie die Zahl senken. Für Benutzer eines Verzeichnisses merkt es sich das Verzeichnis.
protection-set-history = Kennwörter, die neben dem jetzigen gemerkt werden
protection-set-history-hint = 0 bis 24.
protection-kinds = Arten von Zeichen
protection-kinds-hint = Aus, wie NIST SP 800-63B, Abschnitt 3.1.1.2, es verlangt: Solche Regeln führen zu einem Großbuchstaben vorn und einer Ziffer am Ende. Da für den Fall, dass eine Prüfung bei Ihnen darauf besteht.
protection-kinds-none = Keine werden verlangt
protection-kinds-some = { $n } davon: Großbuchstaben, Kleinbuchstaben, Ziffern, andere Zeichen
protection-ours = Wörter, die alle probieren
protection-ours-hint = Etwa { $count } Wörter, Jahreszahlen und Tastenreihen sind immer gesperrt, deutsche wie englische. Die Namen der Person und der Organisation auch.
protection-words = Wörter Ihrer Organisation
protection-words-hint = Nennen Sie, was den Leuten hier einfiele: Marken, Produkte, Orte, Projekte. Das Grundwort genügt: Großbuchstaben, 0 statt o, @ statt a und Ähnliches werden durchschaut.
protection-set-enforced = Eigene Liste erzwingen
protection-set-words = Eigene gesperrte Wörter
protection-set-words-hint = Eines je Zeile, 4 bis 16 Zeichen, höchstens 1.000.
protection-test = Ein Kennwort probieren
protection-candidate = Kennwort zum Probieren
protection-candidate-hint = Es wird nach den gespeicherten Regeln von oben und dem Namen Ihrer Organisation beurteilt. Was Sie eingeben, wird nirgends behalten.
protection-try = Probieren
protection-points = { $points ->
    [one] Es ergibt { $points } Punkt; nötig sind { $enough }.
   *[other] Es ergibt { $points } Punkte; nötig sind { $enough }.
}
protection-pieces-hint = Jeder Teil ist ein Punkt. Markierte Teile sind gesperrte Wörter, so wie sie verglichen wurden.
protection-piece-ours = probieren alle
protection-piece-organization = von Ihrer Organisation gesperrt
protection-verdict-fine = Es würde angenommen.
protection-verdict-other = Es würde abgelehnt, und man läse:
protection-verdict-name = Es würde abgelehnt: Der Name Ihrer Organisation steckt darin.
protection-verdict-word = Es würde abgelehnt: Es ist bis auf ein Zeichen ein gesperrtes Wort.
protection-verdict-points = Es würde abgelehnt: Zu wenig davon ist etwas anderes als gesperrte Wörter.
