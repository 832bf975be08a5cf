# Was Keyward per E-Mail und SMS verschickt.
#
# Wer, was, wann, und was zu tun ist, wenn man es nicht selbst war. Eine Leerzeile beginnt einen neuen Absatz. SMS
# enthalten keinen Link, Betreffzeilen keinen Code. $when ist eine Zeit in UTC, $device nennt Browser und System.

## Codes per SMS

sms-code-reset = { $code } ist Ihr Code von { $organisation } zum Zurücksetzen Ihres Kennworts. Er gilt { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
  }. Geben Sie ihn nicht weiter.
sms-code-register = { $code } ist Ihr Code von { $organisation }, um dieses Telefon für das Zurücksetzen Ihres Kennworts einzurichten. Er gilt { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
  }. Geben Sie ihn nicht weiter.
sms-code-step-up = { $code } ist Ihr Code von { $organisation } zum Ändern Ihrer Sicherheitsinformationen. Er gilt { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
  }. Geben Sie ihn nicht weiter.

## Codes durch einen Anruf

call-code-reset = Guten Tag. Hier ist { $organisation }. Jemand hat einen Code angefordert, um Ihr Kennwort zurückzusetzen. Waren Sie es nicht, legen Sie auf. Um den Code zu hören, drücken Sie die 1.
call-code-register = Guten Tag. Hier ist { $organisation }. Jemand hat einen Code angefordert, um dieses Telefon für das Zurücksetzen eines Kennworts einzurichten. Waren Sie es nicht, legen Sie auf. Um den Code zu hören, drücken Sie die 1.
call-code-step-up = Guten Tag. Hier ist { $organisation }. Jemand hat einen Code angefordert, um Ihre Sicherheitsinformationen zu ändern. Waren Sie es nicht, legen Sie auf. Um den Code zu hören, drücken Sie die 1.
call-say = Ihr Code lautet
call-again = Noch einmal
call-bye = Geben Sie ihn nicht weiter. Auf Wiederhören.
call-no-key = Ohne die Taste gibt es keinen Code. Auf Wiederhören.

## Codes per E-Mail

mail-code-reset-subject = Ihr Code zum Zurücksetzen des Kennworts
mail-code-reset-text =
    { $code } ist Ihr Code, um das Kennwort Ihres Kontos bei { $organisation } zurückzusetzen.

    Er gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }, und zwar in dem Browser, in dem Sie ihn angefordert haben. Geben Sie ihn nicht weiter: Niemand bei { $organisation } wird Sie je danach fragen.

    Sie haben keinen Code angefordert? Dann hat jemand Ihren Benutzernamen eingegeben. Ihr Kennwort ist unverändert und bleibt es ohne diesen Code auch.

mail-code-register-subject = Ihr Code zum Einrichten dieses Postfachs
mail-code-register-text =
    { $code } ist Ihr Code, um dieses Postfach in den Sicherheitsinformationen eines Kontos bei { $organisation } einzurichten.

    Er gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }. Geben Sie ihn nicht weiter: Niemand bei { $organisation } wird Sie je danach fragen.

    Sie haben keinen Code angefordert? Dann hat sich jemand bei der Adresse vertippt. Es wurde nichts eingerichtet, und ohne diesen Code bleibt es dabei.

mail-code-step-up-subject = Ihr Code zum Ändern der Sicherheitsinformationen
mail-code-step-up-text =
    { $code } ist Ihr Code, um die Sicherheitsinformationen Ihres Kontos bei { $organisation } zu ändern.

    Er gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }. Geben Sie ihn nicht weiter: Niemand bei { $organisation } wird Sie je danach fragen.

    Sie haben keinen Code angefordert? Dann ist jemand anderes mit Ihrem Konto angemeldet. Ändern Sie sofort Ihr Kennwort, auf Ihrer Kontoseite: Damit werden alle anderen abgemeldet.

## Hinweise an Benutzer

mail-password-reset-subject = Ihr Kennwort wurde zurückgesetzt
mail-password-reset-text =
    { $name }, das Kennwort Ihres Kontos { $upn } wurde am { $when } zurückgesetzt ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }). Sie sind nun überall abgemeldet.

    Waren Sie das selbst, ist alles erledigt: Melden Sie sich mit dem neuen Kennwort an.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-password-reset-link = Das war ich nicht

mail-password-changed-subject = Ihr Kennwort wurde geändert
mail-password-changed-text =
    { $name }, das Kennwort Ihres Kontos { $upn } wurde am { $when } geändert ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }), und zwar mit Kenntnis des alten. Alle anderen Geräte sind nun abgemeldet.

    Waren Sie das selbst, ist alles erledigt.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-password-changed-link = Das war ich nicht

mail-password-reset-by-admin-subject = Ein Administrator hat Ihr Kennwort zurückgesetzt
mail-password-reset-by-admin-text =
    { $name }, ein Administrator hat Ihrem Konto { $upn } am { $when } ein vorläufiges Kennwort gegeben. Sie sind nun überall abgemeldet.

    Das vorläufige Kennwort teilt Ihnen der Administrator mit. Bei der nächsten Anmeldung wählen Sie ein eigenes.

    Sie haben nicht darum gebeten? Öffnen Sie den Link und bestätigen Sie: Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt. Oder rufen Sie Ihren Helpdesk an, unter einer Nummer, die Sie kennen.
mail-password-reset-by-admin-link = Das war ich nicht

mail-hand-over-subject = Ein Administrator hat einen Link für Ihr Konto erstellt
mail-hand-over-text =
    { $name }, am { $when } hat ein Administrator einen Link erstellt, mit dem Sie für Ihr Konto { $upn } { $opens ->
        [security-info] die Sicherheitsinformationen einrichten
        [password] ein neues Kennwort wählen
       *[account] ein neues Kennwort wählen und die Sicherheitsinformationen einrichten
    } können. Der Administrator gibt ihn Ihnen; er gilt einmal.

    Sie haben nicht darum gebeten? Öffnen Sie den Link hier und bestätigen Sie: Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt. Oder rufen Sie Ihren Helpdesk an, unter einer Nummer, die Sie kennen.
mail-hand-over-link = Das war ich nicht

mail-pass-made-subject = Ein Administrator hat einen befristeten Zugriffspass für Ihr Konto erstellt
mail-pass-made-text =
    { $name }, am { $when } hat ein Administrator einen Pass erstellt, mit dem Sie sich bei Ihrem Konto { $upn } anmelden und die Sicherheitsinformationen einrichten können. Der Administrator gibt ihn Ihnen; er gilt bis { $until }.

    Sie haben nicht darum gebeten? Öffnen Sie den Link hier und bestätigen Sie: Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt. Oder rufen Sie Ihren Helpdesk an, unter einer Nummer, die Sie kennen.
mail-pass-made-link = Das war ich nicht

mail-pass-used-subject = Jemand hat sich mit einem befristeten Zugriffspass angemeldet
mail-pass-used-text =
    { $name }, am { $when } hat sich jemand mit dem Pass, den ein Administrator für Sie erstellt hat, bei Ihrem Konto { $upn } angemeldet ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }).

    Waren Sie es, ist nichts zu tun.

    Wenn nicht, öffnen Sie den Link hier und bestätigen Sie: Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt. Oder rufen Sie Ihren Helpdesk an, unter einer Nummer, die Sie kennen.
mail-pass-used-link = Das war ich nicht

mail-unlocked-subject = Ihr Konto wurde entsperrt
mail-unlocked-text =
    { $name }, Ihr Konto { $upn } wurde am { $when } entsperrt ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }). Das Kennwort ist dasselbe wie zuvor.

    Waren Sie das selbst, ist alles erledigt: Melden Sie sich an.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-unlocked-link = Das war ich nicht

# What a method is called in the middle of a sentence.
told-method = { $kind ->
    [authenticator-app] die Authentifikator-App "{ $method }"
    [passkey] Passkey "{ $method }"
    [recovery-codes] eine neue Liste von Wiederherstellungscodes
   *[other] { $method }
}
told-old = { $kind ->
    [authenticator-app] die Authentifikator-App "{ $old }"
    [passkey] Passkey "{ $old }"
    [recovery-codes] die Liste der Wiederherstellungscodes
   *[other] { $old }
}

# Ab wann sich das Kennwort damit zurücksetzen lässt.
told-wait = { $waits ->
    [yes] Damit lässt sich Ihr Kennwort ab { $usable } zurücksetzen.
   *[no] Damit lässt sich Ihr Kennwort zurücksetzen.
}

mail-method-added-subject = Neue Methode zum Zurücksetzen Ihres Kennworts
mail-method-added-text =
    { $name }, in den Sicherheitsinformationen Ihres Kontos { $upn } wurde am { $when } { told-method } eingerichtet ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }). { told-wait }{ $kind ->
        [passkey] {" "}Man kann sich damit auch anmelden.
       *[other] {""}
    }

    Waren Sie das selbst, ist alles erledigt.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-method-added-link = Das war ich nicht

mail-method-added-by-admin-subject = Ein Administrator hat eine Methode für Sie eingerichtet
mail-method-added-by-admin-text =
    { $name }, ein Administrator hat am { $when } { told-method } in den Sicherheitsinformationen Ihres Kontos { $upn } eingerichtet. { told-wait }

    Gehört { told-method } Ihnen und wissen Sie davon, ist alles erledigt.

    Wenn nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-method-added-by-admin-link = Das gehört mir nicht

mail-method-changed-subject = Methode zum Zurücksetzen Ihres Kennworts geändert
mail-method-changed-text =
    { $name }, in den Sicherheitsinformationen Ihres Kontos { $upn } wurde { told-old } am { $when } durch { told-method } ersetzt ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }). { $kind ->
        [authenticator-app] Codes der alten gelten nicht mehr.
        [passkey] Der alte meldet Sie nicht mehr an.
        [recovery-codes] Die alten Codes gelten nicht mehr.
       *[other] An das alte Ziel gehen keine Codes mehr.
    } { told-wait }

    Waren Sie das selbst, ist alles erledigt.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-method-changed-link = Das war ich nicht

mail-method-removed-subject = Methode zum Zurücksetzen Ihres Kennworts entfernt
mail-method-removed-text =
    { $name }, { told-method } wurde am { $when } aus den Sicherheitsinformationen Ihres Kontos { $upn } entfernt ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }). Ihr Kennwort lässt sich damit nicht mehr zurücksetzen.

    Waren Sie das selbst, ist alles erledigt.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-method-removed-link = Das war ich nicht

mail-method-removed-by-admin-subject = Ein Administrator hat eine Ihrer Methoden entfernt
mail-method-removed-by-admin-text =
    { $name }, ein Administrator hat { told-method } am { $when } aus den Sicherheitsinformationen Ihres Kontos { $upn } entfernt. Ihr Kennwort lässt sich damit nicht mehr zurücksetzen.

    Möglicherweise werden Sie bei der nächsten Anmeldung gebeten, sich neu zu registrieren.

    Sie wissen nichts davon? Öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-method-removed-by-admin-link = Das war nicht abgesprochen

mail-recovery-code-used-subject = Ein Wiederherstellungscode wurde benutzt
mail-recovery-code-used-text =
    { $name }, am { $when } wurde ein Wiederherstellungscode Ihres Kontos { $upn } benutzt ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }). { $left ->
        [0] Es war der letzte.
        [one] Einer ist übrig.
       *[other] { $left } sind übrig.
    }{ $few ->
        [yes] {" "}Erstellen Sie bald eine neue Liste, in Ihren Sicherheitsinformationen.
       *[no] {""}
    }

    Waren Sie das selbst, ist alles erledigt.

    Waren Sie es nicht, öffnen Sie den Link und bestätigen Sie. Ihr Konto wird dann gesperrt, und Ihre Administratoren werden benachrichtigt.
mail-recovery-code-used-link = Das war ich nicht

## Dasselbe per SMS, wo kein Postfach bekannt oder das Telefon selbst betroffen ist

sms-notice-password-reset = { $organisation }: Das Kennwort von { $upn } wurde am { $when } zurückgesetzt. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-password-changed = { $organisation }: Das Kennwort von { $upn } wurde am { $when } geändert. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-password-reset-by-admin = { $organisation }: Ein Administrator hat das Kennwort von { $upn } am { $when } zurückgesetzt. Haben Sie nicht darum gebeten, rufen Sie Ihren Helpdesk an.
sms-notice-hand-over = { $organisation }: Ein Administrator hat einen Link erstellt, der { $upn } öffnet. Haben Sie nicht darum gebeten, rufen Sie sofort Ihren Helpdesk an.
sms-notice-pass-made = { $organisation }: Ein Administrator hat einen befristeten Zugriffspass für { $upn } erstellt. Haben Sie nicht darum gebeten, rufen Sie sofort Ihren Helpdesk an.
sms-notice-pass-used = { $organisation }: Am { $when } hat sich jemand mit einem befristeten Zugriffspass bei { $upn } angemeldet. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-unlocked = { $organisation }: Ihr Konto { $upn } wurde am { $when } entsperrt. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-method-added = { $organisation }: Zum Zurücksetzen des Kennworts von { $upn } wurde { told-method } eingerichtet. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-method-added-by-admin = { $organisation }: Ein Administrator hat { told-method } zum Zurücksetzen des Kennworts von { $upn } eingerichtet. Wissen Sie nichts davon, rufen Sie sofort Ihren Helpdesk an.
sms-notice-method-changed = { $organisation }: { told-old } wurde zum Zurücksetzen des Kennworts von { $upn } durch { told-method } ersetzt. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-method-removed = { $organisation }: Mit { told-method } lässt sich das Kennwort von { $upn } nicht mehr zurücksetzen. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.
sms-notice-method-removed-by-admin = { $organisation }: Ein Administrator hat { told-method } aus den Sicherheitsinformationen von { $upn } entfernt. Wissen Sie nichts davon, rufen Sie Ihren Helpdesk an.
sms-notice-recovery-code-used = { $organisation }: Ein Wiederherstellungscode von { $upn } wurde am { $when } benutzt; übrig: { $left }. Waren Sie es nicht, rufen Sie sofort Ihren Helpdesk an.

## An Administratoren

mail-admin-password-reset-subject = Ein Administrator hat sein Kennwort zurückgesetzt: { $name }
mail-admin-password-reset-text =
    { $name } ({ $upn }) hat ein Administratorkonto und am { $when } das eigene Kennwort zurückgesetzt ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }), nach Prüfung zweier Methoden.

    Sie erhalten diese Nachricht als globaler Administrator. Bestätigt { $name } den Vorgang, ist nichts zu tun.

    Wenn nicht, blockieren Sie sofort die Anmeldung für das Konto und beenden Sie seine Sitzungen.

mail-admin-pass-made-subject = Befristeter Zugriffspass für ein Administratorkonto: { $name }
mail-admin-pass-made-text =
    { $by } hat am { $when } einen Pass erstellt, mit dem { $name } ({ $upn }) sich anmelden und Sicherheitsinformationen einrichten kann. Es ist ein Administratorkonto. Der Pass gilt bis { $until }.

    Sie erhalten diese Nachricht als globaler Administrator. Bestätigen es beide, ist nichts zu tun.

    Wenn nicht, löschen Sie den Pass, blockieren Sie sofort die Anmeldung für das Konto und beenden Sie seine Sitzungen.

mail-agent-added-subject = Ein Agent wurde zugelassen: { $host }
mail-agent-added-text =
    { $by } hat am { $when } den Agenten auf { $host } zugelassen. Er kann von nun an Benutzer einbringen und sieht die Kennwörter, die in seinem Verzeichnis gesetzt werden.

    Der Fingerabdruck seiner Schlüssel ist { $fingerprint }.

    War das abgesprochen, ist nichts zu tun.

    Wenn nicht, sperren Sie ihn sofort aus.
mail-agent-added-link = Die Agenten ansehen

mail-agent-revoked-subject = Ein Agent wurde ausgesperrt: { $host }
mail-agent-revoked-text =
    { $by } hat am { $when } den Agenten auf { $host } ausgesperrt. Er wird nichts mehr gefragt und kann nicht von selbst zurückkommen.

    Steht kein anderer Agent neben seinem Verzeichnis, können sich dessen Benutzer bis dahin nicht anmelden und ihr Kennwort nicht zurücksetzen.
mail-agent-revoked-link = Die Agenten ansehen

mail-agent-key-rolled-subject = Ein Agent hat einen neuen Schlüssel: { $host }
mail-agent-key-rolled-text =
    Der Agent auf { $host } hat am { $when } den Schlüssel gewechselt, auf den Kennwörter versiegelt werden. Das tun Agenten alle sechs Monate von selbst, oder wenn es auf diesem Rechner jemand verlangt.

    Der Fingerabdruck seiner Schlüssel ist jetzt { $fingerprint }.

    Kommt es öfter vor und hat es niemand verlangt, sehen Sie sich diesen Rechner an.
mail-agent-key-rolled-link = Die Agenten ansehen

mail-agent-in-two-places-subject = Die Schlüssel eines Agenten werden an zwei Orten benutzt: { $host }
mail-agent-in-two-places-text =
    Jemand benutzt die Schlüssel des Agenten auf { $host } neben dem Agenten selbst. Bemerkt wurde das am { $when }, von der Adresse { $by }.

    Der Rechner wurde vielleicht mit allem kopiert, was auf ihm ist, oder die Schlüssel wurden gestohlen.

    Sperren Sie den Agenten jetzt aus, sehen Sie sich den Rechner an, und lassen Sie den Agenten mit neuen Schlüsseln wieder zu.
mail-agent-in-two-places-link = Den Agenten aussperren

mail-agent-asks-subject = Ein Agent nennt ein anderes Verzeichnis: { $host }
mail-agent-asks-text =
    Der Agent auf { $host } sagt, dass er neben { $directory } steht ({ $when }). Für dieses Verzeichnis wurde er nicht zugelassen: Von dort wird nichts von ihm angenommen, und kein Kennwort geht über ihn dorthin.

    Wenn Sie ihn für dieses Verzeichnis eingerichtet haben, erlauben Sie es auf seiner Seite.

    Wenn nicht, sperren Sie ihn aus und sehen Sie sich diesen Rechner an.
mail-agent-asks-link = Diesen Agenten ansehen

mail-agent-key-stuck-subject = Ein Agent kann seinen Schlüssel nicht wechseln: { $host }
mail-agent-key-stuck-text =
    Der Agent auf { $host } muss den Schlüssel wechseln, auf den Kennwörter versiegelt werden, und kann es nicht ({ $when }). Er sagt: { $by }

    Er arbeitet mit dem bisherigen Schlüssel weiter und versucht es jede Minute noch einmal. Schaffen Sie Platz auf dem Datenträger dieses Rechners und lassen Sie den Benutzer des Agenten in sein Zustandsverzeichnis schreiben; führen Sie dort dann keyward-connect key roll aus.
mail-agent-key-stuck-link = Die Agenten ansehen

mail-admin-contact-changed-subject = Kontaktdaten einer Administratorin oder eines Administrators in { $directory } geändert: { $name }
mail-admin-contact-changed-text =
    Eine Telefonnummer oder E-Mail-Adresse von { $name } ({ $user }) wurde in { $directory } geändert ({ $when }). { $name } hat hier eine Administratorrolle.

    Hier beweist das nichts: Codes gehen nur an das, was registriert wurde. Fragen Sie { $name } trotzdem, ob das bekannt ist. Wenn nicht, kann jemand anderes in jenem Verzeichnis in das Konto schreiben.
mail-admin-contact-changed-link = Diesen Benutzer ansehen

mail-deletions-held-subject = { $count ->
    [one] Eine Löschung in { $directory } wartet auf Sie
   *[other] { $count } Löschungen in { $directory } warten auf Sie
}
mail-deletions-held-text =
    Aus { $directory } sind auf einmal so viele Benutzer und Gruppen verschwunden, dass sie bleiben, bis jemand entscheidet ({ $when }): { $count }. Alles andere geht inzwischen weiter.

    Meist ist eine Einheit nicht mehr angekreuzt, wurde geleert, oder der Agent hat Rechte verloren. Wenn das niemand wollte, behalten Sie sie und beheben Sie die Ursache.
mail-deletions-held-link = Ansehen und entscheiden

mail-contacts-held-subject = Andere Kontaktdaten vieler Benutzer in { $directory } warten auf Sie
mail-contacts-held-text =
    Aus { $directory } kamen auf einmal andere Telefonnummern oder E-Mail-Adressen so vieler Benutzer, dass die alten bleiben, bis jemand entscheidet ({ $when }). Bis jetzt sind es die von { $count } Benutzern, weitere können folgen. Alles andere geht inzwischen weiter.

    Meist hat ein Werkzeug Nummern für alle geschrieben, oder die Maildomäne hat gewechselt. Wenn das niemand wollte, behalten Sie, was hier steht, und klären Sie, wer in das Verzeichnis geschrieben hat.
mail-contacts-held-link = Ansehen und entscheiden

mail-directory-away-subject = Niemand antwortet für { $directory }
mail-directory-away-text =
    Seit einer Weile war kein Agent neben { $directory } zu hören, oder das Verzeichnis antwortet keinem von ihnen. Das letzte Wort eines Agenten kam am { $when }.

    Bis einer antwortet, können sich Personen von dort nicht anmelden und ihr Kennwort weder ändern noch zurücksetzen, und Änderungen an Benutzern kommen nicht an. Wer hier geführt wird, merkt nichts.

    Sehen Sie nach, ob keyward-connect auf seinen Rechnern läuft und ob es diesen Dienst und einen Server des Verzeichnisses erreicht: keyward-connect status und keyward-connect doctor sagen, was fehlt. Wenn es vorbei ist, bekommen Sie noch eine Mail.
mail-directory-away-link = Die Agenten ansehen

mail-directory-back-subject = { $directory } antwortet wieder
mail-directory-back-text =
    Ein Agent antwortet wieder für { $directory }, seit { $when }. Personen von dort können sich anmelden und ihr Kennwort ändern und zurücksetzen; was sich inzwischen geändert hat, kommt jetzt an.
mail-directory-back-link = Die Agenten ansehen

mail-budget-used-up-subject = { $what ->
    [mail] Vorerst werden keine Codes mehr per Mail gesendet
    [install-mail] Vorerst werden keine Codes mehr per Mail gesendet
   *[other] Vorerst werden keine SMS mehr gesendet
}
mail-budget-used-up-text =
    { $what ->
        [sms] Ihre Organisation hat so viele SMS an einem Tag gesendet, wie ihre Grenze erlaubt.
        [money] Die SMS Ihrer Organisation haben an einem Tag so viel gekostet, wie ihre Grenze erlaubt.
        [mail] Ihre Organisation hat so viele Mails mit Codes an einem Tag gesendet, wie ihre Grenze erlaubt.
        [install-sms] Alle Organisationen auf diesem Server zusammen haben so viele SMS an einem Tag gesendet, wie seine Grenze erlaubt.
        [install-mail] Alle Organisationen auf diesem Server zusammen haben so viele Mails mit Codes an einem Tag gesendet, wie seine Grenze erlaubt.
       *[country] Ihre Organisation hat so viele SMS in ein Land ({ $country }) in einer Stunde gesendet, wie ihre Grenze erlaubt.
    } Bis einige davon älter sind, werden Personen gebeten, eine andere Methode zu nehmen.

    Haben wirklich so viele Personen einen Code gebraucht, lassen Sie die Grenze erhöhen; das kann, wer den Server betreibt. Wenn nicht, sendet sie vielleicht jemand auf Ihre Kosten: Im Überwachungsprotokoll steht, wer sie angefordert hat.
mail-budget-used-up-link = Die Grenzen ansehen

mail-country-stopped-subject = SMS in ein Land wurden angehalten: { $country }
mail-country-stopped-text =
    An Nummern eines Landes ({ $country }) wurden viele Codes gesendet, und kaum einer davon wurde eingegeben. So sieht es aus, wenn jemand an Nachrichten verdient, die Sie bezahlen; deshalb werden dorthin keine mehr gesendet. Personen mit solchen Nummern werden gebeten, eine andere Methode zu nehmen; Mails gehen weiter.

    Sehen Sie im Überwachungsprotokoll nach, wer sie angefordert hat. War es ein Irrtum, oder ein Gateway, das nichts zugestellt hat, setzen Sie das Land fort.
mail-country-stopped-link = Ansehen und entscheiden

mail-admin-recovered-subject = Auf dem Server wiederhergestellt: { $name }
mail-admin-recovered-text =
    { $name } ({ $upn }) wurde am { $when } durch einen Befehl auf dem Server selbst zum globalen Administrator mit neuem vorläufigem Kennwort. Das kann nur, wer Zugang zu dieser Maschine hat.

    War das abgesprochen, ist nichts zu tun.

    Wenn nicht, hat jemand unbefugt Zugang zum Server: Blockieren Sie die Anmeldung für das Konto und prüfen Sie die Maschine.

mail-help-subject = { $name } kann sich nicht anmelden und bittet um Hilfe
mail-help-text =
    { $name } ({ $upn }) hat am { $when } um Hilfe bei der Anmeldung gebeten ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }).

    { $reason }

    Darum bitten kann jeder, der den Benutzernamen kennt. Rufen Sie unter einer Nummer zurück, die Sie kennen, und vergewissern Sie sich, dass es { $name } ist, bevor Sie helfen.
mail-help-link = Konto öffnen
mail-help-reason-able = Dem steht nichts im Weg: Das Kennwort lässt sich ohne Ihre Hilfe zurücksetzen.
mail-help-reason-blocked = Es gab zu viele falsche Antworten oder angeforderte Codes; für einen Tag ist das Konto dafür blockiert. Entsperren hebt das auf.
mail-help-reason-signed-in = Die Anmeldung gelingt, aber keine der registrierten Methoden lässt sich nachweisen, oder es lässt sich keine registrieren.
mail-help-reason-reset-off = Ohne Ihre Hilfe geht es nicht: Das Zurücksetzen von Kennwörtern ist ausgeschaltet.
mail-help-reason-not-in-scope = Ohne Ihre Hilfe geht es nicht: Das Konto ist in keiner der Gruppen, für die das Zurücksetzen eingeschaltet ist.
mail-help-reason-account-disabled = Ohne Ihre Hilfe geht es nicht: Die Anmeldung ist für dieses Konto blockiert.
mail-help-reason-account-held = Ohne Ihre Hilfe geht es nicht: Das Konto ist gesperrt, weil eine Änderung als fremd gemeldet wurde. Klären Sie, was geschehen ist, bevor Sie es entsperren.
mail-help-reason-too-few-methods = Ohne Ihre Hilfe geht es nicht: Es sind weniger Methoden registriert, als die Richtlinie verlangt.

mail-not-me-subject = { $name } meldet: Das war ich nicht
mail-not-me-text =
    { $name } ({ $upn }) hat am { $when } gemeldet ({ $device ->
        [unknown] Gerät unbekannt
       *[other] { $device }
    }), dass eine Änderung am Konto von jemand anderem stammt.

    Das Konto ist für Anmeldung und Zurücksetzen gesperrt, alle Sitzungen sind beendet.

    Rufen Sie { $name } unter einer Nummer an, die Sie kennen. Prüfen Sie die Authentifizierungsmethoden und die letzten Aktivitäten, setzen Sie das Kennwort zurück und entsperren Sie dann das Konto.
mail-not-me-link = Konto öffnen

## Unter jeder E-Mail

mail-foot = { $organisation } schickt diese E-Mail, weil sie die Sicherheit eines Kontos betrifft. Antworten werden nicht gelesen.
