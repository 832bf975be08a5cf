nav-protection = Kennwortschutz
protection-lead = Wörter, aus denen kein neues Kennwort bestehen darf.
protection-ours = Wörter, die alle probieren
protection-ours-hint = Etwa { $count } Wörter, Jahreszahlen und Tastenreihen sind immer gesperrt, deutsche wie englische. Die Namen der Person und der Organisation auch.
protection-words = Wörter Ihrer Organisation
protection-words-hint = Nennen Sie, was den Leuten hier einfiele: Marken, Produkte, Orte, Projekte. Das Grundwort genügt: Großbuchstaben, 0 statt o, @ statt a und Ähnliches werden durchschaut.
protection-set-enforced = Eigene Liste erzwingen
protection-set-words = Eigene gesperrte Wörter
protection-set-words-hint = Eines je Zeile, 4 bis 16 Zeichen, höchstens 1.000.
protection-test = Ein Kennwort probieren
protection-candidate = Kennwort zum Probieren
protection-candidate-hint = Es wird mit beiden Listen und dem Namen Ihrer Organisation verglichen. Was Sie eingeben, wird nirgends behalten.
protection-try = Probieren
protection-points = { $points ->
    [one] Es ergibt { $points } Punkt; nötig sind { $enough }.
   *[other] Es ergibt { $points } Punkte; nötig sind { $enough }.
}
protection-pieces-hint = Jeder Teil ist ein Punkt. Markierte Teile sind gesperrte Wörter, so wie sie verglichen wurden.
protection-piece-ours = probieren alle
protection-piece-organization = von Ihrer Organisation gesperrt
protection-verdict-fine = Es würde angenommen.
protection-verdict-name = Es würde abgelehnt: Der Name Ihrer Organisation steckt darin.
protection-verdict-word = Es würde abgelehnt: Es ist bis auf ein Zeichen ein gesperrtes Wort.
protection-verdict-points = Es würde abgelehnt: Zu wenig davon ist etwas anderes als gesperrte Wörter.
